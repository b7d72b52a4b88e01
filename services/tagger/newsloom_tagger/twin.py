"""Has another tagger our name in the group? aiokafka does not say: whoever was thrown out for another one joins again, and
throws that one out in its turn (its heartbeats are without the name, so Kafka cannot tell it why).
"""

import asyncio
from collections.abc import Callable
from typing import Final

import faust
from kafka.errors import KafkaError

LOOK_FOR_S: Final = 90.0  # after a new id: a rebalance of two that throw each other out takes a minute


class Twin:
    """Looks for a while after our id in the group has changed. ``taken(id)`` asks Kafka whether another id has our name."""

    def __init__(self, taken: Callable[[str], bool]) -> None:
        self._taken = taken
        self._own, self._until = "", 0.0

    async def there(self, now: float, own: Callable[[], str]) -> bool:
        """Say whether another one has the name; while we have no id nobody knows. ``own()`` is our id at this moment."""
        mine = own()
        if mine and self._own and mine != self._own:
            self._until = now + LOOK_FOR_S
        self._own = mine or self._own
        if not mine or now >= self._until:
            return False
        try:
            return await asyncio.to_thread(self._taken, mine) and own() == mine
        except KafkaError:
            return False


def member_id(app: faust.App) -> str:
    """Return our id in the group of news.raw, "" while we have none."""
    consumer = app.consumer._thread._consumer  # noqa: SLF001 - Faust tells it nowhere; both are pinned
    return str(consumer._coordinator.member_id) if consumer else ""  # noqa: SLF001

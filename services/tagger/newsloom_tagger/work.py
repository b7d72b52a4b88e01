"""Records of articles → what they led to, acknowledged by Kafka: the way that live news and older articles share."""

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from newsloom_common import tracing
from newsloom_common.guard import Guard
from newsloom_common.health import Health
from newsloom_schemas.codec import header
from newsloom_schemas.dead import Origin

from newsloom_tagger.analysis import Analyser
from newsloom_tagger.deliver import Out, deliver
from newsloom_tagger.metrics import ARTICLES, THEMES
from newsloom_tagger.settings import TaggerSettings
from newsloom_tagger.settle import Settled, batches, buried, deaths, settle_many
from newsloom_tagger.version import announcement

LONGEST_WAIT: Final = 10.0  # seconds between two tries while Kafka is away
Turn = Callable[[], Awaitable[None]]


class UndeliverableError(Exception):
    """A dead letter was refused: its record must not be acknowledged."""


async def at_once() -> None:
    """Give way to whatever else the loop has to do: heartbeats share this thread, and huge articles must not hold them up."""
    await asyncio.sleep(0)


class Work:
    """What turns records into outcomes. ``waiting`` says what is waited for, if anything; ``announced`` what we are."""

    def __init__(self, settings: TaggerSettings, analyser: Analyser, health: Health, log: Any, out: Out) -> None:
        self.waiting = ""
        self.announced = announcement(analyser.identity)
        self._kafka, self._analyser, self._health, self._log, self._out = settings.kafka, analyser, health, log, out
        self._guards: dict[str, Guard] = defaultdict(lambda: Guard(settings.dead_ratio, settings.dead_window))

    async def do(self, origins: Sequence[Origin], turn: Turn = at_once) -> Counter[str]:
        """Settle the records, some at a time when ``turn`` lets them, and deliver; return their outcomes when all is on Kafka.

        The records are of one topic. Raises what is no record's own fault and no outage, and TooManyDeadError: nothing may be
        acknowledged then.
        """
        started = time.monotonic()
        settled = [one for some in batches(origins) for one in await self._settle(some, turn)]
        self._guards[origins[0].topic].check(deaths(origins, settled))
        ends = await self._publish(origins, settled)
        for one in ends:
            ARTICLES.labels(one.outcome).inc()
            for theme in one.themes:
                THEMES.labels(theme).inc()
        left = [header(s.messages[0].headers, "traceparent") or "" for s in ends]
        outcomes = Counter(e.outcome for e in ends)
        tracing.batch("tag", time.monotonic() - started, traces(origins), left, outcomes)
        return outcomes

    async def wait(self, reason: str, attempt: int) -> None:
        """Say what is waited for, and wait a little, longer each time."""
        self.waiting = f"waiting for Kafka at {self._kafka}: {reason}"
        self._log.warning(self.waiting, attempt=attempt + 1)
        await asyncio.sleep(min(LONGEST_WAIT, 0.5 * 2 ** min(attempt, 6)))

    async def _settle(self, origins: Sequence[Origin], turn: Turn) -> list[Settled]:
        await turn()
        self._health.beat(self.waiting)
        return settle_many(origins, self._analyser, datetime.now(UTC))

    async def _publish(self, origins: Sequence[Origin], settled: Sequence[Settled]) -> list[Settled]:
        """Deliver what the records led to; a record with a refused message is buried, however far the others went."""
        owners = [n for n, s in enumerate(settled) for _ in s.messages]
        refused = await deliver([m for s in settled for m in s.messages], self._out, self.wait)
        errors = {owners[place]: error for place, error in refused.items()}
        ends = [
            buried(o, "publish", errors[n], datetime.now(UTC)) if n in errors else s
            for n, (o, s) in enumerate(zip(origins, settled, strict=True))
        ]
        if await deliver([m for n in errors for m in ends[n].messages], self._out, self.wait):
            raise UndeliverableError("news.dead does not take a dead letter")
        self.waiting = ""
        return ends


def traces(origins: Sequence[Origin]) -> list[str]:
    """Return the traceparent of each record, "" where it has none."""
    return [header(o.headers, "traceparent") or "" for o in origins]


def origin(message: Any) -> Origin:
    """Return the record of either client, Faust's or aiokafka's."""
    headers = message.headers.items() if isinstance(message.headers, dict) else message.headers or ()
    return Origin(message.topic, message.partition, message.offset, message.key, message.value, tuple(headers))

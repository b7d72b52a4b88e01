"""news.raw → news.tagged, news.theme.<id>, news.dead: the shell. It consumes, settles, delivers, acknowledges.

A record is acknowledged by us, one by one, when everything that it led to is on Kafka: Faust's own acknowledgements come
when a loop's body ends, even by an error. So an error that is not a record's own ends the process, with nothing acknowledged.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from newsloom_common.health import Health
from newsloom_schemas.codec import Message
from newsloom_schemas.dead import Origin

from newsloom_tagger.analysis import Analyser
from newsloom_tagger.deliver import deliver
from newsloom_tagger.metrics import ARTICLES, BATCH_SECONDS, THEMES
from newsloom_tagger.settings import TaggerSettings
from newsloom_tagger.settle import Settled, buried, settle
from newsloom_tagger.streaming import raw_topic, stream_app

LONGEST_WAIT: Final = 10.0  # seconds between two tries while Kafka is away


class UndeliverableError(Exception):
    """A dead letter was refused: its record must not be acknowledged."""


class TaggerApp:
    """The stream and what it works with. ``busy`` is held while a batch is in hand; ``failed`` is set to what must end us."""

    def __init__(self, settings: TaggerSettings, analyser: Analyser, health: Health, log: Any) -> None:
        self.faust = stream_app(settings)
        self.busy = asyncio.Lock()
        self.failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.done = 0
        self.waiting = ""
        self._settings, self._analyser, self._health, self._log = settings, analyser, health, log
        self.faust.agent(raw_topic(self.faust), name="tag")(self._read)

    async def _read(self, stream: Any) -> None:
        stream.enable_acks = False
        async for events in stream.noack_take(self._settings.batch, within=self._settings.batch_seconds):
            try:
                async with self.busy:
                    await self._batch(events)
                    for event in events:
                        await stream.ack(event)
            except Exception as error:
                self._fail(error)
                raise

    async def _batch(self, events: Sequence[Any]) -> None:
        started = time.monotonic()
        origins = [_origin(e.message) for e in events]
        settled = [await self._settle(o) for o in origins]
        ends = await self._publish(origins, settled)
        for one in ends:
            ARTICLES.labels(one.outcome).inc()
            for theme in one.themes:
                THEMES.labels(theme).inc()
        self.done += len(events)
        BATCH_SECONDS.observe(time.monotonic() - started)
        outcomes = Counter(e.outcome for e in ends)
        self._log.info("batch", records=len(ends), **outcomes, seconds=round(time.monotonic() - started, 3))

    async def _settle(self, origin: Origin) -> Settled:
        await asyncio.sleep(0)  # heartbeats share this thread: a batch of huge articles must not hold them up
        self._health.beat(self.waiting)
        return settle(origin, self._analyser, datetime.now(UTC))

    async def _publish(self, origins: Sequence[Origin], settled: Sequence[Settled]) -> list[Settled]:
        """Deliver what the records led to; a record with a refused message is buried, however far the others went."""
        owners = [n for n, s in enumerate(settled) for _ in s.messages]
        refused = await deliver([m for s in settled for m in s.messages], self._send, self._wait)
        errors = {owners[place]: error for place, error in refused.items()}
        ends = [
            buried(o, "publish", errors[n], datetime.now(UTC)) if n in errors else s
            for n, (o, s) in enumerate(zip(origins, settled, strict=True))
        ]
        if await deliver([m for n in errors for m in ends[n].messages], self._send, self._wait):
            raise UndeliverableError("news.dead does not take a dead letter")
        self.waiting = ""
        return ends

    async def _send(self, m: Message) -> Awaitable[object]:
        producer = await self.faust.maybe_start_producer()
        acknowledged: Awaitable[object] = await producer.send(m.topic, m.key, m.value, None, None, list(m.headers))
        return acknowledged

    async def _wait(self, reason: str, attempt: int) -> None:
        self.waiting = f"waiting for Kafka at {self._settings.kafka}: {reason}"
        self._log.warning(self.waiting, attempt=attempt + 1)
        await asyncio.sleep(min(LONGEST_WAIT, 0.5 * 2 ** min(attempt, 6)))

    def _fail(self, error: Exception) -> None:
        if not self.failed.done():
            self.failed.set_exception(error)


def _origin(message: Any) -> Origin:
    headers = message.headers.items() if isinstance(message.headers, dict) else message.headers or ()
    return Origin(message.topic, message.partition, message.offset, message.key, message.value, tuple(headers))

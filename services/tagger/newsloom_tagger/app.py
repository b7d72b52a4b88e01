"""news.raw → news.tagged, news.theme.<id>, news.dead: the shell. It consumes, works, acknowledges.

A record is acknowledged by us, one by one, when everything that it led to is on Kafka: Faust's own acknowledgements come
when a loop's body ends, even by an error. So an error that is not a record's own ends the process, with nothing acknowledged.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

from newsloom_common.health import Health
from newsloom_common.tracing import ids
from newsloom_schemas.topics import RAW

from newsloom_tagger.analysis import Analyser
from newsloom_tagger.lag import Lag
from newsloom_tagger.live import Live
from newsloom_tagger.metrics import BATCH_SECONDS
from newsloom_tagger.out import Out
from newsloom_tagger.settings import TaggerSettings
from newsloom_tagger.streaming import raw_topic, stream_app
from newsloom_tagger.work import Work, origin, traces


class TaggerApp:
    """The stream and what it works with. ``live`` is busy while a batch is in hand; ``failed`` is set to what must end us."""

    def __init__(self, settings: TaggerSettings, analyser: Analyser, health: Health, log: Any) -> None:
        self.faust = stream_app(settings)
        self.live, self.lag = Live(time.monotonic), Lag()
        self.work = Work(settings, analyser, health, log, Out(self.faust, log))
        self.failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.done = 0
        self._settings, self._log = settings, log
        self.faust.agent(raw_topic(self.faust), name="tag")(self._read)

    def fail(self, error: Exception) -> None:
        """Note what must end the process."""
        if not self.failed.done():
            self.failed.set_exception(error)

    async def _read(self, stream: Any) -> None:
        stream.enable_acks = False
        async for events in stream.noack_take(self._settings.batch, within=self._settings.batch_seconds):
            try:
                async with self.live.batch(full=len(events) >= self._settings.batch):
                    await self._batch(events)
                    for event in events:
                        await stream.ack(event)
            except Exception as error:
                self.fail(error)
                raise

    async def _batch(self, events: Sequence[Any]) -> None:
        started = time.monotonic()
        origins = [origin(e.message) for e in events]
        outcomes = await self.work.do(origins)
        self.done += len(events)
        BATCH_SECONDS.observe(time.monotonic() - started)
        seconds = round(time.monotonic() - started, 3)
        lag, found = self.lag.after(origins), ids(traces(origins))
        self._log.info("batch", topic=RAW, records=len(events), **outcomes, lag=lag, seconds=seconds, traces=found)

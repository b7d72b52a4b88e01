"""Starts the stream when Kafka is there, watches it, stops it with the batch in hand finished."""

import asyncio
import contextlib
import time
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from newsloom_common import twins
from newsloom_common.health import Health
from newsloom_common.kafka import member
from newsloom_common.twins import TwinError
from newsloom_common.watch import EXIT_CODE
from newsloom_schemas.topics import RAW, expand

from newsloom_tagger.analysis import Analyser
from newsloom_tagger.app import TaggerApp
from newsloom_tagger.backfill import Backfill
from newsloom_tagger.metrics import tell_lag
from newsloom_tagger.progress import Asking, Progress
from newsloom_tagger.settings import TaggerSettings
from newsloom_tagger.stall import Stall
from newsloom_tagger.streaming import GROUP
from newsloom_tagger.twin import Twin, member_id

TURN: Final = 2.0  # seconds between two looks at the stream
PROBE: Final = 3.0  # seconds that the broker has to answer a look
PATIENCE: Final = 3.0  # seconds for each step of a stop
RETRY: Final = 2.0
JOINING: Final = "the group has not given out its partitions yet"


@dataclass(frozen=True)
class Runner:
    """What runs the stream until ``stop`` is set."""

    settings: TaggerSettings
    analyser: Analyser
    health: Health
    log: Any
    stop: asyncio.Event

    async def run(self) -> int:
        """Return the exit code: 0 stopped, 1 failed, 70 stalled."""
        await self._until_there()
        if self.stop.is_set():
            return 0
        app = TaggerApp(self.settings, self.analyser, self.health, self.log)
        await app.faust.start()
        older = Backfill(self.settings, app.work, app.live, self.log, app.fail)
        working = asyncio.create_task(older.run(), name="backfill")
        self.log.info("started", kafka=self.settings.kafka, themes=len(self.analyser.taxonomy.themes))
        try:
            async with contextlib.aclosing(Asking(self.settings.kafka)) as asking:
                code = await self._watch(app, asking)
        except TwinError:
            older.stop()
            return await self._stand_aside(app, working)
        if code == 0:
            older.stop()
            await self._finish(app, working)
        working.cancel()
        return code

    async def _until_there(self) -> None:
        """Wait for Kafka and for the topics that set-up makes: Faust gives up where they are missing at its start."""
        topics = {t.name for t in expand(t.id for t in self.analyser.taxonomy.themes)}
        said = ""
        while not self.stop.is_set() and (missing := await _missing(self.settings.kafka, topics)):
            if missing != said:
                self.log.warning(missing)
                said = missing
            self.health.beat(missing)
            await self._pause(RETRY)
        self.health.beat(JOINING)

    async def _watch(self, app: TaggerApp, asking: Asking) -> int:
        stall, outage, twin = Stall(), "", Twin(self._taken)
        while not self.stop.is_set():
            self.health.beat(outage or app.work.waiting or _joining(app))
            if problem := _failure(app):
                self.log.error("stopped", reason=problem)
                return 1
            if self._name and await twin.there(time.monotonic(), partial(member_id, app.faust)):
                raise TwinError
            group, outage = await self._look(asking, outage)
            app.lag.told(group, _own(app))
            tell_lag({p: group[p].left for p in _own(app) & group.keys()})
            if outage or app.work.waiting:
                stall = Stall()
            elif problem := stall.seen(time.monotonic(), group, _own(app)):
                self.log.error("stalled", reason=problem)
                return EXIT_CODE
            await self._pause(TURN)
        return 0

    async def _look(self, asking: Asking, before: str) -> tuple[dict[int, Progress], str]:
        """Return how far the group is, and the sentence of an outage; an outage is no stall."""
        try:
            async with asyncio.timeout(PROBE):
                group = await asking.progress()
        except (KafkaError, TimeoutError) as error:
            outage = f"waiting for Kafka at {self.settings.kafka}: {str(error) or 'no answer'}"
            if not before:
                self.log.warning(outage)
            return {}, outage
        if before:
            self.log.info("Kafka is back")
        return group, ""

    async def _finish(self, app: TaggerApp, older: asyncio.Task[None]) -> None:
        """Let the batches in hand end, commit them, stop Faust; what takes too long stays uncommitted and comes again."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(app.live.busy.acquire(), PATIENCE)
            await asyncio.wait_for(app.faust.consumer.commit(), PATIENCE)
        await asyncio.wait({older}, timeout=PATIENCE)  # it publishes through Faust
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(app.faust.stop(), PATIENCE)
        self.log.info("finished", records=app.done)

    async def _stand_aside(self, app: TaggerApp, older: asyncio.Task[None]) -> int:
        """Do nothing, ready for nothing, until nobody else has our name. Return 1, since a restart helps then, or 0."""
        sentence = twins.sentence("tagger", self._name)
        self.log.error("stands aside", reason=sentence)
        await asyncio.wait({older}, timeout=PATIENCE)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(app.faust.stop(), PATIENCE)
        older.cancel()
        while not self.stop.is_set() and await asyncio.to_thread(twins.still, self._taken):
            self.health.beat(sentence)
            await self._pause(twins.LOOK_S)
        if self.stop.is_set():
            return 0
        self.log.info("the name is free, so all begins anew")
        return 1

    @property
    def _name(self) -> str:
        return member(self.settings.instance) or ""

    def _taken(self, own: str = "") -> bool:
        return twins.taken(self.settings.kafka, GROUP, self._name, own)

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.stop.wait(), seconds)


async def _missing(bootstrap: str, topics: set[str]) -> str:
    """Return what is not there yet, as a sentence; "" where nothing is missing."""
    client = AIOKafkaProducer(bootstrap_servers=[h.strip() for h in bootstrap.split(",")])
    try:
        await client.start()
        missing = sorted(topics - (await client.client.fetch_all_metadata()).topics())
    except KafkaError as error:
        return f"waiting for Kafka at {bootstrap}: {error}"
    finally:
        await client.stop()
    return f"waiting for topics that set-up has not made: {', '.join(missing)}" if missing else ""


def _own(app: TaggerApp) -> set[int]:
    """Return the partitions of news.raw that this process is to read."""
    return {tp.partition for tp in app.faust.consumer.assignment() if tp.topic == RAW}


def _joining(app: TaggerApp) -> str:
    """Return what is waited for until the group has given out its partitions, of which this member may have none."""
    return "" if app.faust.rebalancing_count and not app.faust.rebalancing else JOINING


def _failure(app: TaggerApp) -> str:
    """Return why the stream ended by itself; "" while it runs."""
    error = app.failed.exception() if app.failed.done() else None
    if error is None and app.faust.should_stop:
        error = app.faust.crash_reason
        return f"Faust stopped: {error}"
    return f"{type(error).__name__}: {error}" if error else ""

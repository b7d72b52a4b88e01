"""The shell: waits for Kafka, opens the stream, then polls, decides, records, publishes and tells, feed by feed."""

import os
import queue
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

import structlog
from newsloom_common.health import Health
from newsloom_common.settings import SettingsError
from newsloom_schemas.codec import feed_message
from newsloom_schemas.topics import FEEDS

from newsloom_ingestor import archive, metrics, sources, telling
from newsloom_ingestor.clock import Forward
from newsloom_ingestor.configured import Configured
from newsloom_ingestor.decide import FeedState, Polled
from newsloom_ingestor.fetch import Limits
from newsloom_ingestor.inboundshell import Inbound
from newsloom_ingestor.intake import Intake, Taken, queued
from newsloom_ingestor.opening import open_stream
from newsloom_ingestor.opml import Source
from newsloom_ingestor.outbox import Outbox
from newsloom_ingestor.pages import Crawled, Pages
from newsloom_ingestor.parse import parse
from newsloom_ingestor.poll import poll
from newsloom_ingestor.schedule import HOUR, MINUTE, Due, pick
from newsloom_ingestor.settings import IngestorSettings
from newsloom_ingestor.standing import counts, forgotten, standing
from newsloom_ingestor.state import State
from newsloom_ingestor.websubs import Outside, Then
from newsloom_ingestor.world import Threads, World

LOOK_S: Final = 10.0  # between two looks whether Kafka is there
TOGETHER: Final = 64  # polls and pages that are kept and published at once, where so many are done
PARSE_S: Final = 20.0  # a feed of 8 MB takes three
PARSERS: Final = min(2, os.cpu_count() or 1)  # processes: each holds 50 MB
Job = tuple[Source, FeedState]
Done = Polled | Crawled | Callable[[float], Then]


class StoppedError(Exception):
    """The service is asked to end while it waits for Kafka."""


class Ingestor:
    """One ingestor at work. ``stop`` ends it at the next safe point; what was not acknowledged stays in the outbox."""

    def __init__(self, settings: IngestorSettings, health: Health, stop: threading.Event, world: World | None = None) -> None:
        self._world = world = world or World()
        self._clock = Forward(world.clock)
        self._configured = Configured(settings)
        self._seeds = [queued(seed) for seed in sources.seeds(settings, self._now())]
        self._health, self._stop = health, stop
        self._log = structlog.stdlib.get_logger("newsloom").bind(service="ingestor")
        self._told = ""
        self._state = State(Path(settings.state_dir))
        self._archive = archive.opened(settings, self._log)
        self._limits = Limits(settings.user_agent, settings.allow_private_addresses, keep=self._archive.keep("feed"))
        self._broker = world.topics(settings.kafka, self._wait)
        self._announcer = world.told(settings.kafka, self._log)
        self._outbox = Outbox(self._state, self._broker, self._clock)
        self._results: queue.SimpleQueue[Done] = queue.SimpleQueue()
        self._pages = Pages(settings, self._limits._replace(keep=self._archive.keep("page")), self._results)
        self._intake = Intake(self._state, self._broker, self._outbox, self._pages.wants)
        metrics.OUTBOX.set_function(lambda: self._outbox.waiting)
        self._fetchers = settings.fetchers
        self._parsers = world.processes(PARSERS)
        self._parse = partial(self._parsers.run, parse, timeout_s=PARSE_S)
        self._pool: Threads = world.threads(settings.fetchers, self._poll, self._results)
        self._busy: dict[str, Due] = {}  # by address, what is being polled
        self._tidy_at = self._count_at = self._look_at = 0.0
        outside = Outside(
            table=self._state.subscriptions,
            intake=self._intake,
            results=self._results,
            limits=self._limits,
            parse=self._parse,
            log=self._log,
            told=self._told_by_hub,
            source=self._source,
        )
        self._inbound = Inbound(settings, outside, lambda: self._health.ready)

    def run(self) -> None:
        """Work until stopped."""
        try:
            self._state.wind_back(self._clock())
            opened = open_stream(self._state, self._broker, self._outbox, self._seeds, self._clock)
            self._configure(self._clock())
            telling.opened(self._log, opened, len(self._configured.feeds), self._pages.off)
            while not self._stop.is_set():
                self._turn()
        except StoppedError:
            pass
        finally:
            self._inbound.close()
            self._announcer.close()
            self._broker.close()
            self._state.close()
            self._pages.close()
            self._parsers.close()
            self._archive.close()
            self._log.info("stopped")

    def _turn(self) -> None:
        """Start the polls and pages that are due, and finish those that are done."""
        self._wait("", 0)
        now = self._clock()
        self._reconfigure(now)
        for due in self._next(now):
            self._busy[due.url] = due
            self._pool.give((self._configured.feeds[due.url], self._state.feed(due.url)))
        self._pages.start(self._state, now)
        self._inbound.look(self._configured.feeds, now)
        done = self._pool.take(self._world.turn_s, TOGETHER)
        if done:
            self._finish(done, self._clock())
        self._tidy(now)

    def _tidy(self, now: float) -> None:
        """Do what is due now and then."""
        if now > self._look_at:  # so that readiness tells the truth where nothing new comes
            self._intake.look()
            self._look_at = now + LOOK_S
        if now > self._tidy_at:
            self._state.prune(now)
            self._tidy_at = now + HOUR
        if now > self._count_at:
            telling.standings(counts(self._state.feeds(), now))
            self._count_at = now + MINUTE

    def _configure(self, now: float) -> None:
        """Know the feeds that are configured; of the others news.feeds is told to forget them, again at each start."""
        dropped = self._state.configure(self._configured.feeds, now)
        for message in forgotten(dropped, self._configured.feeds):
            self._announcer.put(message)

    def _reconfigure(self, now: float) -> None:
        """Poll what is configured now, where that has changed; what cannot be read changes nothing."""
        before = self._configured.feeds
        try:
            changed = self._configured.changed(now)
        except SettingsError as error:
            self._log.warning("the feeds stay as they were", reason=str(error))
            return
        if changed:
            self._configure(now)
            telling.reconfigured(self._log, before, self._configured.feeds)

    def _next(self, now: float) -> list[Due]:
        """Return the feeds to be polled now, as far as there are fetchers for them."""
        if len(self._busy) >= self._fetchers:
            return []
        with closing(self._state.due(now)) as due:
            return pick((one for one in due if one.url not in self._busy), self._busy.values(), self._fetchers)

    def _finish(self, done: Sequence[Done], now: float) -> None:
        """Keep and publish what polls, pages and people gave; only then is it told."""
        with self._intake.together() as group:
            tell = [self._keep(one, now) for one in done]
        telling.sent(self._log, group.sent)
        for say in tell:
            say()

    def _keep(self, done: Done, now: float) -> Then:
        if isinstance(done, Crawled):
            return self._page(done, now)
        return self._feed(done, now) if isinstance(done, Polled) else done(now)

    def _page(self, done: Crawled, now: float) -> Then:
        """Keep what a page gave, and return how to tell of it."""
        taken = self._intake.page(done.waiting, done.answer, now)
        self._pages.done(done)
        return partial(telling.paged, self._log, done, taken)

    def _feed(self, done: Polled, now: float) -> Then:
        """Keep what a poll gave, and return how to tell of it."""
        del self._busy[done.url]
        source = self._configured.feeds.get(done.url)
        if not source:  # it was polled while it was taken out
            return lambda: None
        return partial(self._tell, source, done, self._intake.poll(done, now, self._inbound.decide), now)

    def _tell(self, source: Source, done: Polled, taken: Taken, now: float) -> None:
        telling.polled(self._log, done, taken, now)
        self._announce(source, taken, now)

    def _source(self, url: str) -> Source | None:
        """What is configured of a feed now."""
        return self._configured.feeds.get(url)

    def _told_by_hub(self, url: str, taken: Taken, now: float) -> None:
        source = self._source(url)
        if source:
            self._announce(source, taken, now)

    def _announce(self, source: Source, taken: Taken, now: float) -> None:
        new = taken.outcomes["new"] + taken.outcomes["page"]
        self._announcer.put(feed_message(FEEDS, standing(source, taken.decision, new, now), source="ingestor"))

    def _poll(self, job: Job) -> Polled:
        source, feed = job
        return poll(source, feed, self._limits, self._now(), fetch=self._world.fetch, parse=self._parse)

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC)

    def _wait(self, reason: str, pause_s: float) -> None:
        """Say what is waited for, once; pause; end the waiting where the service is to stop."""
        self._health.beat(reason)
        if reason and reason != self._told:
            self._log.warning("waiting", reason=reason)
        self._told = reason
        if self._stop.wait(pause_s) and reason:
            raise StoppedError

"""The shell: waits for Kafka, opens the stream, then polls, decides, records, publishes and tells, feed by feed."""

import os
import queue
import threading
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import structlog
from newsloom_common.health import Health
from newsloom_common.settings import SettingsError
from newsloom_schemas.codec import feed_message
from newsloom_schemas.topics import FEEDS

from newsloom_ingestor import metrics, sources, telling
from newsloom_ingestor.announcing import Announcer
from newsloom_ingestor.broker import Kafka
from newsloom_ingestor.configured import Configured
from newsloom_ingestor.decide import FeedState, Polled
from newsloom_ingestor.fetch import Limits
from newsloom_ingestor.intake import Intake, queued
from newsloom_ingestor.opening import open_stream
from newsloom_ingestor.opml import Source
from newsloom_ingestor.outbox import Outbox
from newsloom_ingestor.pages import Crawled, Pages
from newsloom_ingestor.parse import parse
from newsloom_ingestor.poll import poll
from newsloom_ingestor.pool import Pool
from newsloom_ingestor.schedule import HOUR, pick
from newsloom_ingestor.settings import IngestorSettings
from newsloom_ingestor.standing import standing
from newsloom_ingestor.state import State
from newsloom_ingestor.workers import Workers

TURN_S: Final = 1.0
PARSE_S: Final = 20.0  # a feed of 8 MB takes three
PARSERS: Final = min(2, os.cpu_count() or 1)  # processes: each holds 50 MB
Job = tuple[Source, FeedState]


class StoppedError(Exception):
    """The service is asked to end while it waits for Kafka."""


class Ingestor:
    """One ingestor at work. ``stop`` ends it at the next safe point; what was not acknowledged stays in the outbox."""

    def __init__(self, settings: IngestorSettings, health: Health, stop: threading.Event) -> None:
        self._configured = Configured(settings)
        self._seeds = [queued(seed) for seed in sources.seeds(settings, datetime.now(UTC))]
        self._limits = Limits(settings.user_agent, settings.allow_private_addresses)
        self._health, self._stop = health, stop
        self._log = structlog.stdlib.get_logger("newsloom").bind(service="ingestor")
        self._told = ""
        self._state = State(Path(settings.state_dir))
        self._broker = Kafka(settings.kafka, self._wait)
        self._announcer = Announcer(settings.kafka, self._log)
        self._outbox = Outbox(self._state, self._broker, time.time)
        self._results: queue.SimpleQueue[Polled | Crawled] = queue.SimpleQueue()
        self._pages = Pages(settings, self._limits, self._results)
        self._intake = Intake(self._state, self._broker, self._outbox, self._pages.wants)
        metrics.OUTBOX.set_function(lambda: self._outbox.waiting)
        self._fetchers = settings.fetchers
        self._parsers = Workers(PARSERS)
        self._pool: Pool[Job, Polled | Crawled] = Pool(settings.fetchers, self._poll, self._results)
        self._busy: dict[str, str] = {}  # address being polled → its host
        self._tidy_at = 0.0

    def run(self) -> None:
        """Work until stopped."""
        try:
            opened = open_stream(self._state, self._broker, self._outbox, self._seeds, time.time)
            self._state.configure(self._configured.feeds, time.time())
            telling.opened(self._log, opened, len(self._configured.feeds), self._pages.off)
            while not self._stop.is_set():
                self._turn()
        except StoppedError:
            pass
        finally:
            self._announcer.close()
            self._broker.close()
            self._state.close()
            self._pages.close()
            self._parsers.close()
            self._log.info("stopped")

    def _turn(self) -> None:
        """Start the polls and pages that are due, and finish one that is done."""
        self._wait("", 0)
        now = time.time()
        self._reconfigure(now)
        due = [(url, _host(url)) for url in self._state.due(now) if url not in self._busy]
        for url in pick(due, self._busy.values(), self._fetchers - len(self._busy)):
            self._busy[url] = _host(url)
            self._pool.give((self._configured.feeds[url], self._state.feed(url)))
        self._pages.start(self._state, now)
        done = self._pool.take(TURN_S)
        if done:
            self._finish(done, time.time())
        if now > self._tidy_at:
            self._state.prune(now)
            self._tidy_at = now + HOUR

    def _reconfigure(self, now: float) -> None:
        """Poll what is configured now, where that has changed; what cannot be read changes nothing."""
        before = self._configured.feeds
        try:
            changed = self._configured.changed(now)
        except SettingsError as error:
            self._log.warning("the feeds stay as they were", reason=str(error))
            return
        if changed:
            self._state.configure(self._configured.feeds, now)
            telling.reconfigured(self._log, before, self._configured.feeds)

    def _finish(self, done: Polled | Crawled, now: float) -> None:
        """Keep and publish what a poll or a page gave; only then is it told."""
        if isinstance(done, Crawled):
            telling.paged(self._log, done, self._intake.page(done.waiting, done.answer, now))
            self._pages.done(done)
            return
        del self._busy[done.url]
        source = self._configured.feeds.get(done.url)
        if source:  # else it was polled while it was taken out
            taken = self._intake.poll(done, now)
            telling.polled(self._log, done, taken, now)
            new = taken.outcomes["new"] + taken.outcomes["page"]
            self._announcer.put(feed_message(FEEDS, standing(source, taken.decision, new, now), source="ingestor"))

    def _poll(self, job: Job) -> Polled:
        source, feed = job
        parse_apart = partial(self._parsers.run, parse, timeout_s=PARSE_S)
        return poll(source, feed, self._limits, datetime.now(UTC), parse=parse_apart)

    def _wait(self, reason: str, pause_s: float) -> None:
        """Say what is waited for, once; pause; end the waiting where the service is to stop."""
        self._health.beat(reason)
        if reason and reason != self._told:
            self._log.warning("waiting", reason=reason)
        self._told = reason
        if self._stop.wait(pause_s) and reason:
            raise StoppedError


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""

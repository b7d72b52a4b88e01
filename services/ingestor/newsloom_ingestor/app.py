"""The shell: waits for Kafka, opens the stream, then polls, decides, records, publishes and tells, feed by feed."""

import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import structlog
from newsloom_common.health import Health

from newsloom_ingestor import metrics, sources, telling
from newsloom_ingestor.broker import Kafka
from newsloom_ingestor.decide import FeedState, Polled
from newsloom_ingestor.fetch import Limits
from newsloom_ingestor.intake import Intake, queued
from newsloom_ingestor.opening import open_stream
from newsloom_ingestor.opml import Source
from newsloom_ingestor.outbox import Outbox
from newsloom_ingestor.poll import poll
from newsloom_ingestor.pool import Pool
from newsloom_ingestor.schedule import HOUR, pick
from newsloom_ingestor.settings import IngestorSettings
from newsloom_ingestor.state import State

TURN_S: Final = 1.0
Job = tuple[Source, FeedState]


class StoppedError(Exception):
    """The service is asked to end while it waits for Kafka."""


class Ingestor:
    """One ingestor at work. ``stop`` ends it at the next safe point; what was not acknowledged stays in the outbox."""

    def __init__(self, settings: IngestorSettings, health: Health, stop: threading.Event) -> None:
        self._sources = {s.url: s for s in sources.feeds(settings)}
        self._seeds = [queued(seed) for seed in sources.seeds(settings, datetime.now(UTC))]
        self._limits = Limits(settings.user_agent, settings.allow_private_addresses)
        self._health, self._stop = health, stop
        self._log = structlog.stdlib.get_logger("newsloom").bind(service="ingestor")
        self._told = ""
        self._state = State(Path(settings.state_dir))
        self._broker = Kafka(settings.kafka, self._wait)
        self._outbox = Outbox(self._state, self._broker, time.time)
        self._intake = Intake(self._state, self._broker, self._outbox, lambda _article, _whole: False)
        metrics.OUTBOX.set_function(lambda: self._outbox.waiting)
        self._fetchers = settings.fetchers
        self._pool: Pool[Job, Polled] = Pool(settings.fetchers, self._poll)
        self._busy: dict[str, str] = {}  # address being polled → its host
        self._tidy_at = 0.0

    def run(self) -> None:
        """Work until stopped."""
        try:
            opened = open_stream(self._state, self._broker, self._outbox, self._seeds, time.time)
            self._state.configure(self._sources, time.time())
            telling.opened(self._log, opened, len(self._sources))
            while not self._stop.is_set():
                self._turn()
        except StoppedError:
            pass
        finally:
            self._broker.close()
            self._state.close()
            self._log.info("stopped")

    def _turn(self) -> None:
        """Start the polls that are due, and finish one that is done."""
        self._wait("", 0)
        now = time.time()
        due = [(url, _host(url)) for url in self._state.due(now) if url not in self._busy]
        for url in pick(due, self._busy.values(), self._fetchers - len(self._busy)):
            self._busy[url] = _host(url)
            self._pool.give((self._sources[url], self._state.feed(url)))
        polled = self._pool.take(TURN_S)
        if polled:
            self._finish(polled, time.time())
            del self._busy[polled.url]
        if now > self._tidy_at:
            self._state.prune(now)
            self._tidy_at = now + HOUR

    def _finish(self, polled: Polled, now: float) -> None:
        """Keep and publish what a poll gave; only then is it told."""
        taken = self._intake.poll(polled, now)
        telling.polled(self._log, polled, taken, now)

    def _poll(self, job: Job) -> Polled:
        source, feed = job
        return poll(source, feed, self._limits, datetime.now(UTC))

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

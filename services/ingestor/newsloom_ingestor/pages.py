"""Keeps the fetching of pages going beside the polls: what is fetched next, by whom, and what became of it."""

import os
import queue
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from newsloom_schemas.types import RawArticle

from newsloom_ingestor import merge, metrics
from newsloom_ingestor.crawl import Crawler
from newsloom_ingestor.fetch import Limits
from newsloom_ingestor.hosts import Hosts
from newsloom_ingestor.pagequeue import Waiting
from newsloom_ingestor.pool import Pool
from newsloom_ingestor.settings import IngestorSettings
from newsloom_ingestor.sorting import PageAnswer
from newsloom_ingestor.state import State
from newsloom_ingestor.workers import Workers

LOOK_S: Final = 0.5  # between two looks into the queue while hosts must rest
PROCESSES: Final = min(2, os.cpu_count() or 1)  # that read pages: each holds 100 MB

Crawl = Callable[[RawArticle, datetime, int], PageAnswer]


class Crawled(NamedTuple):
    """A page that was fetched, or not, for an article that waited for it."""

    waiting: Waiting
    answer: PageAnswer
    took_s: float


class Pages:
    """Fetches pages in threads of its own, one at a time a host. ``off`` says why it does not, empty where it does."""

    def __init__(
        self, settings: IngestorSettings, limits: Limits, results: queue.SimpleQueue[Any], crawl: Crawl | None = None
    ) -> None:
        self.off = settings.pages_off
        self._size = 0 if self.off else settings.page_fetchers
        self._results = results
        self._hosts = Hosts()
        self._workers = Workers(PROCESSES)
        self._crawl = crawl or Crawler(limits, self._workers, self._hosts).crawl
        self._pool: Pool[Waiting, Crawled] = Pool(self._size, self._fetch, results)
        self._busy: dict[str, str] = {}  # id of an article whose page is being fetched → its host
        self._look_at = 0.0

    def wants(self, article: RawArticle, whole: bool) -> bool:
        """Whether a new article's page is to be fetched before it is published."""
        return not self.off and merge.wants(article, whole)

    def start(self, state: State, now: float) -> None:
        """Start the fetches that are due. Where pages were turned off, those that still wait are published as they are."""
        if now < self._look_at or len(self._busy) >= max(self._size, 1):
            return
        self._look_at = now + LOOK_S
        metrics.PAGES_WAITING.set(state.pages_waiting())
        busy = {*self._busy.values(), *self._hosts.waiting(now)}
        for waiting in state.pages_next(now, max(self._size, 1) - len(self._busy), busy):
            self._busy[waiting.article.id] = waiting.host
            self._give(waiting)

    def done(self, fetched: Crawled) -> None:
        """Note that a fetch is finished, recorded and told."""
        del self._busy[fetched.waiting.article.id]
        self._look_at = 0.0

    def close(self) -> None:
        """End the processes that read pages."""
        self._workers.close()

    def _give(self, waiting: Waiting) -> None:
        if self.off:
            self._results.put(Crawled(waiting, PageAnswer(None, self.off), 0.0))
        else:
            self._pool.give(waiting)

    def _fetch(self, waiting: Waiting) -> Crawled:
        started = time.monotonic()
        try:
            answer = self._crawl(waiting.article, datetime.now(UTC), waiting.tries)
        except Exception as error:  # noqa: BLE001 - a defect that one page brings out must not end the thread
            answer = PageAnswer(None, f"could not be fetched: {type(error).__name__}: {error}"[:200])
        return Crawled(waiting, answer, time.monotonic() - started)

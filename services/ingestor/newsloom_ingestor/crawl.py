"""Fetches the page of an article: robots.txt, the page, its text in a worker → PageAnswer. Runs in threads of its own pool.

What is likely to pass is tried again, after 5, 10, 20… minutes or when the server says; what is a decision of the publisher's
(404, robots.txt, a wall, no HTML) is not.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Final, Protocol
from urllib.parse import urlsplit

from newsloom_schemas.types import RawArticle

from newsloom_ingestor import fetch, page, robots, robotsmeta
from newsloom_ingestor.exchange import Exchange  # noqa: TC001 - a type, in one place with the others
from newsloom_ingestor.fetch import Fetched, FetchFailed, Limits
from newsloom_ingestor.hosts import Hosts
from newsloom_ingestor.merge import is_front, merged
from newsloom_ingestor.robots import Refused, Robots, Unknown
from newsloom_ingestor.sorting import PageAnswer
from newsloom_ingestor.workers import WorkerDiedError, WorkerKilledError, Workers

ACCEPT: Final = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"
HTML: Final = frozenset({"text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml", ""})
READ_S: Final = 20.0  # a page takes 10 ms, one of 4 MB two seconds
RULE_S: Final = 5.0
FIRST_PAUSE_S: Final = 300.0
PASSING: Final = frozenset({408, 421, 423, 425, 429})  # and all 5xx
FORBIDDEN: Final = frozenset({"robots.txt", *robotsmeta.REFUSALS})  # reasons
MAX_REASON: Final = 200  # characters


class Get(Protocol):
    """``fetch.get``."""

    def __call__(self, url: str, limits: Limits, now: datetime, *, accept: str, max_bytes: int) -> Fetched | FetchFailed: ...


class Crawler:
    """Fetches pages, and says which hosts it must leave alone for now. Safe for threads."""

    def __init__(
        self, limits: Limits, workers: Workers, hosts: Hosts, get: Get = fetch.get, clock: Callable[[], float] = time.time
    ) -> None:
        self._limits, self._workers, self._hosts, self._get, self._clock = limits, workers, hosts, get, clock
        self._robots = Robots(self._robots_txt, partial(workers.run, robots.rule, timeout_s=RULE_S))

    def crawl(self, article: RawArticle, now: datetime, tries: int = 0) -> PageAnswer:
        """Return what the article's page makes of it. ``tries`` are those before, which lengthen the pause after a failure.

        What the page's publisher does not want to be used is not archived either.
        """
        heard: list[Exchange] = []
        answer = self._crawl(article, now, tries, self._limits._replace(keep=heard.append))
        if self._limits.keep and answer.reason not in FORBIDDEN:
            for one in heard:
                self._limits.keep(one)
        return answer

    def _crawl(self, article: RawArticle, now: datetime, tries: int, limits: Limits) -> PageAnswer:
        url = article.url or ""
        may = self._robots.may(url, now.timestamp())
        if isinstance(may, Refused):
            return PageAnswer(None, "robots.txt")
        if isinstance(may, Unknown):
            return _later(may.reason, may.wait_s, tries)
        answer = self._get(url, limits, now, accept=ACCEPT, max_bytes=page.MAX_BYTES)
        asked_to_wait = answer.retry_after_s if isinstance(answer, FetchFailed) else 0.0
        self._hosts.note(urlsplit(url).hostname or "", self._clock(), max(may.delay_s, asked_to_wait))
        if isinstance(answer, FetchFailed):
            return failed(answer, tries)
        return self._refused(url, answer, now) or self._read(article, answer, now)

    def _refused(self, url: str, fetched: Fetched, now: datetime) -> PageAnswer | None:
        """Why what was fetched is not the article, by its headers and address."""
        if forbidden := robotsmeta.refusal(fetched.robots, now):
            return PageAnswer(None, forbidden)
        kind = fetched.content_type.partition(";")[0].strip().lower()
        if kind not in HTML:
            return PageAnswer(None, f"not HTML but {kind}"[:MAX_REASON])
        if is_front(fetched.url) and not is_front(url):
            return PageAnswer(None, "redirected to the front page")
        elsewhere = fetched.url != url and isinstance(self._robots.may(fetched.url, now.timestamp()), Refused)
        return PageAnswer(None, "robots.txt") if elsewhere else None

    def _read(self, article: RawArticle, fetched: Fetched, now: datetime) -> PageAnswer:
        try:
            found = self._workers.run(
                page.read, fetched.data, content_type=fetched.content_type, url=fetched.url, now=now, timeout_s=READ_S
            )
        except (WorkerKilledError, WorkerDiedError) as error:
            return PageAnswer(None, f"could not be read: {error}"[:MAX_REASON])
        except Exception as error:  # noqa: BLE001 - a defect that one page brings out must not end the others
            return PageAnswer(None, f"could not be read: {type(error).__name__}: {error}"[:MAX_REASON])
        return merged(article, found, fetched.url)

    def _robots_txt(self, url: str) -> Fetched | FetchFailed:
        limits = self._limits._replace(keep=None)
        return self._get(url, limits, datetime.now(UTC), accept=robots.TYPES, max_bytes=robots.MAX_BYTES)


def failed(failure: FetchFailed, tries: int) -> PageAnswer:
    """Return whether and when to try again, by what went wrong. Pure."""
    status = int(failure.reason[5:8]) if failure.reason.startswith("HTTP ") and failure.reason[5:8].isdecimal() else 0
    passing = status in PASSING or status >= 500 if status else failure.kind in {"network", "soft"}
    if not passing:
        return PageAnswer(None, failure.reason[:MAX_REASON])
    return _later(failure.reason, failure.retry_after_s, tries)


def _later(reason: str, wait_s: float, tries: int) -> PageAnswer:
    return PageAnswer(None, reason[:MAX_REASON], retry_s=max(wait_s, FIRST_PAUSE_S * 2**tries))

"""May a page be fetched? What robots.txt (RFC 9309) of its host says, asked for at most once a day.

| robots.txt | means | RFC 9309 |
| --- | --- | --- |
| found | its rules, and its Crawl-delay | 2.2 |
| 4xx but 429 | everything is allowed | 2.3.1.3 |
| 429, 5xx, unreachable, too large | nothing is allowed for now | 2.3.1.4 |

The rules are read in a worker: a file of half a megabyte, with stars, can keep a parser busy for long.
"""

import threading
from collections.abc import Callable
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from protego import Protego

from newsloom_ingestor.fetch import Fetched, FetchFailed

AGENT: Final = "newsloom"
MAX_BYTES: Final = 512 * 1024  # RFC 9309, 2.5: at least 500 kibibytes
KEEP_S: Final = 24 * 3600.0  # RFC 9309, 2.4
AGAIN_S: Final = 15 * 60.0  # until one that could not be had is asked for again
MOST_HOSTS: Final = 5000
TYPES: Final = "text/plain, */*;q=0.1"

Get = Callable[[str], Fetched | FetchFailed]
Judge = Callable[[bytes, str], "Ruling"]


class Allowed(NamedTuple):
    """It may be fetched, with this much time between two requests to the host."""

    delay_s: float = 0.0


class Refused(NamedTuple):
    """It must not be fetched."""


class Unknown(NamedTuple):
    """Nobody can say now; ask again after ``wait_s``."""

    wait_s: float
    reason: str


Answer = Allowed | Refused | Unknown


class Ruling(NamedTuple):
    """What a robots.txt says of one address."""

    allowed: bool
    delay_s: float


class _Held(NamedTuple):
    """A host's robots.txt, None where there is none, or why it could not be had; and until when that holds."""

    data: bytes | None
    error: str
    until: float


class Robots:
    """The robots.txt of all hosts. ``get`` fetches one, ``judge`` is ``rule``, wherever it runs. Safe for threads."""

    def __init__(self, get: Get, judge: Judge) -> None:
        self._get, self._judge = get, judge
        self._held: dict[str, _Held] = {}
        self._lock = threading.Lock()

    def may(self, url: str, now: float) -> Answer:
        """Return whether the page at ``url`` may be fetched, at ``now`` in seconds since 1970."""
        held = self._of(url, now)
        if held.error:
            return Unknown(max(held.until - now, 1.0), f"robots.txt: {held.error}")
        if held.data is None:
            return Allowed()
        try:
            ruling = self._judge(held.data, url)
        except Exception as error:  # noqa: BLE001 - whatever a file of somebody else's makes of a parser
            return Unknown(KEEP_S, f"robots.txt could not be read: {error}")
        return Allowed(ruling.delay_s) if ruling.allowed else Refused()

    def _of(self, url: str, now: float) -> _Held:
        parts = urlsplit(url)
        place = f"{parts.scheme}://{parts.netloc}"
        with self._lock:
            held = self._held.get(place)
        if held is None or held.until <= now:
            held = _held(self._get(f"{place}/robots.txt"), now)
            self._keep(place, held, now)
        return held

    def _keep(self, place: str, held: _Held, now: float) -> None:
        with self._lock:
            if len(self._held) >= MOST_HOSTS:
                fresh = sorted((p, h) for p, h in self._held.items() if h.until > now)
                self._held = dict(fresh[: MOST_HOSTS // 2])
            self._held[place] = held


def _held(answer: Fetched | FetchFailed, now: float) -> _Held:
    if isinstance(answer, Fetched):
        return _Held(answer.data, "", now + KEEP_S)
    if answer.reason.startswith("HTTP 4") and answer.reason != "HTTP 429":
        return _Held(None, "", now + KEEP_S)
    return _Held(None, answer.reason, now + max(AGAIN_S, min(answer.retry_after_s, KEEP_S)))


def rule(data: bytes, url: str) -> Ruling:
    """Return what the file says of the address. Pure; made for a worker."""
    rules = _parsed(data)
    return Ruling(rules.can_fetch(url, AGENT), float(rules.crawl_delay(AGENT) or 0.0))


@lru_cache(maxsize=64)
def _parsed(data: bytes) -> Protego:
    return Protego.parse(data.decode("utf-8", "replace").removeprefix("\ufeff"))

"""A world without a network, in which the whole ingestor lives through days in seconds: clock, threads, Kafka, sites.

Time passes only while the ingestor waits. A poll begins when it is given, and ends as many simulated seconds later as its site
takes; the articles of all others go on meanwhile, as with real threads.
"""

import heapq
import queue
import tempfile
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

from newsloom_common.health import Health
from newsloom_ingestor import opml
from newsloom_ingestor.app import Ingestor
from newsloom_ingestor.decide import Polled
from newsloom_ingestor.fetch import Limits, Response, Validators
from newsloom_ingestor.opml import Source
from newsloom_ingestor.settings import IngestorSettings
from newsloom_ingestor.state import Fence
from newsloom_ingestor.world import World
from newsloom_schemas.codec import Message

START: Final = 1_795_392_000.0  # Monday, 2026-11-23, 00:00 UTC
TURN_S: Final = 20.0
MEMORY: Final = "/dev/shm"  # noqa: S108 - a temporary folder is made in it


class Clock:
    """Seconds since 1970."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now


class Sites(Protocol):
    """All sites of a world."""

    def answer(self, url: str, held: Validators, now: float) -> Response:
        """What the site of an address says at a time."""

    def took_s(self, url: str, now: float) -> float:
        """How long it takes to."""


class Threads:
    """Fetchers: a job is done at once, and its result is there after as long as its site takes. ``until`` ends the world."""

    def __init__(
        self,
        clock: Clock,
        sites: Sites,
        work: Callable[[Any], Polled],
        results: queue.SimpleQueue[Any],
        at: Callable[[float], None],
    ) -> None:
        self._clock, self._sites, self._work, self._results, self._at = clock, sites, work, results, at
        self._running: list[tuple[float, int, Polled]] = []
        self._given = 0

    def give(self, job: Any) -> None:
        """Begin a poll."""
        done = self._work(job)
        self._given += 1
        heapq.heappush(self._running, (self._clock.now + self._sites.took_s(done.url, self._clock.now), self._given, done))

    def take(self, timeout_s: float, limit: int) -> list[Any]:
        """Let time pass until a poll is done, or so many seconds."""
        if not self._results.empty():
            return [self._results.get()]
        then = self._clock.now + timeout_s
        self._clock.now = max(self._clock.now, min(then, self._running[0][0] if self._running else then))
        self._at(self._clock.now)
        done: list[Any] = []
        while self._running and self._running[0][0] <= self._clock.now and len(done) < limit:
            done.append(heapq.heappop(self._running)[2])
        return done


class Topics:
    """Kafka: ``sent`` is told of every record, and all are acknowledged."""

    def __init__(self, sent: Callable[[Message], None]) -> None:
        self._sent = sent

    def ends(self) -> Fence:
        """Nothing is ever asked of a fence here."""
        return {}

    def keys(self, since: Fence) -> Iterable[tuple[str, str]]:
        """Nothing was there before."""
        del since
        return ()

    def send(self, messages: Sequence[Message]) -> list[Exception | None]:
        """Take all."""
        for message in messages:
            self._sent(message)
        return [None] * len(messages)

    def close(self) -> None:
        """Nothing is open."""


class Told:
    """Where how feeds stand is told: ``heard`` hears it."""

    def __init__(self, heard: Callable[[Message], None]) -> None:
        self.put = heard

    def close(self) -> None:
        """Nothing is open."""


class Here:
    """Work that runs in this process."""

    def run(self, work: Callable[..., Any], /, *args: object, timeout_s: float, **named: object) -> Any:
        """Do it."""
        del timeout_s
        return work(*args, **named)

    def close(self) -> None:
        """There is no process to end."""


class Days(NamedTuple):
    """A world: its sites, how long it lasts, and who hears what.

    ``sent`` hears each record and when it was sent, ``heard`` how a feed stands, ``at`` the time whenever it has moved.
    """

    sites: Sites
    sources: Sequence[Source]
    last_s: float
    sent: Callable[[Message, float], None]
    heard: Callable[[Message], None] = lambda _: None
    at: Callable[[float], None] = lambda _: None


def live(days: Days, **settings: object) -> None:
    """Let an ingestor live through it. No power fails here: its state is kept in memory where the system has a folder there."""
    with tempfile.TemporaryDirectory(dir=MEMORY if Path(MEMORY).is_dir() else None) as folder:
        listed = Path(folder) / "feeds.opml"
        listed.write_bytes(opml.write(days.sources))
        clock, stop = Clock(), threading.Event()

        def fetch(url: str, held: Validators, limits: Limits, now: datetime) -> Response:
            del limits
            return days.sites.answer(url, held, now.timestamp())

        def at(now: float) -> None:
            days.at(now)
            if now >= START + days.last_s:
                stop.set()

        world = World(
            turn_s=TURN_S,
            clock=clock,
            fetch=fetch,
            topics=lambda _address, _waiting: Topics(lambda message: days.sent(message, clock.now)),
            told=lambda _address, _log: Told(days.heard),
            threads=lambda _size, work, results: Threads(clock, days.sites, work, results, at),
            processes=lambda _size: Here(),
        )
        given = {"feeds_file": str(listed), "seeds_dir": "", "state_dir": folder, "pages": "off", "archive_dir": ""}
        chosen = IngestorSettings(**{**given, **settings})  # type: ignore[arg-type]
        with suppress(KeyboardInterrupt):
            Ingestor(chosen, Health(), stop, world).run()

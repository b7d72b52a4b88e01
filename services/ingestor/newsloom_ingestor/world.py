"""The world outside as the shell meets it: a clock, a network, Kafka, threads, processes.

All of it is passed in, so that a week can be lived through in seconds.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from queue import SimpleQueue
from typing import Any, NamedTuple, Protocol

from newsloom_schemas.codec import Message
from structlog.stdlib import BoundLogger

from newsloom_ingestor.announcing import Announcer
from newsloom_ingestor.asking import Fetch
from newsloom_ingestor.broker import Kafka
from newsloom_ingestor.fetch import fetch
from newsloom_ingestor.pool import Pool
from newsloom_ingestor.state import Fence
from newsloom_ingestor.workers import Workers


class Topics(Protocol):
    """``Kafka``: what the outbox needs of it, and its end."""

    def ends(self) -> Fence: ...
    def keys(self, since: Fence) -> Iterable[tuple[str, str]]: ...
    def send(self, messages: Sequence[Message]) -> list[Exception | None]: ...
    def close(self) -> None: ...


class Told(Protocol):
    """``Announcer``."""

    def put(self, message: Message) -> None: ...
    def close(self) -> None: ...


class Threads(Protocol):
    """``Pool``."""

    def give(self, job: Any) -> None: ...
    def take(self, timeout_s: float, limit: int) -> list[Any]: ...


class Processes(Protocol):
    """``Workers``."""

    def run(self, work: Callable[..., Any], /, *args: object, timeout_s: float, **named: object) -> Any: ...
    def close(self) -> None: ...


class World(NamedTuple):
    """The real one, unless told otherwise. ``clock`` gives seconds since 1970; every ``turn_s`` it is seen what is due."""

    turn_s: float = 1.0
    clock: Callable[[], float] = time.time
    fetch: Fetch = fetch
    topics: Callable[[str, Callable[[str, float], None]], Topics] = Kafka
    told: Callable[[str, BoundLogger], Told] = Announcer
    threads: Callable[[int, Callable[[Any], Any], SimpleQueue[Any]], Threads] = Pool
    processes: Callable[[int], Processes] = Workers

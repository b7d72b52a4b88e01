"""Requests → the shell's own thread, which alone may touch the state → their answers. Bounded, and nobody waits for ever."""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, Final, NamedTuple, Protocol

SIZE: Final = 1000  # pieces of work that may wait
PATIENCE_S: Final = 20.0  # for all of one request
LOOK_S: Final = 1.5  # between two looks whether anything can be done


class BusyError(Exception):
    """The work was not done; the text says why. What of it was begun will be done, and known if it is asked for again."""


class Work(Protocol):
    """A piece of work, and how many parts it has."""

    @property
    def parts(self) -> int: ...


class Ticket(NamedTuple):
    """A piece of work that was handed in, and where its result goes."""

    work: Any
    future: "Future[Any]"


class Desk:
    """``wake`` is called when there is work where there was none; then somebody should ``take`` it. Safe for threads."""

    def __init__(self, wake: Callable[[], None], size: int = SIZE) -> None:
        self._wake, self._size = wake, size
        self._waiting: deque[Ticket] = deque()
        self._taken: set[Future[Any]] = set()
        self._lock = threading.Lock()
        self._closed = False

    def hand_in(self, works: Sequence[Work]) -> "list[Future[Any]]":
        """Queue all of this work or, where there is no room, none of it. Raises BusyError."""
        tickets = [Ticket(work, Future()) for work in works]
        with self._lock:
            if self._closed:
                raise BusyError("the service is stopping")
            if len(self._waiting) + len(tickets) > self._size and self._waiting:
                raise BusyError("too many articles wait already")
            quiet = not self._waiting
            self._waiting.extend(tickets)
        if quiet and tickets:
            self._wake()
        return [t.future for t in tickets]

    def take(self, limit: int) -> list[Ticket]:
        """Take the oldest work until it has ``limit`` parts; what was withdrawn is left out. The rest wakes again."""
        found: list[Ticket] = []
        with self._lock:
            while self._waiting and limit > 0:
                ticket = self._waiting.popleft()
                if ticket.future.set_running_or_notify_cancel():
                    found.append(ticket)
                    limit -= ticket.work.parts
            self._taken.update(t.future for t in found)
            more = bool(self._waiting)
        if more:
            self._wake()
        return found

    def done(self, ticket: Ticket, result: Any) -> None:
        """Give the result of what was taken."""
        with self._lock:
            self._taken.discard(ticket.future)
        ticket.future.set_result(result)

    def close(self) -> None:
        """Send everybody home who still waits."""
        with self._lock:
            self._closed = True
            open_ = [*(t.future for t in self._waiting if t.future.set_running_or_notify_cancel()), *self._taken]
            self._waiting.clear()
            self._taken.clear()
        for future in open_:
            future.set_exception(BusyError("the service is stopping"))

    async def through(self, works: Sequence[Work], away: Callable[[], str], patience_s: float = PATIENCE_S) -> list[Any]:
        """Hand work in and return its results. Raises BusyError; what was not begun by then is withdrawn.

        That is when ``patience_s`` are over, or when ``away`` has said for a while why nothing can be done.
        """
        results = asyncio.gather(*map(asyncio.wrap_future, self.hand_in(works)), return_exceptions=True)
        until, told = time.monotonic() + patience_s, ""
        while not (await asyncio.wait([results], timeout=min(LOOK_S, patience_s)))[0]:
            before, told = told, away()
            if (before and told) or time.monotonic() >= until:
                results.cancel()
                with suppress(asyncio.CancelledError):
                    await results
                raise BusyError(told or "not done in time; what was begun will be done")
        for one in results.result():
            if isinstance(one, BaseException):
                raise one
        return list(results.result())

"""A fixed number of threads that turn jobs into results. They are daemons: a slow feed holds up no one who wants to stop."""

import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Generic, TypeVar

J = TypeVar("J")
R = TypeVar("R")


class Pool(Generic[J, R]):
    """``work`` must not raise: it turns everything that can happen into a result.

    Pools may share ``results``: who takes one then waits for all of them at once.
    """

    def __init__(self, threads: int, work: Callable[[J], R], results: queue.SimpleQueue[R] | None = None) -> None:
        self._work = work
        self._jobs: queue.SimpleQueue[J] = queue.SimpleQueue()
        self._results: queue.SimpleQueue[R] = results or queue.SimpleQueue()
        for n in range(threads):
            threading.Thread(target=self._run, name=f"fetch-{n}", daemon=True).start()

    def give(self, job: J) -> None:
        """Queue a job."""
        self._jobs.put(job)

    def take(self, timeout_s: float, limit: int) -> list[R]:
        """Return the next result and those that are there already, at most so many; none where none came in that time."""
        found: list[R] = []
        with suppress(queue.Empty):
            found.append(self._results.get(timeout=timeout_s))
            while len(found) < limit:
                found.append(self._results.get_nowait())
        return found

    def _run(self) -> None:
        while True:
            self._results.put(self._work(self._jobs.get()))

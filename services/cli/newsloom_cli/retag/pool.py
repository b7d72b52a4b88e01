"""Articles → tagged anew by several processes of low priority, in their order, read ahead by a few."""

import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache, partial
from itertools import islice
from typing import Final

from newsloom_ingestor.workers import WorkerDiedError, WorkerKilledError, Workers

from newsloom_cli.retag.rereading import Held, Reread, Task, reread

MOST: Final = min(4, os.cpu_count() or 1)  # processes, if nobody says otherwise
BATCH: Final = 32  # articles that a process is given at once
PATIENCE_S: Final = 300.0  # for a batch; the first one has to wait for models and rules, on a machine that is busy
MEMORY: Final = 4 * 1024**3  # bytes of address space, of which a few hundred megabytes are used
NICE: Final = 10  # live news has the processor first


class Pool:
    """``size`` processes that tag as the task says; they end with us, however we end."""

    def __init__(self, size: int, task: Task) -> None:
        self._size, self._task = size, task
        self._workers = Workers(size, memory=MEMORY)
        self._threads = ThreadPoolExecutor(size)

    def close(self) -> None:
        """End the processes."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._workers.close()

    def reread(self, articles: Iterable[Held]) -> Iterator[Reread]:
        """Yield what becomes of each article, in order."""
        ahead: deque[Future[list[Reread]]] = deque()
        left = iter(articles)
        while batch := list(islice(left, BATCH)):
            ahead.append(self._threads.submit(self._batch, batch))
            if len(ahead) > 2 * self._size:
                yield from ahead.popleft().result()
        while ahead:
            yield from ahead.popleft().result()

    def _batch(self, batch: Sequence[Held]) -> list[Reread]:
        run = partial(self._workers.run, _modestly, self._task, timeout_s=PATIENCE_S)
        try:
            return run(batch)
        except (WorkerDiedError, WorkerKilledError) as error:
            if len(batch) == 1:
                return [Reread(error=f"an article cannot be tagged: {error}")]
            return [one for article in batch for one in self._batch([article])]


def _modestly(task: Task, articles: Sequence[Held]) -> list[Reread]:
    _step_back()
    return reread(task, articles)


@cache
def _step_back() -> None:
    os.nice(NICE)

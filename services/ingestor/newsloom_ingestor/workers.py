"""Work that may hang, crash or eat memory, done in processes that can be killed.

Each worker is a fresh interpreter that runs ``main``, started when it is first needed, used again and
again, and replaced after MAX_JOBS, since parsers hoard memory. The thread that asks waits for its own worker and no other, so
no thread of ours has to watch anything. pebble would do nearly this, but its pool is broken for good once a worker dies while
it has nothing to do, and it looks ten times a second whether one is late.
"""

import os
import queue
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe
from typing import Final, NamedTuple, TypeVar

MAX_JOBS: Final = 500  # of one process
MAX_MEMORY: Final = 512 * 1024 * 1024  # bytes of address space; both parsers and trafilatura are loaded in 60 MB
START_S: Final = 30.0  # for an interpreter and its imports, on a machine that is busy
GRACE_S: Final = 2.0  # a worker whose parent was killed ends itself so long after its time

T = TypeVar("T")


class WorkerKilledError(Exception):
    """The work took longer than it may."""


class WorkerDiedError(Exception):
    """The work ended its process: a crash, or more memory than it may have."""


class Result(NamedTuple):
    """What a worker gives back: a value, or the error that the work raised."""

    value: object
    error: Exception | None


class Workers:
    """``size`` processes at most. Safe for threads; a thread waits while all are busy."""

    def __init__(self, size: int, *, memory: int = MAX_MEMORY) -> None:
        self._memory = memory
        self._idle: queue.LifoQueue[_Worker | None] = queue.LifoQueue()  # the last used is the warmest
        for _ in range(size):
            self._idle.put(None)

    def run(self, work: Callable[..., T], /, *args: object, timeout_s: float, **named: object) -> T:
        """Return what ``work``, a function of a module, returns, or raise what it raises.

        Raises WorkerKilledError where it takes longer than ``timeout_s``, and WorkerDiedError where its process does not
        survive it.
        """
        worker = self._idle.get()
        try:
            worker = worker if worker and worker.usable() else _Worker(self._memory)
            result = worker.do((work, args, named), timeout_s)
        except BaseException:
            if worker:
                worker.kill()
            worker = None
            raise
        finally:
            self._idle.put(worker)
        if result.error:
            raise result.error
        return result.value  # type: ignore[return-value]  # pickled by ``work`` itself

    def close(self) -> None:
        """End the processes that have nothing to do; the others end when their pipe does."""
        with suppress(queue.Empty):
            while True:
                worker = self._idle.get_nowait()
                if worker:
                    worker.kill()


class _Worker:
    """One process. It leads a process group of its own, so that what it started dies with it."""

    def __init__(self, memory: int) -> None:
        self._pipe, theirs = Pipe()
        fd = theirs.fileno()
        command = [sys.executable, "-c", f"from newsloom_ingestor.workers import main; main({fd}, {memory})"]
        none = subprocess.DEVNULL  # a parser's last words would stand among the JSON lines of the log
        self._process = subprocess.Popen(command, pass_fds=[fd], start_new_session=True, stdin=none, stdout=none, stderr=none)
        theirs.close()
        self._jobs = 0

    def usable(self) -> bool:
        if self._jobs < MAX_JOBS and self._process.poll() is None:
            return True
        self.kill()
        return False

    def do(self, job: tuple[object, ...], timeout_s: float) -> Result:
        self._jobs += 1
        try:
            self._pipe.send((timeout_s, job))
            self._receive(START_S)  # the worker has the job and its imports: from now on its time counts
            result = self._receive(timeout_s)
        except (EOFError, OSError) as error:
            raise WorkerDiedError(f"its process ended, {self._how()}") from error
        assert isinstance(result, Result)  # noqa: S101 - the other side is this module
        if isinstance(result.error, MemoryError):
            raise WorkerDiedError("out of memory") from result.error
        return result

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._pipe.close()

    def _receive(self, timeout_s: float) -> object:
        if not self._pipe.poll(timeout_s):
            raise WorkerKilledError(f"not done after {timeout_s:g} s")
        return self._pipe.recv()

    def _how(self) -> str:
        with suppress(subprocess.TimeoutExpired):
            code = self._process.wait(1)
            return f"killed by signal {-code}" if code < 0 else f"exit code {code}"
        return "or hung up"


def main(fd: int, memory: int) -> None:
    """Do jobs until the other end of the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the service
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    pipe = Connection(fd)
    with suppress(EOFError, OSError):
        while True:
            _serve(pipe)


def _serve(pipe: Connection) -> None:
    timeout_s, (work, args, named) = pipe.recv()  # imports what ``work`` needs
    signal.setitimer(signal.ITIMER_REAL, timeout_s + GRACE_S)  # nobody catches it: that ends the process
    pipe.send(None)
    result = _done(work, args, named)
    signal.setitimer(signal.ITIMER_REAL, 0)
    try:
        pipe.send(result)
    except Exception as error:  # noqa: BLE001 - neither value nor error may be made for travelling
        pipe.send(Result(None, WorkerDiedError(f"its result cannot be sent: {type(error).__name__}: {error}")))


def _done(work: Callable[..., object], args: tuple[object, ...], named: dict[str, object]) -> Result:
    try:
        return Result(work(*args, **named), None)
    except MemoryError:
        return Result(None, MemoryError())
    except Exception as error:  # noqa: BLE001 - it is raised again where the work was asked for
        return Result(None, error)

"""A single engine as a child process, with verbs: start, stop, kill, restart. For tests; ``up`` uses supervisor."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from newsloom_native import NativeError, engines, fetch, java, places, ports, users
from newsloom_native.engines import Engine, Host


class Running:
    """An engine and its process. After ``kill`` or ``stop``, ``start`` gives it back with its data, on the same port."""

    def __init__(self, engine: Engine, user: users.User) -> None:
        self.engine = engine
        self.address = engine.address
        self.log = engine.folder / "output.log"
        self._user = user
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Process id of the engine."""
        return self._alive().pid

    def start(self) -> None:
        """Start, and return when the engine answers."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.engine.command, env=dict(self.engine.env), cwd=self.engine.folder, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True, **self._user.popen(),
            )  # fmt: skip
        self._wait()

    def stop(self) -> None:
        """Shut down the way an operator would."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Kill -9 the engine and everything that it started."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Stop and start."""
        self.stop()
        self.start()

    def _wait(self) -> None:
        deadline = time.monotonic() + self.engine.patience
        while not self.engine.answers(self.engine.address):
            if self._alive().poll() is not None or time.monotonic() > deadline:
                self._end(signal.SIGKILL)
                raise NativeError(f"{self.engine.name} did not start. Its last lines, of {self.log}:\n{tail(self.log)}", code=1)
            time.sleep(0.1)

    def _end(self, sign: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            os.killpg(process.pid, sign)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _alive(self) -> "subprocess.Popen[bytes]":
        if self._process is None:
            raise NativeError(f"{self.engine.name} is not running", code=1)
        return self._process


def host(say: fetch.Say = print, *, quick: bool = False) -> Host:
    """Return what engines need of this machine, fetched where it is missing."""
    user = users.engines(os.environ)
    java_home = java.find(os.environ, user.reads)
    cache = places.cache(os.environ, Path.home(), root=os.geteuid() == 0)
    software = fetch.fetch(cache, java_home, say)
    if not user.reads(software.kafka):
        raise NativeError(
            f"the engines run as {user.name}, who cannot read {cache}: set NEWSLOOM_CACHE_DIR to a folder open to all"
        )
    return Host(software, java_home, user, quick)


@contextmanager
def kafka(folder: Path | None = None, port: int = 0, *, quick: bool = True) -> Iterator[Running]:
    """Run a broker; without a folder it is a fresh one that leaves nothing behind, without a port it takes a free one.

    A quick one is up sooner and slower under load: what is to be measured is not ``quick``.
    """
    here = host(quick=quick)
    with (
        _folder(here, folder) as place,
        _started(engines.kafka(here, place, port or ports.free(), ports.free()), here) as engine,
    ):
        yield engine


@contextmanager
def elasticsearch(folder: Path | None = None, port: int = 0, *, quick: bool = True) -> Iterator[Running]:
    """Run an Elasticsearch; folder, port and quick as for a broker."""
    here = host(quick=quick)
    with _folder(here, folder) as place, _started(engines.elasticsearch(here, place, port or ports.free()), here) as engine:
        yield engine


@contextmanager
def _started(engine: Engine, here: Host) -> Iterator[Running]:
    running = Running(engine, here.user)
    try:
        running.start()
        yield running
    finally:
        running.stop()


@contextmanager
def _folder(here: Host, folder: Path | None) -> Iterator[Path]:
    """Give the folder, or a temporary one that the engines' user owns: pytest's own are closed to others."""
    if folder is not None:
        yield folder
        return
    own = Path(tempfile.mkdtemp(prefix="newsloom-"))
    here.user.own(own)
    try:
        yield own
    finally:
        shutil.rmtree(own, ignore_errors=True)


def tail(log: Path, lines: int = 15) -> str:
    """Return the last lines of a log, without the frames of Java's stack traces, between which the causes drown."""
    if not log.exists():
        return "(no log)"
    said = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join([line for line in said if not line.startswith(("\tat ", "\t... "))][-lines:])

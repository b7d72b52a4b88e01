"""up: engines, then set-up, then services, until Ctrl-C; everything under supervisor, nothing left behind."""

import fcntl
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Final

from newsloom_setup import passwords

from newsloom_native import NativeError, addresses, engines, places, running, supervise
from newsloom_native.engines import Engine, Host
from newsloom_native.fetch import Say
from newsloom_native.places import Places
from newsloom_native.supervise import Supervisor

STOPS: Final = 150.0  # seconds: services and engines are stopped one after the other
ENDINGS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True, slots=True)
class Stack:
    """What runs: where, since when (time.monotonic, after what had to be fetched), and the settings that lead there."""

    here: Places
    settings: Mapping[str, str]
    since: float
    supervisor: Supervisor
    process: "subprocess.Popen[bytes]"

    def wait(self) -> None:
        """Return when supervisor has ended, which it does when told to."""
        self.process.wait()


def checkout() -> Places:
    """Return the folders of the checkout that this module lies in."""
    return places.of(places.CHECKOUT, os.environ, Path(tempfile.gettempdir()), root=os.geteuid() == 0)


@contextmanager
def stack(here: Places, say: Say, feeds: str = "", *, detach: bool = False, quick: bool = False) -> Iterator[Stack]:
    """Run everything for as long as the block lasts, or, detached, until ``down``.

    ``feeds`` are more feeds to poll. ``quick`` engines start on half of the CPU and are slower for ever.
    """
    with _alone(here), _on_endings(signal.default_int_handler):
        host = running.host(say, quick=quick)
        since = time.monotonic()
        last = here.env_file.read_text(encoding="utf-8") if here.env_file.exists() else ""
        ports = addresses.choose(os.environ, last)
        both = _engines(here, host, ports)
        more = " ".join(filter(None, (os.environ.get("NEWSLOOM_FEEDS", ""), feeds)))
        settings = addresses.settings(both[0].address, both[1].address, str(here.var / "ingestor"), more)
        passwords.create(here.token_file, secrets.token_urlsafe(24))
        settings |= addresses.pushing(ports.push, str(here.token_file)) | addresses.themes(os.environ, last)
        here.env_file.write_text(addresses.render(settings), encoding="utf-8")
        _configure(here, host, both)
        it = Stack(here, settings, since, Supervisor(here.socket), _supervisord(here, settings))
        stays = False
        try:
            _start(it, both, say)
            yield it
            stays = detach
        finally:
            if not stays:
                _stop(it, say)


def down(here: Places, say: Say) -> bool:
    """Stop what runs and wait for it; return False where nothing runs."""
    supervisor = Supervisor(here.socket)
    if not (states := supervisor.states()):
        return False
    say("Stopping")
    supervisor.shut_down()
    until = time.monotonic() + STOPS
    while supervisor.states() and time.monotonic() < until:
        time.sleep(0.2)
    _bury(state.pid for state in states)
    return True


@contextmanager
def _alone(here: Places) -> Iterator[None]:
    """Refuse a second start of one checkout, also while the first is still starting."""
    here.var.mkdir(parents=True, exist_ok=True)
    here.logs.mkdir(exist_ok=True)
    with (here.var / "up.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            busy = True
        else:
            busy = bool(Supervisor(here.socket).states())
        if busy:
            raise NativeError(f"newsloom runs already in {here.checkout}: make status shows it, make down stops it")
        yield


def _engines(here: Places, host: Host, ports: addresses.Ports) -> tuple[Engine, Engine]:
    here.data.mkdir(parents=True, exist_ok=True)
    if not host.user.reads(here.data):
        raise NativeError(f"the engines run as {host.user.name}, who cannot read {here.data}: set NEWSLOOM_DATA_DIR")
    return (
        engines.kafka(host, here.data / "kafka", ports.kafka, ports.controller),
        engines.elasticsearch(host, here.data / "elasticsearch", ports.elasticsearch),
    )


def _configure(here: Places, host: Host, both: tuple[Engine, Engine]) -> None:
    programs = [supervise.engine(rank, engine, host.user) for rank, engine in enumerate(both, 1)]
    programs += [supervise.service(name, rank, here.checkout) for rank, name in enumerate(supervise.SERVICES, 10)]
    text = supervise.render(programs, here.var, here.logs, here.socket, root=os.geteuid() == 0)
    (here.var / "supervisord.conf").write_text(text, encoding="utf-8")


def _supervisord(here: Places, settings: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    """Start it in a session of its own: a Ctrl-C on the terminal is ours to handle, in order."""
    # One of each service: known to its group for good, it goes on at once after a crash.
    env = {"NEWSLOOM_INSTANCE": "up", **os.environ, **settings, "NEWSLOOM_ENV_FILE": os.devnull}
    command = [sys.executable, "-m", "supervisor.supervisord", "-c", str(here.var / "supervisord.conf")]
    with (here.logs / "supervisor.log").open("wb") as out:
        return subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True)


def _start(it: Stack, both: tuple[Engine, Engine], say: Say) -> None:
    say(f"Starting Kafka and Elasticsearch; all logs are in {it.here.logs}")
    for engine in both:
        _await(it, engine)
        say(f"{engine.name} answers at {engine.address}, {time.monotonic() - it.since:.0f} s after the start")
    _set_up(it)
    say("Topics and index are there")
    if failed := it.supervisor.start(supervise.SERVICES):
        raise _failure(it.here, failed[0])
    say(f"{', '.join(supervise.SERVICES)} run, {time.monotonic() - it.since:.0f} s after the start")


def _await(it: Stack, engine: Engine) -> None:
    """Wait until the engine answers; where its first process has ended, say why at once instead of trying again."""
    until, first = time.monotonic() + engine.patience, 0
    while not engine.answers(engine.address):
        state = next((s for s in it.supervisor.states() if s.name == engine.name), None)
        first = first or (state.pid if state else 0)
        if it.process.poll() is not None:
            raise _failure(it.here, "supervisor")
        if time.monotonic() > until or (state and first and (not state.well or state.pid not in {0, first})):
            raise _failure(it.here, engine.name)
        time.sleep(0.3)


def _set_up(it: Stack) -> None:
    with (it.here.logs / "setup.log").open("wb") as log:
        env = {**os.environ, **it.settings, "NEWSLOOM_ENV_FILE": os.devnull}
        done = subprocess.run([sys.executable, "-m", "newsloom_setup"], env=env, stdout=log, stderr=log, check=False)
    if done.returncode == 2:  # a setting of the user's, named in one line
        raise NativeError(running.tail(it.here.logs / "setup.log", lines=1))
    if done.returncode != 0:
        raise _failure(it.here, "setup")


def _failure(here: Places, name: str) -> NativeError:
    log = here.logs / f"{name}.log"
    return NativeError(f"{name} did not start. Its last lines, of {log}:\n{running.tail(log)}", code=1)


@contextmanager
def _on_endings(handler: Callable[[int, FrameType | None], object] | signal.Handlers) -> Iterator[None]:
    """Handle every wish to end alike: Ctrl-C, kill, and a terminal that is closed."""
    before = {sign: signal.signal(sign, handler) for sign in ENDINGS}
    try:
        yield
    finally:
        for sign, old in before.items():
            signal.signal(sign, old)


def _stop(it: Stack, say: Say) -> None:
    """Stop in order. Impatience, a second Ctrl-C, must not leave processes behind."""
    with _on_endings(signal.SIG_IGN):
        states = it.supervisor.states()
        if it.process.poll() is None:
            say("Stopping: the services finish what they have, then the engines; a few seconds")
            it.process.terminate()
        try:
            it.process.wait(STOPS)
        except subprocess.TimeoutExpired:
            it.process.kill()
            raise NativeError(f"supervisor (process {it.process.pid}) had to be killed; see {it.here.logs}", code=1) from None
        _bury(state.pid for state in states)


def _bury(leaders: Iterable[int]) -> None:
    """Wait until the last process of each group has ended: Elasticsearch's server may take longer than its launcher."""
    for group in filter(None, leaders):
        with suppress(ProcessLookupError):
            for _ in range(100):
                os.killpg(group, 0)
                time.sleep(0.1)
            os.killpg(group, signal.SIGKILL)

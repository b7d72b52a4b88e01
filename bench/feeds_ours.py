"""The ingestor as a process of its own on one core → what a round of polls cost it, by part.

``python bench/feeds_ours.py FILE`` is that process: the service, and a thread that notes in FILE what its threads are called,
which Linux does not know before Python 3.14.
"""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from msgspec import Struct

TICK: Final = os.sysconf("SC_CLK_TCK")
PATIENCE: Final = 600.0  # seconds for a round
LOOK_S: Final = 0.05
CORE: Final = "BENCH_CORE"
# What a thread is for, by how its name begins.
PARTS: Final = {
    "fetch": "fetching",
    "MainThread": "deciding, keeping",
    "announcer": "telling of feeds",
    "archive": "archiving",
}


class Round(Struct, frozen=True, kw_only=True):
    """One round of polls: seconds of the clock and of the processor, by part; polls by outcome; articles that were new.

    ``answered_s`` is when the last feed was told that could be had. All of it counts from when the service says that it has
    started, for which it needed ``start_cpu_s``.
    """

    polls: int
    wall_s: float
    answered_s: float
    cpu_s: float
    parts: dict[str, float]
    outcomes: dict[str, int]
    articles: int
    peak_mb: float
    start_cpu_s: float

    @property
    def a_minute(self) -> float:
        """Feeds that a minute of one core is enough for."""
        return 60 * self.polls / self.cpu_s


class Ingestor:
    """An ingestor that polls so many feeds, with its state in a folder that outlives it."""

    def __init__(self, folder: Path, kafka: str, opml: Path, core: int | None, **settings: object) -> None:
        self._folder, self._names = folder, folder / "threads.json"
        given = {"kafka": kafka, "feeds_file": opml, "feeds": "", "seeds_dir": "", "state_dir": folder / "state",
                 "allow_private_addresses": "true", "pages": "off", "env_file": os.devnull, **settings}  # fmt: skip
        own = {k: v for k, v in os.environ.items() if not k.startswith("NEWSLOOM_")}
        self._environment = {**own, CORE: "" if core is None else str(core)}
        self._environment |= {"NEWSLOOM_" + name.upper(): str(value) for name, value in given.items()}

    def round(self, polls: int) -> tuple[Round, frozenset[str]]:
        """Let it run until it has polled so often, and end it; return what that cost, and the feeds that could be had."""
        log = self._folder / "log"
        log.unlink(missing_ok=True)
        command = [sys.executable, __file__, str(self._names)]
        with log.open("wb") as to:
            process = subprocess.Popen(command, env=self._environment, stdout=to, stderr=to)
        try:
            _until(log, process, b'"event": "started"')
            started, before = time.monotonic(), self._parts(process.pid)
            told = [(at - started, line) for at, line in _told(log, process, polls)]
            parts = {name: spent - before.get(name, 0.0) for name, spent in self._parts(process.pid).items()}
            peak = _peak(process.pid)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)
        answered = [(at, line) for at, line in told if line["outcome"] != "failed"]
        found = Round(
            polls=len(told),
            wall_s=told[-1][0],
            answered_s=answered[-1][0],
            cpu_s=sum(parts.values()),
            parts=parts,
            outcomes=dict(Counter(line["outcome"] for _, line in told)),
            articles=sum(line["new"] for _, line in told),
            peak_mb=peak,
            start_cpu_s=sum(before.values()),
        )
        return found, frozenset(line["feed"] for _, line in answered)

    def _parts(self, pid: int) -> dict[str, float]:
        return dict(_parts(pid, json.loads(self._names.read_text("utf-8"))))

    def all_due(self) -> None:
        """Make every feed due, as if its interval had passed."""
        with sqlite3.connect(self._folder / "state" / "ingestor.sqlite") as db:
            db.execute("UPDATE feed SET next_poll = 0")
        db.close()


def _until(log: Path, process: "subprocess.Popen[bytes]", said: bytes) -> None:
    """Wait until the log says something."""
    until = time.monotonic() + PATIENCE
    while said not in log.read_bytes():
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"not said: {said!r}; exit code {process.returncode}; {log.read_bytes()[-2000:]!r}")
        time.sleep(LOOK_S)


def _told(log: Path, process: "subprocess.Popen[bytes]", polls: int) -> Iterator[tuple[float, dict[str, Any]]]:
    """Yield what the log says of each poll, and when that was found in it."""
    until = time.monotonic() + PATIENCE
    with log.open("rb") as lines:
        rest = b""
        while polls > 0:
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{polls} polls are missing; exit code {process.returncode}; {log.read_bytes()[-2000:]!r}")
            *whole, rest = (rest + lines.read()).split(b"\n")
            found = [json.loads(line) for line in whole if b'"event": "poll"' in line]
            yield from ((time.monotonic(), line) for line in found)
            polls -= len(found)
            time.sleep(LOOK_S)


def _parts(pid: int, names: Mapping[str, str]) -> Iterator[tuple[str, float]]:
    """Seconds of the processor that threads and child processes have had so far."""
    spent: dict[str, float] = defaultdict(float)
    for task in Path(f"/proc/{pid}/task").iterdir():
        name = names.get(task.name, "").partition("-")[0]
        spent[PARTS.get(name, "Kafka's client")] += int((task / "schedstat").read_text("ascii").split()[0]) / 1e9
    spent["reading"] = children(pid)
    yield from sorted(spent.items(), key=lambda item: -item[1])


def children(pid: int) -> float:
    """Return the seconds of the processor that child processes have had, those that live and those that have ended."""
    total = sum(_stat(pid)[13:15]) / TICK
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            stat = _stat(int(path.name))
            total += sum(stat[11:13]) / TICK if stat[1] == pid else 0.0
    return total


def family(pid: int) -> list[int]:
    """Return a process and its children."""
    return [pid, *(int(path.name) for path in Path("/proc").glob("[0-9]*") if _parent(path) == pid)]


def threads_s(pids: Sequence[int]) -> float:
    """Return the seconds that all threads of these processes which live have had, to the nanosecond."""
    return sum(map(_scheduled, pids))


def _parent(process: Path) -> int:
    with suppress(OSError):
        return _stat(int(process.name))[1]
    return 0


def _scheduled(pid: int) -> float:
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(OSError):  # it has just ended
            total += int((task / "schedstat").read_text("ascii").split()[0])
    return total / 1e9


def cpu_s(pid: int) -> float:
    """Return the seconds of the processor that a process has had so far."""
    return sum(_stat(pid)[11:13]) / TICK


def _stat(pid: int) -> list[int]:
    """The numbers of /proc/PID/stat from the third field on, the state as 0: 1 is the parent, 11 to 14 are times."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
    return [0, *map(int, fields[1:])]


def _peak(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) * 1024 / 1e6


def _note_names(file: Path) -> None:
    while True:
        names = {str(thread.native_id): thread.name for thread in threading.enumerate()}
        part = file.with_suffix(".part")
        part.write_text(json.dumps(names), "utf-8")
        part.replace(file)
        time.sleep(1)


def main(file: Path) -> int:
    """Be the ingestor, on the core that is named."""
    from newsloom_ingestor.__main__ import main as ingestor  # noqa: PLC0415 - the driver needs none of it

    if os.environ[CORE]:
        os.sched_setaffinity(0, {int(os.environ[CORE])})
    threading.Thread(target=_note_names, args=(file,), daemon=True).start()
    return ingestor()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

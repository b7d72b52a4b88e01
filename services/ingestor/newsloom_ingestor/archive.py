"""The raw archive: what is fetched goes into files of WARC, in a thread of its own, so that no poll waits for a disk.

It is a copy for later, not the stream's truth: where it cannot be written, polling goes on and the log says so, once.
"""

import errno
import os
import queue
import shutil
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Final, NamedTuple

from structlog.stdlib import BoundLogger

from newsloom_ingestor import metrics
from newsloom_ingestor.exchange import Exchange, Keep
from newsloom_ingestor.settings import IngestorSettings
from newsloom_ingestor.warc import SUFFIX, Kind, WarcFile, recover

FILE_BYTES: Final = 256 * 1024 * 1024
FILE_AGE: Final = timedelta(days=1)
RESERVE: Final = 256 * 1024 * 1024  # bytes of the disk that the archive leaves to those who need them more
WAITING_BYTES: Final = 64 * 1024 * 1024  # that may wait to be written
WAITING: Final = 1000  # documents that may
AGAIN: Final = timedelta(minutes=1)  # until a disk that was full is tried again
CLOSE_S: Final = 5.0  # for what still waits, at a stop
Clock = Callable[[], datetime]


class Room(NamedTuple):
    """What the archive may take: in all, a file, and what it must leave free on the disk. In bytes."""

    total: int
    file: int = FILE_BYTES
    reserve: int = RESERVE

    @property
    def rotate_at(self) -> int:
        """How large a file may grow: never so large that one file is most of the archive."""
        return min(self.file, self.total // 4)


class Archive:
    """Takes exchanges from any thread. Nothing that it does is an error of who fetched them.

    ``waiting`` bytes are still to be written.
    """

    def __init__(
        self, folder: Path, who: dict[str, str], room: Room, log: BoundLogger, clock: Clock = lambda: datetime.now(UTC)
    ) -> None:
        self._folder, self._who, self._room, self._log, self._clock = folder, who, room, log, clock
        self._queue: queue.Queue[tuple[Kind, Exchange] | None] = queue.Queue(WAITING)
        self.waiting = 0
        self._lock = threading.Lock()
        self._file: WarcFile | None = None
        self._again_at = clock()
        self._trouble = ""
        self._missed = 0
        self._thread = threading.Thread(target=self._run, name="archive", daemon=True)
        self._thread.start()

    def keep(self, kind: Kind) -> Keep:
        """Return what takes the exchanges of a kind."""
        return partial(self.put, kind)

    def put(self, kind: Kind, one: Exchange) -> None:
        """Take an exchange; what a slow disk leaves no room for is missed, and counted."""
        with self._lock:
            fits = self.waiting + len(one.body) <= WAITING_BYTES or not self.waiting
            self.waiting += len(one.body) if fits else 0
        if fits:
            with suppress(queue.Full):
                return self._queue.put_nowait((kind, one))
            self._written(one)
        return metrics.ARCHIVE_MISSED.inc()

    def close(self) -> None:
        """Write what waits, and close the file."""
        with suppress(queue.Full):
            self._queue.put(None, timeout=CLOSE_S)
        self._thread.join(CLOSE_S)

    def _run(self) -> None:
        self._recover()
        while (job := self._queue.get()) is not None:
            self._keep(*job)
            self._written(job[1])
        self._close()

    def _written(self, one: Exchange) -> None:
        with self._lock:
            self.waiting -= len(one.body)

    def _keep(self, kind: Kind, one: Exchange) -> None:
        now = self._clock()
        if now < self._again_at:
            return self._miss()
        try:
            self._current(now).add(kind, one)
        except Exception as error:  # noqa: BLE001 - whatever it is, polling goes on
            return self._give_up(error, now)
        if self._trouble:
            self._log.info("archiving again", missed=self._missed)
        self._trouble, self._missed = "", 0
        return metrics.ARCHIVED.labels(kind).inc()

    def _current(self, now: datetime) -> WarcFile:
        if self._file and (self._file.size >= self._room.rotate_at or now - self._file.since >= FILE_AGE):
            self._close()
        if shutil.disk_usage(self._folder if self._file else self._made()).free < self._room.reserve:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if self._file is None:
            self._tidy()
            self._file = WarcFile(self._folder, self._who, now)
        return self._file

    def _made(self) -> Path:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # addresses of feeds may hold keys
        return self._folder

    def _tidy(self) -> None:
        """Remove the oldest files, so that one more has room."""
        found = [(path, path.stat().st_size) for path in sorted(self._folder.glob(f"newsloom-*{SUFFIX}"))]
        size = sum(each for _, each in found)
        for path, each in found:
            if size + self._room.rotate_at <= self._room.total:
                break
            path.unlink()
            size -= each
            self._log.info("archive file removed, the oldest", file=path.name, bytes=each)
        metrics.ARCHIVE_BYTES.set(size)

    def _recover(self) -> None:
        try:
            for path in recover(self._folder):
                self._log.info("archive file of a killed process kept", file=path.name)
        except OSError as error:
            self._log.warning("archive files of a killed process stay as they are", reason=str(error))

    def _give_up(self, error: Exception, now: datetime) -> None:
        self._close()
        self._again_at = now + AGAIN
        reason = error.strerror if isinstance(error, OSError) and error.strerror else f"{type(error).__name__}: {error}"
        if reason != self._trouble:
            self._log.warning("nothing is archived", folder=str(self._folder), reason=reason)
            self._trouble = reason
        self._miss()

    def _miss(self) -> None:
        self._missed += 1
        metrics.ARCHIVE_MISSED.inc()

    def _close(self) -> None:
        file, self._file = self._file, None
        if file:
            with suppress(OSError):
                file.close()


class NoArchive:
    """Keeps nothing."""

    def keep(self, kind: Kind) -> None:
        """Return what takes the exchanges of a kind: nobody."""

    def close(self) -> None:
        """Nothing is open."""


def opened(settings: IngestorSettings, log: BoundLogger) -> Archive | NoArchive:
    """Return the archive that is configured."""
    if not settings.archive_dir:
        return NoArchive()
    who = {
        "software": f"newsloom/{version('newsloom')}",
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "operator": settings.contact,
        "http-header-user-agent": settings.user_agent,
        "robots": "obeyed for pages; feeds are fetched as their publishers list them",
    }
    folder = Path(settings.state_dir) / settings.archive_dir
    return Archive(folder, who, Room(int(settings.archive_gb * 10**9)), log)

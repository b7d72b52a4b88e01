"""What `newsloom backfill` is given (files, folders, standard input) → the items in them, in order, read ahead by a few."""

import gzip
import io
import os
import sys
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

from newsloom_ingestor import backfill, warcread
from newsloom_ingestor.backfill import Found, Item, Joining, Refused, Said, Skipped
from newsloom_ingestor.warc import OPEN
from newsloom_ingestor.workers import Workers

from newsloom_cli.errors import WrongInputError
from newsloom_cli.lines import LIMIT, numbered

READERS: Final = min(2, os.cpu_count() or 1)  # processes that read documents: each holds 100 MB
LINES: Final = (".jsonl", ".ndjson", ".json")
SUFFIXES: Final = (".warc", ".warc.gz", f".warc.gz{OPEN}", *LINES, *(f"{suffix}.gz" for suffix in LINES), ".txt")
GZIP: Final = b"\x1f\x8b"
PEEK: Final = 1024
SEED_BYTES: Final = 16 * 1024 * 1024
Tell = Callable[[int], None]


class Store(NamedTuple):
    """A file, or standard input (no path)."""

    name: str
    path: Path | None
    size: int


def stores(sources: Iterable[str]) -> list[Store]:
    """Return the files of these names, those of folders in the order of their names. Raises WrongInputError."""
    return [store for source in sources for store in _stores(source)]


def _stores(source: str) -> list[Store]:
    if source == "-":
        return [Store("standard input", None, 0)]
    path = Path(source)
    try:
        if path.is_dir():
            inside = [Store(str(p), p, p.stat().st_size) for p in sorted(path.rglob("*")) if _usable(p)]
            return inside or _nothing(source)
        with path.open("rb"):
            return [Store(source, path, path.stat().st_size)]
    except (OSError, ValueError) as error:
        raise WrongInputError(f"{source}: {getattr(error, 'strerror', None) or error}") from error


def _usable(path: Path) -> bool:
    return path.is_file() and not path.name.startswith(".") and path.name.endswith(SUFFIXES)


def _nothing(source: str) -> list[Store]:
    raise WrongInputError(f"{source}: no file in it ends with {', '.join(SUFFIXES)}")


class Reading:
    """Reads stores. ``close`` ends its processes; ``tell`` is told how many bytes were read, now and then."""

    def __init__(self, now: datetime, tell: Tell) -> None:
        self._now, self._tell = now, tell
        self._workers = Workers(READERS)
        self._threads = ThreadPoolExecutor(READERS)
        self._joining = Joining()

    def close(self) -> None:
        """End what reads."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._workers.close()

    def items(self, found: Iterable[Store]) -> Iterator[Item]:
        """Yield what is in the stores, one after the other."""
        for store in found:
            yield from self._store(store)
        yield from self._joining.rest()

    def _store(self, store: Store) -> Iterator[Item]:
        try:
            with _opened(store, self._tell) as stream:
                yield from self._stream(store, stream)
        except (OSError, EOFError, zlib.error) as error:
            yield Refused(store.name, f"breaks off: {error}")

    def _stream(self, store: Store, stream: io.BufferedReader) -> Iterator[Item]:
        start = stream.peek(PEEK)[:PEEK]
        if _unpacked(start).startswith(warcread.MAGIC):
            yield from self._warc(store, stream)
        elif store.name.endswith(".txt"):
            yield self._seed(store, stream)
        else:
            yield from self._lines(store, gzip.GzipFile(fileobj=stream) if start.startswith(GZIP) else stream)  # type: ignore[arg-type]

    def _seed(self, store: Store, stream: BinaryIO) -> Item:
        try:
            return Found(store.name, backfill.seed(store.name, stream.read(SEED_BYTES), self._now))
        except ValueError as error:
            return Refused(store.name, str(error))

    def _lines(self, store: Store, stream: BinaryIO) -> Iterator[Item]:
        for number, data in numbered(stream):
            place = f"{store.name} line {number}"
            try:
                yield Found(place, backfill.line(data or _too_long(), self._now))
            except ValueError as error:
                yield Refused(place, str(error))

    def _warc(self, store: Store, stream: io.BufferedReader) -> Iterator[Item]:
        for one in self._read_ahead(warcread.documents(stream)):
            if isinstance(one, Said):
                document = one.document._replace(place=f"{store.name} {one.document.place}")
                yield from self._joining.add(one._replace(document=document))
            elif isinstance(one, warcread.Broken) and not store.name.endswith(OPEN):
                yield Refused(f"{store.name} {one.place}", one.why)
            else:  # of a file that is being written the last record may be half there
                yield Skipped(f"{store.name} {one.place}", "being written" if isinstance(one, warcread.Broken) else one.why)

    def _read_ahead(self, found: Iterable[warcread.Found]) -> Iterator[Said | warcread.Passed | warcread.Broken]:
        """Read documents in as many workers as there are, and yield them in their order."""
        ahead: deque[Future[Said] | warcread.Passed | warcread.Broken] = deque()
        for one in found:
            document = isinstance(one, warcread.Document)
            ahead.append(self._threads.submit(backfill.read_document, one, self._workers.run) if document else one)  # type: ignore[arg-type]
            if len(ahead) > 2 * READERS:
                yield _done(ahead.popleft())
        while ahead:
            yield _done(ahead.popleft())


def _done(one: "Future[Said] | warcread.Passed | warcread.Broken") -> Said | warcread.Passed | warcread.Broken:
    return one.result() if isinstance(one, Future) else one


def _too_long() -> bytes:
    raise ValueError(f"longer than {LIMIT // 2**20} MiB")


def _unpacked(start: bytes) -> bytes:
    if not start.startswith(GZIP):
        return start
    try:
        return zlib.decompressobj(47).decompress(start, PEEK)
    except zlib.error:
        return b""


class _Told(io.RawIOBase):
    """A file that tells how much of it was read."""

    def __init__(self, raw: io.RawIOBase, tell: Tell) -> None:
        self._raw, self._tell = raw, tell

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int | None:
        size = self._raw.readinto(buffer)
        self._tell(size or 0)
        return size

    def close(self) -> None:
        self._raw.close()
        super().close()


def _opened(store: Store, tell: Tell) -> io.BufferedReader:
    raw = io.FileIO(store.path or os.dup(sys.stdin.fileno()))
    return io.BufferedReader(_Told(raw, tell), 256 * 1024)

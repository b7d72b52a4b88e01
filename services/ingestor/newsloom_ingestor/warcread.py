"""Files of WARC, ours and others' → the feed documents and pages in them. Reads; what stands in them is judged elsewhere.

A file that breaks off (its process was killed, a disk was full) gives what is whole; what is not is told, and ends the file.
"""

import io
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BufferedReader
from typing import Any, BinaryIO, Final, NamedTuple

from warcio.archiveiterator import ArchiveIterator

from newsloom_ingestor.inflate import BodyError, inflate
from newsloom_ingestor.parse import MAX_BYTES
from newsloom_ingestor.warc import ASKED, KIND

MAGIC: Final = b"WARC/"
GZIP: Final = b"\x1f\x8b"
LIMIT: Final = 2 * MAX_BYTES  # of a record, as it lies there
CHUNK: Final = 65_536


class Document(NamedTuple):
    """A document that was fetched. ``kind`` is "feed" or "page" in our own files, empty in those of others.

    ``asked`` is the address that was asked for, ``url`` the one that answered; ``robots`` what its header lets robots do.
    """

    place: str
    kind: str
    asked: str
    url: str
    content_type: str
    data: bytes
    at: datetime
    robots: tuple[str, ...] = ()


class Member(NamedTuple):
    """A gzip member: where it begins, what is in it (None: too much, or nothing to be read), and whether it has an end."""

    start: int
    data: bytes | None
    whole: bool


class Passed(NamedTuple):
    """A record that holds no document of use, and why."""

    place: str
    why: str


class Broken(NamedTuple):
    """A record, or the rest of the file, that cannot be read, and why."""

    place: str
    why: str


Found = Document | Passed | Broken


def documents(stream: BufferedReader) -> Iterator[Found]:
    """Yield what is in a file, plain or with a gzip member a record. Never raises for what is in it."""
    if not stream.peek(2).startswith(GZIP):
        yield from _records(stream, None)
        return
    for member in members(stream):
        place = f"byte {member.start}"
        if not member.whole:
            yield Broken(place, "the file breaks off")
        elif member.data is None and not member.start:
            yield Broken(place, "all of it is compressed as one: `warcio recompress` makes a file of records of it")
        elif member.data is None:
            yield Passed(place, "too large")
        else:
            yield from _records(io.BytesIO(member.data), place)


def members(stream: BinaryIO) -> Iterator[Member]:
    """Yield the members of a gzip file. warcio would read over one that breaks off as if it were whole."""
    rest, read = b"", 0
    while rest or (rest := stream.read(CHUNK)):
        start, unpacker = read, zlib.decompressobj(31)
        data = bytearray()
        while not unpacker.eof and (rest or (rest := stream.read(CHUNK))):
            before = len(rest)
            try:
                piece = unpacker.decompress(rest, CHUNK)
            except zlib.error:
                yield Member(start, None, whole=False)
                return
            rest = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
            read += before - len(rest)
            data += piece if len(data) <= LIMIT else b""
        yield Member(start, bytes(data) if len(data) <= LIMIT else None, whole=unpacker.eof)


def _records(stream: BinaryIO, place: str | None) -> Iterator[Found]:
    """Yield what is in records that follow each other; ``place`` is theirs where they lie in one."""
    records = ArchiveIterator(stream)
    at = place or "byte 0"
    try:
        for record in records:
            at = place or f"byte {records.offset}"
            found = _found(record, at)
            if found:
                yield found
            if isinstance(found, Broken):
                return
        if records.fh.tell() > records.offset:  # warcio takes half a header for the end
            yield Broken(at, "the file breaks off behind this record")
    except Exception as error:  # noqa: BLE001 - warcio raises what comes its way; nobody knows where the next record begins
        yield Broken(at, f"cannot be read from here on: {type(error).__name__}: {error}")


def _found(record: Any, place: str) -> Found | None:
    """None for what accompanies documents: requests, metadata, and the file's own description."""
    block, whole = _block(record)
    if not whole:
        return Broken(place, "the record breaks off")
    if record.rec_type == "revisit":
        return Passed(place, "the same as before")
    if record.rec_type not in {"response", "resource"}:
        return None
    http = record.http_headers
    if record.rec_type == "response" and (http is None or http.get_statuscode() != "200"):
        return Passed(place, "no HTTP 200")
    if len(block) > LIMIT:
        return Passed(place, "too large")
    return _document(record, block, place)


def _block(record: Any) -> tuple[bytes, bool]:
    """Return the body, cut where it is too large, and whether all of it is there."""
    body = bytearray()
    while chunk := record.raw_stream.read(CHUNK):
        body += chunk if len(body) <= LIMIT else b""
    declared = record.rec_headers.get_header("Content-Length")
    return bytes(body), declared is not None and not getattr(record.raw_stream, "limit", 0)


def _document(record: Any, block: bytes, place: str) -> Found:
    header, http = record.rec_headers, record.http_headers
    try:
        at = datetime.fromisoformat(header.get_header("WARC-Date") or "").astimezone(UTC)
        data = _body(http, block) if http else block
    except (ValueError, BodyError) as error:
        return Passed(place, f"cannot be read: {error}")
    url = (header.get_header("WARC-Target-URI") or "").strip("<>")
    kind = http.get_header("Content-Type") if http else header.get_header("Content-Type")
    robots = tuple(value for name, value in (http.headers if http else ()) if name.lower() == "x-robots-tag")
    return Document(place, header.get_header(KIND) or "", header.get_header(ASKED) or url, url, kind or "", data, at, robots)


def _body(http: Any, block: bytes) -> bytes:
    """The body without its codings. Of a chunked one, which some tools keep as it came, the chunks are joined."""
    if (http.get_header("Transfer-Encoding") or "").lower().strip() == "chunked":
        block = _joined(block)
    data = inflate([block], http.get_header("Content-Encoding") or "", MAX_BYTES)
    return inflate([data], "gzip", MAX_BYTES) if data.startswith(GZIP) else data


def _joined(block: bytes) -> bytes:
    """Return what the chunks hold; a body that is not in chunks, as it is: many tools join them and leave the header."""
    joined, at = bytearray(), 0
    while (end := block.find(b"\r\n", at, at + 100)) >= 0:
        try:
            size = int(block[at:end].split(b";")[0], 16)
        except ValueError:
            break
        if not size:
            return bytes(joined)
        joined += block[end + 2 : end + 2 + size]
        at = end + 2 + size + 2
    return block if not joined else bytes(joined)

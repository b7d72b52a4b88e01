"""Files of WARC, ours and others' → the feed documents and pages in them. Reads; what stands in them is judged elsewhere.

A file that breaks off (its process was killed, a disk was full) gives what is whole; what is not is told, and ends the file.
"""

import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, BinaryIO, Final, NamedTuple

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from newsloom_ingestor.inflate import BodyError, inflate
from newsloom_ingestor.parse import MAX_BYTES
from newsloom_ingestor.warc import ASKED, KIND

MAGIC: Final = b"WARC/"
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


class Passed(NamedTuple):
    """A record that holds no document of use, and why."""

    place: str
    why: str


class Broken(NamedTuple):
    """A record, or the rest of the file, that cannot be read, and why."""

    place: str
    why: str


Found = Document | Passed | Broken


def documents(stream: BinaryIO) -> Iterator[Found]:
    """Yield what is in a file, plain or with a gzip member a record. Never raises for what is in it."""
    records = ArchiveIterator(stream)
    place = "byte 0"
    try:
        for record in records:
            place = f"byte {records.offset}"
            found = _found(record, place)
            if found:
                yield found
            if isinstance(found, Broken):
                return
    except (ArchiveLoadFailed, zlib.error, EOFError, ValueError, OSError) as error:
        yield Broken(place, f"cannot be read from here on: {type(error).__name__}: {error}")


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
    body, size = bytearray(), 0
    while chunk := record.raw_stream.read(CHUNK):
        size += len(chunk)
        body += chunk if len(body) <= LIMIT else b""
    return bytes(body), size >= max(record.payload_length or 0, 0)


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
    return inflate([data], "gzip", MAX_BYTES) if data.startswith(b"\x1f\x8b") else data


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

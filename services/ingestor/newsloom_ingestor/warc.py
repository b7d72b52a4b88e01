"""Exchanges → a file of WARC/1.1 (ISO 28500:2017), a gzip member a record, that any tool for web archives reads.

    warcinfo (who) · [response | revisit, request] …

A response has the status line, the headers and the body as they came; of what the client alone saw (chunks, and the coding of a
length that no longer fits) the header's name says so. The same body again from the same address is a revisit of the one before.
Two fields of our own stand in the response's WARC header: what kind of document was fetched, and, where redirects led
elsewhere, the address that was asked for.
"""

import fcntl
import io
import os
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal, NamedTuple

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.utils import Digester
from warcio.warcwriter import WARCWriter

from newsloom_ingestor.exchange import Exchange

SUFFIX: Final = ".warc.gz"
OPEN: Final = ".open"  # behind the name while it is written
KIND: Final = "Newsloom-Kind"
ASKED: Final = "Newsloom-Asked"
RENAMED: Final = "X-Archive-Orig-"  # before a header's name that no longer describes the body; web archives write it so
ADDRESSES: Final = 20_000  # whose last body a file remembers, to call the same one a revisit
UNDONE: Final = re.compile(rb"(?mi)^(transfer-encoding)(?=:)")
LENGTH: Final = re.compile(rb"(?mi)^(content-length)(?=:\s*(\d*)\s*$)")

Kind = Literal["feed", "page"]


class Seen(NamedTuple):
    """The last body of an address: its digest, and when it was fetched."""

    digest: str
    date: str


class _Head(StatusAndHeaders):  # type: ignore[misc]
    """A header block that is written byte for byte: warcio's own would rewrite what is not ASCII."""

    def __init__(self, block: bytes) -> None:
        super().__init__("", [("", "")])  # not empty, or warcio takes it for none
        self._block = block + b"\r\n"

    def compute_headers_buffer(self, header_filter: object = None) -> None:  # noqa: ARG002
        self.headers_buff = self._block


class WarcFile:
    """A file that is written. ``size`` is how large it is, ``since`` when it was begun. Locked while it is written.

    Raises OSError; the file then ends with the last record that is whole.
    """

    def __init__(self, folder: Path, who: Mapping[str, str], now: datetime) -> None:
        self.path = folder / f"newsloom-{now:%Y%m%dT%H%M%S%f}Z{SUFFIX}"
        self.since = now
        self.size = 0
        self._seen: dict[str, Seen] = {}
        self._file = (folder / f"{self.path.name}{OPEN}").open("xb", buffering=0)
        fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        buffer = io.BytesIO()
        writer = WARCWriter(buffer, warc_version="1.1")
        writer.write_record(writer.create_warcinfo_record(self.path.name, who))
        try:
            self._append(buffer.getvalue())
        except OSError:  # a full disk must not fill with beginnings
            self._file.close()
            Path(f"{self.path}{OPEN}").unlink()
            raise

    def add(self, kind: Kind, one: Exchange) -> None:
        """Write an exchange."""
        buffer = io.BytesIO()
        writer = WARCWriter(buffer, warc_version="1.1")
        seen = Seen(_digest(one.body), f"{one.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}")
        response = _response(writer, kind, one, seen, self._seen.get(one.url))
        request = writer.create_warc_record(
            one.url, "request", payload=io.BytesIO(), length=0, http_headers=_Head(one.request), warc_headers_dict={}
        )
        writer.write_request_response_pair(request, response)
        self._append(buffer.getvalue())
        self._remember(one.url, seen)

    def close(self) -> None:
        """Take the file its name; where another program took it away, there is nothing to do."""
        try:
            Path(f"{self.path}{OPEN}").rename(self.path)
        finally:
            self._file.close()

    def _append(self, data: bytes) -> None:
        try:
            left = memoryview(data)
            while left:
                left = left[self._file.write(left) or 0 :]
        except OSError:
            os.ftruncate(self._file.fileno(), self.size)
            raise
        self.size += len(data)

    def _remember(self, url: str, seen: Seen) -> None:
        self._seen.pop(url, None)
        self._seen[url] = seen
        if len(self._seen) > ADDRESSES:
            del self._seen[next(iter(self._seen))]


def recover(folder: Path) -> list[Path]:
    """Give the files that a killed process left open their names; return those."""
    return [
        path.with_name(path.name.removesuffix(OPEN)) for path in sorted(folder.glob(f"newsloom-*{OPEN}")) if _recovered(path)
    ]


def _recovered(path: Path) -> bool:
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:  # somebody writes it
            return False
        path.rename(path.with_name(path.name.removesuffix(OPEN)))
        return True


def head(one: Exchange) -> bytes:
    """Return the header block with which the body can be read: what was undone on the way is called otherwise."""
    block = UNDONE.sub(RENAMED.encode() + rb"\1", one.head)
    return LENGTH.sub(lambda m: m[1] if m[2] == str(len(one.body)).encode() else RENAMED.encode() + m[1], block)


def _response(writer: WARCWriter, kind: Kind, one: Exchange, seen: Seen, before: Seen | None) -> ArcWarcRecord:
    fields = {"WARC-Date": seen.date, KIND: kind}
    fields |= {ASKED: one.asked} if one.asked != one.url else {}
    fields |= {"WARC-IP-Address": one.address} if one.address else {}
    http = _Head(head(one))
    if before and before.digest == seen.digest:
        return writer.create_revisit_record(one.url, seen.digest, one.url, before.date, http, fields)
    fields["WARC-Payload-Digest"] = seen.digest
    return writer.create_warc_record(
        one.url, "response", payload=io.BytesIO(one.body), length=len(one.body), http_headers=http, warc_headers_dict=fields
    )


def _digest(body: bytes) -> str:
    """SHA-1 in base32, as other tools write and compare it; it protects from nothing, and need not."""
    digester = Digester("sha1")
    digester.update(body)
    return str(digester)

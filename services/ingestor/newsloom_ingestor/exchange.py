"""A request and its answer as they went over the line, for the archive. Of secrets nothing is kept."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Final, NamedTuple

import httpx

from newsloom_ingestor.inflate import BodyError
from newsloom_ingestor.parse import without_password

SECRET: Final = frozenset({b"authorization", b"cookie", b"proxy-authorization"})  # of the request: what feeds ask of us


class Exchange(NamedTuple):
    """What was asked and what came. ``asked`` is the address before redirects, ``url`` the one that answered, at ``address``.

    ``request`` and ``head`` are header blocks, each line ended, without the empty line at the end. ``body`` is as it came: its
    content coding (gzip) is untouched, its transfer coding (chunked) is undone, since only the client saw that.
    """

    asked: str
    url: str
    address: str
    request: bytes
    head: bytes
    body: bytes
    at: datetime


Keep = Callable[[Exchange], None]


class Listener:
    """The chunks of a body, which are also held. A body that is larger as it comes than it may be unfolded is refused."""

    def __init__(self, chunks: Iterable[bytes], limit: int) -> None:
        self._chunks, self._limit = chunks, limit
        self._heard = bytearray()

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self._heard += chunk
            if len(self._heard) > self._limit:
                raise BodyError(f"larger than {self._limit} bytes")
            yield chunk

    @property
    def heard(self) -> bytes:
        """All that came."""
        return bytes(self._heard)


def address(response: httpx.Response) -> str:
    """Return the IP address that answers, empty where that is not known; to be asked while the answer comes in."""
    stream = response.extensions.get("network_stream")
    try:
        found = stream.get_extra_info("server_addr") if stream else None
    except OSError:  # the other side has closed the connection already
        return ""
    return str(found[0]) if found else ""


def exchange(response: httpx.Response, body: bytes, at_address: str, now: datetime) -> Exchange:
    """Return what went over the line."""
    request, version = response.request, response.http_version
    path = request.url.raw_path.decode("ascii", "replace")
    first = response.history[0].request if response.history else request
    return Exchange(
        asked=without_password(str(first.url)),
        url=without_password(str(request.url)),
        address=at_address,
        request=_block(f"GET {path} {version}", (h for h in request.headers.raw if h[0].lower() not in SECRET)),
        head=_block(f"{version} {response.status_code} {response.reason_phrase}", response.headers.raw),
        body=body,
        at=now,
    )


def _block(first: str, headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    return b"".join((first.encode("latin-1", "replace") + b"\r\n", *(b"%b: %b\r\n" % pair for pair in headers)))

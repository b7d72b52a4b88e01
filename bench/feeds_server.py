"""2,000 sites on loopback, each at an address of its own: ``python bench/feeds_server.py`` prints its port and serves.

It answers as sites do: 304 to those who hold the newest document, gzip, redirects, 404, two seconds of silence, or nothing at
all. ``/control/round/2`` lets every site publish what it publishes between two polls; ``/control/hang/64`` makes so many
sites send a header line a second for a minute, which is the worst that a slow site can do to a poller.
"""

import asyncio
import sys
import zlib
from collections.abc import Mapping
from functools import cache
from itertools import product
from pathlib import Path
from typing import Final

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from bench.feeds_documents import TYPES, Site, document, path, site

ROUNDS: Final = 4
FIRST: Final = 60  # the newest entry of every site before it publishes more
SLOW_S: Final = 2.0
MUTE_S: Final = 120.0
HANG_S: Final = 60.0
CONTROL: Final = "127.0.0.1"
NOTHING: Final[Mapping[str, str]] = {}
REASONS: Final = {200: "OK", 301: "Moved Permanently", 304: "Not Modified", 404: "Not Found"}


def newest(found: Site, polls: int) -> int:
    """Return the number of a site's latest entry in so many rounds of polls, the first is 1."""
    still = found.way in {"unchanged", "missing", "mute"}
    return FIRST if still else FIRST + (polls - 1) * found.fresh


class Sites:
    """All sites, and the round that they are in."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.polls = 1
        self.hanging = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        try:
            while request := await reader.readuntil(b"\r\n\r\n"):
                await self._answer(request, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # it hung up
        finally:
            writer.close()

    async def _answer(self, request: bytes, writer: asyncio.StreamWriter) -> None:
        lines = request.decode("latin-1").split("\r\n")
        where = lines[0].split(" ")[1]
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        if where.startswith("/control/"):
            _, _, verb, value = where.split("/")
            setattr(self, {"round": "polls", "hang": "hanging"}[verb], int(value))
            _reply(writer, 200, NOTHING, b"")
        else:
            await self._site(site(int(where.split("/")[1])), where, headers, writer)
        await writer.drain()

    async def _site(self, found: Site, where: str, headers: Mapping[str, str], writer: asyncio.StreamWriter) -> None:
        if self.count - self.hanging <= found.number:
            await _drip(writer)
        elif found.way == "missing":
            _reply(writer, 404, NOTHING, b"<html><body>not here</body></html>")
        elif found.way == "moved" and where == path(found.number):
            _reply(writer, 301, {"location": f"{where}.xml"}, b"")
        else:
            await asyncio.sleep({"slow": SLOW_S, "mute": MUTE_S}.get(found.way, 0.0))
            _document(writer, found, newest(found, self.polls), headers)


def _document(writer: asyncio.StreamWriter, found: Site, latest: int, headers: Mapping[str, str]) -> None:
    etag = f'"{found.number}-{latest}"'
    known = {"etag": etag, "last-modified": f"Tue, 24 Nov 2026 {latest % 24:02}:00:00 GMT", "cache-control": "max-age=300"}
    if headers.get("if-none-match") == etag:
        _reply(writer, 304, known, b"")
    else:
        _reply(writer, 200, {**known, "content-type": TYPES[found.form], "content-encoding": "gzip"}, _packed(found, latest))


@cache
def _packed(found: Site, latest: int) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    return packer.compress(document(found, latest)) + packer.flush()


async def _drip(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    for n in range(int(HANG_S)):
        writer.write(f"X-{n}: {n}\r\n".encode())
        await writer.drain()
        await asyncio.sleep(1)
    writer.write(b"Content-Length: 0\r\n\r\n")


def _reply(writer: asyncio.StreamWriter, status: int, headers: Mapping[str, str], body: bytes) -> None:
    given = {**headers, **({} if status == 304 else {"content-length": str(len(body))})}
    lines = [f"HTTP/1.1 {status} {REASONS[status]}", *(f"{name}: {value}" for name, value in given.items())]
    writer.write("\r\n".join((*lines, "", "")).encode("latin-1") + body)


async def main(count: int) -> None:
    """Make ready what is served in ROUNDS rounds, then serve until killed."""
    sites = Sites(count)
    for number, polls in product(range(count), range(1, ROUNDS + 1)):
        _packed(site(number), newest(site(number), polls))
    hosts = sorted({CONTROL, *(site(n).host for n in range(count))})
    server = await asyncio.start_server(sites.serve, CONTROL, 0, backlog=512)
    port = server.sockets[0].getsockname()[1]
    others = await asyncio.start_server(sites.serve, [h for h in hosts if h != CONTROL], port, backlog=512)
    print(port, flush=True)
    async with server, others:
        await asyncio.gather(server.serve_forever(), others.serve_forever())


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))

"""HTTP/1.1 from outside → ``Door``: a small server that no client can hold up, fill or confuse.

h11 reads the protocol, strictly enough that nothing can be smuggled past a proxy; asyncio waits. What it guards against is in
``Guards``: slow heads and bodies end at a deadline however they drip, sizes are counted as bytes arrive (whether a length was
declared or not), connections and memory have a bound, and what its head refuses is answered before its body is read.
"""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from email.utils import formatdate
from http import HTTPStatus
from typing import Final, NamedTuple, Protocol
from urllib.parse import urlsplit

import h11

MIB: Final = 1024 * 1024
READ: Final = 64 * 1024  # bytes at a time
REASONS: Final = {400: "the request is not HTTP", 408: "the request took too long", 413: "larger than {} bytes"}
LINGER_S: Final = 2.0
GRACE_S: Final = 2.0
FULL: Final = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
SAFE: Final = (("X-Content-Type-Options", "nosniff"), ("Cache-Control", "no-store"))


class Guards(NamedTuple):
    """What one client, and all of them, may cost. ``held_bytes`` bounds the bodies that are in memory at one time."""

    connections: int = 256
    head_s: float = 10.0
    idle_s: float = 30.0
    body_s: float = 60.0
    write_s: float = 10.0
    head_bytes: int = 16 * 1024
    body_bytes: int = 8 * MIB
    held_bytes: int = 32 * MIB


GUARDS: Final = Guards()


class Head(NamedTuple):
    """A request before its body. Names of headers are in lower case; of several of one name the first counts."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]


class Answer(NamedTuple):
    """What the client gets."""

    status: int
    body: bytes = b""
    kind: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()


class Door(Protocol):
    """Who answers. Called on the server's thread: neither method may block."""

    def admit(self, head: Head) -> Answer | None:
        """Refuse a request by its head, or None."""

    def answer(self, head: Head, body: bytes) -> Awaitable[Answer]:
        """Answer a request."""


class Server:
    """Serves on a thread of its own from ``start`` to ``close``. Raises OSError where the port is taken.

    ``refusal`` turns a reason into the body of a refusal.
    """

    def __init__(self, host: str, port: int, door: Door, refusal: Callable[[str], bytes], guards: Guards = GUARDS) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.create_server((host, port), family=family, backlog=guards.connections)
        self.port: int = self._socket.getsockname()[1]
        self.door, self.guards = door, guards
        self.held = 0  # bytes of bodies
        self._refusal = refusal
        self._talks: dict[asyncio.Task[None], Talk] = {}
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="inbound", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._running = threading.Event()
        self._over = asyncio.Event()

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()
        self._running.wait()

    def close(self) -> None:
        """Take no more, let what is being answered end within GRACE_S, and go."""
        if self._loop and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._over.set)
            self._thread.join(GRACE_S + 1)
        self._socket.close()

    @property
    def over(self) -> bool:
        """Whether no further request is taken."""
        return self._over.is_set()

    def refuse(self, status: int, reason: str = "", **headers: str) -> Answer:
        """Return a refusal with its reason."""
        said = reason or REASONS.get(status, "").format(self.guards.body_bytes)
        return Answer(status, self._refusal(said), headers=tuple((k.replace("_", "-"), v) for k, v in headers.items()))

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        async with await asyncio.start_server(self._connected, sock=self._socket, limit=READ):
            self._running.set()
            await self._over.wait()
        for task, talk in self._talks.items():
            if talk.idle:
                task.cancel()
        if self._talks:
            await asyncio.wait(self._talks, timeout=GRACE_S)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if len(self._talks) >= self.guards.connections or task is None:
            writer.write(FULL)
            writer.close()
            return
        self._talks[task] = talk = Talk(self, reader, writer)
        try:
            await talk.hold()
        except (OSError, TimeoutError, asyncio.CancelledError):
            pass  # the client has gone, or does not read; or the service ends
        finally:
            del self._talks[task]
            writer.close()


class Talk:
    """One connection: request, answer, and so on until either side has enough."""

    def __init__(self, server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._server, self._reader, self._writer = server, reader, writer
        self._guards = server.guards
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=self._guards.head_bytes)
        self._bare = False  # an answer to HEAD has no body
        self.idle = True  # nothing is asked

    async def hold(self) -> None:
        """Answer until the connection is done."""
        wait_s = self._guards.head_s
        while await self._once(wait_s):
            self._http.start_next_cycle()
            self.idle = True
            wait_s = self._guards.idle_s
        await self._linger()

    async def _once(self, wait_s: float) -> bool:
        """Answer one request; return whether another may come."""
        try:
            async with asyncio.timeout(wait_s):
                event = await self._event()
        except TimeoutError:
            return False
        except h11.RemoteProtocolError as error:
            await self._send(self._server.refuse(error.error_status_hint, "" if error.error_status_hint == 400 else str(error)))
            return False
        if not isinstance(event, h11.Request):
            return False
        self.idle = False
        self._bare = event.method == b"HEAD"
        await self._send(await self._answered(_head(event)))
        return self._http.our_state is h11.DONE and self._http.their_state is h11.DONE and not self._server.over

    async def _answered(self, head: Head) -> Answer:
        """The answer to a request whose head is here."""
        declared = head.headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > self._guards.body_bytes:
            return self._server.refuse(413)
        refused = self._server.door.admit(head)
        if refused:
            return refused
        parts: list[bytes] = []
        try:
            refused = await self._body(parts)
            return refused or await self._server.door.answer(head, b"".join(parts))
        finally:
            self._server.held -= sum(map(len, parts))

    async def _body(self, parts: list[bytes]) -> Answer | None:
        """Read the body into ``parts``; a refusal where it cannot be."""
        try:
            async with asyncio.timeout(self._guards.body_s):
                return await self._read(parts)
        except TimeoutError:
            return self._server.refuse(408)
        except h11.RemoteProtocolError:
            return self._server.refuse(400)

    async def _read(self, parts: list[bytes]) -> Answer | None:
        """Read until the end, or until it is too much, for one request or with all the others."""
        if self._http.they_are_waiting_for_100_continue:
            await self._write(self._http.send(h11.InformationalResponse(status_code=100, headers=[])))
        size = 0
        while isinstance(event := await self._event(), h11.Data):
            parts.append(bytes(event.data))
            size += len(parts[-1])
            self._server.held += len(parts[-1])
            if size > self._guards.body_bytes:
                return self._server.refuse(413)
            if self._server.held > self._guards.held_bytes:
                return self._server.refuse(503, "too much at one time", Retry_After="1")
        return None

    async def _event(self) -> object:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            self._http.receive_data(await self._reader.read(READ))
        return event

    async def _send(self, answer: Answer) -> None:
        """Send an answer; a client that is still sending is told that this is the end."""
        given = [*SAFE, *answer.headers, ("Date", formatdate(usegmt=True)), ("Content-Length", str(len(answer.body)))]
        if answer.body:
            given.append(("Content-Type", answer.kind))
        if self._http.their_state is not h11.DONE or self._server.over:
            given.append(("Connection", "close"))
        data = (
            self._http.send(h11.Response(status_code=answer.status, headers=given, reason=HTTPStatus(answer.status).phrase))
            or b""
        )
        if not self._bare:
            data += self._http.send(h11.Data(data=answer.body)) or b""
        await self._write(data + (self._http.send(h11.EndOfMessage()) or b""))

    async def _write(self, data: bytes | None) -> None:
        self._writer.write(data or b"")
        async with asyncio.timeout(self._guards.write_s):
            await self._writer.drain()

    async def _linger(self) -> None:
        """Swallow some of what a refused client still sends: a connection that is reset takes the answer with it."""
        if self._http.their_state in {h11.SEND_BODY, h11.ERROR} and not self._reader.at_eof():
            with suppress(TimeoutError, OSError):
                async with asyncio.timeout(LINGER_S):
                    self._writer.write_eof()
                    while await self._reader.read(READ):
                        pass


def _head(event: h11.Request) -> Head:
    headers: dict[str, str] = {}
    for name, value in event.headers:
        headers.setdefault(name.decode("ascii", "replace").lower(), value.decode("latin-1"))
    try:
        target = urlsplit(event.target.decode("ascii", "replace"))
    except ValueError:
        return Head(event.method.decode("ascii", "replace"), "", "", headers)
    return Head(event.method.decode("ascii", "replace"), target.path, target.query, headers)

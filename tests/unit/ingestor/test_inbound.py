"""What a client can do to the inbound server: nothing that the next client would notice."""

import socket
import threading
import time
from contextlib import contextmanager

import httpx
import pytest
from newsloom_ingestor.inbound import GUARDS, Answer, Server
from newsloom_ingestor.pushdoor import refusal

QUICK = GUARDS._replace(head_s=0.4, idle_s=0.4, body_s=0.6, write_s=1.0, head_bytes=2000, body_bytes=10_000, held_bytes=15_000)


class Echo:
    """Answers with the body; ``/no`` is refused by its head, ``/slow`` waits for ``gate``."""

    def __init__(self):
        self.gate = threading.Event()
        self.bodies = []

    def admit(self, head):
        return Answer(401, refusal("no")) if head.path == "/no" else None

    async def answer(self, head, body):
        import asyncio

        self.bodies.append(body)
        if head.path == "/slow":
            await asyncio.to_thread(self.gate.wait, 5)
        return Answer(200, body, "text/plain", (("X-Query", head.query),))


@contextmanager
def serving(guards=QUICK):
    door = Echo()
    server = Server("127.0.0.1", 0, door, refusal, guards)
    server.start()
    try:
        yield server, door
    finally:
        door.gate.set()
        server.close()


def url(server, path="/"):
    return f"http://127.0.0.1:{server.port}{path}"


def raw(server, *pieces, pause=0.0):
    """Send pieces of bytes with pauses, and return all that comes back until the server closes."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as it:
        said = b""
        for piece in pieces:
            try:
                it.sendall(piece)
            except OSError:
                break
            time.sleep(pause)
        while True:
            try:
                data = it.recv(65536)
            except ConnectionResetError:
                return said
            if not data:
                return said
            said += data


def test_a_body_comes_whole_with_and_without_a_declared_length_and_connections_are_kept():
    with serving() as (server, _), httpx.Client() as client:
        assert client.post(url(server, "/?a=b"), content=b"x" * 9999).content == b"x" * 9999
        answer = client.post(url(server, "/?a=b"), content=iter([b"x" * 4000, b"y" * 4000]))
        assert (answer.content, answer.headers["x-query"]) == (b"x" * 4000 + b"y" * 4000, "a=b")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert client.head(url(server)).content == b""


def test_a_body_that_is_too_large_is_refused_by_its_declared_length_and_by_what_comes():
    with serving() as (server, door):
        for body in (b"x" * 10_001, iter([b"x" * 6000, b"x" * 6000])):
            answer = httpx.post(url(server), content=body)
            assert (answer.status_code, answer.json()) == (413, {"reason": "larger than 10000 bytes"})
        assert door.bodies == []
        assert server.held == 0


def test_all_bodies_together_have_a_bound_and_the_answer_says_when_to_come_back():
    with serving() as (server, door):
        first = threading.Thread(target=httpx.post, args=(url(server, "/slow"),), kwargs={"content": b"x" * 9000})
        first.start()
        while not door.bodies:
            time.sleep(0.01)
        answer = httpx.post(url(server), content=b"x" * 9000)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        door.gate.set()
        first.join()
        assert httpx.post(url(server), content=b"x" * 9000).status_code == 200


def test_what_the_head_refuses_is_answered_before_the_body_is_sent():
    with serving() as (server, door):
        head = b"POST /no HTTP/1.1\r\nHost: x\r\nContent-Length: 9000\r\nExpect: 100-continue\r\n\r\n"
        said = raw(server, head)
        assert said.startswith(b"HTTP/1.1 401 ")
        assert b"connection: close" in said.lower()
        said = raw(server, head.replace(b"/no", b"/"), b"x" * 9000 + b"", pause=0.1)
        assert said.startswith(b"HTTP/1.1 100 ")
        assert door.bodies == [b"x" * 9000]


def test_slow_heads_and_slow_bodies_end_however_they_drip():
    with serving() as (server, door):
        started = time.monotonic()
        assert raw(server, *[b"GET / HTTP/1.1\r\n", *[b"X: y\r\n"] * 20], pause=0.1) == b""
        body = [b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\n", *[b"x"] * 15]
        assert raw(server, *body, pause=0.1).startswith(b"HTTP/1.1 408 ")
        assert raw(server) == b""
        assert time.monotonic() - started < 15
        assert door.bodies == []


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03\r\n\r\n", 400),  # TLS
        (b"GET / HTTP/1.1\r\n\r\n", 400),  # no host
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 20_000 + b"\r\n", 431),
        (b"GET http://[ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 200),
    ],
)
def test_what_is_not_http_is_said_to_be_none(sent, status):
    with serving() as (server, _):
        assert raw(server, sent).startswith(f"HTTP/1.1 {status} ".encode())


def test_a_chunk_that_never_ends_is_counted_as_it_comes():
    with serving() as (server, _):
        said = raw(server, b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffff\r\n", *[b"x" * 4000] * 4)
        assert said.startswith(b"HTTP/1.1 413 ")
        assert server.held == 0


def test_connections_have_a_bound_and_give_their_place_back():
    with serving(QUICK._replace(connections=3)) as (server, _):
        idle = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(3)]
        time.sleep(0.1)
        assert raw(server).startswith(b"HTTP/1.1 503 ")
        for one in idle:
            one.close()
        time.sleep(0.1)
        assert httpx.post(url(server), content=b"x").status_code == 200


def test_closing_lets_an_answer_end_and_takes_no_more():
    with serving() as (server, door):
        said = []
        first = threading.Thread(target=lambda: said.append(httpx.post(url(server, "/slow"), content=b"x").status_code))
        first.start()
        while not door.bodies:
            time.sleep(0.01)
        threading.Timer(0.2, door.gate.set).start()
        server.close()
        first.join()
        assert said == [200]
        with pytest.raises(httpx.TransportError):
            httpx.get(url(server))


def test_closing_waits_for_no_connection_on_which_nothing_is_asked():
    with serving(QUICK._replace(idle_s=30, head_s=30)) as (server, _), httpx.Client() as client:
        client.post(url(server), content=b"x")
        with socket.create_connection(("127.0.0.1", server.port)):
            time.sleep(0.1)
            started = time.monotonic()
            server.close()
            assert time.monotonic() - started < 1


def test_a_port_that_is_taken_is_an_error_at_once():
    with serving() as (server, door), pytest.raises(OSError, match="in use"):
        Server("127.0.0.1", server.port, door, refusal)

"""/livez, /readyz and /metrics of a service, on a thread of their own (docs/operations.md)."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from typing import Any, Final

from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest

from newsloom_common.settings import SettingsError

TEXT: Final = "text/plain; charset=utf-8"
SLOW_S: Final = 5.0  # for a client to say what it wants, and to take the answer
PATIENT_S: Final = 10.0  # a store that has not answered for so long is waited for: hung, or so slow that it should be known
CLIENTS: Final = 32  # at a time; who comes beyond is turned away, so that no flood of probes costs the service its memory

BUILD: Final = Gauge("newsloom_build_info", "Always 1; the labels say what runs. No worry.", ["service", "version"])
READY: Final = Gauge("newsloom_ready", "1 while /readyz says ok, else 0. Worry when it is 0 for more than some minutes.")


class Health:
    """What a service says of itself: it is alive while its loop turns, and ready while it can do its work.

    ``beat()`` is called once a turn of the loop; a loop that has not turned for ``stalled_after`` seconds is not alive. A
    loop that waits for an outage to end turns too: to be killed would not help it.
    ``ready`` is "" when all is well, else the sentence that says what is waited for.
    """

    def __init__(self, stalled_after: float = 60.0, clock: Callable[[], float] = time.monotonic) -> None:
        self.ready = "starting"
        self._clock = clock
        self._stalled_after = stalled_after
        self._turned = clock()
        self._asked: tuple[float, str] | None = None

    def beat(self, ready: str = "") -> None:
        """Note a turn of the loop, and what it waits for."""
        self._turned = self._clock()
        self.ready = ready

    @contextmanager
    def asking(self, sentence: str) -> Iterator[None]:
        """While this lasts a store is asked something; not ready, with this sentence, once it has not answered for long."""
        self._asked = self._clock(), sentence
        try:
            yield
        finally:
            self._asked = None

    def live(self) -> str:
        """Return "" while alive, else why not."""
        still = self._clock() - self._turned
        return f"the loop has not turned for {still:.0f} s" if still > self._stalled_after else ""

    def problem(self) -> str:
        """Return "" while ready, else why not."""
        return self.live() or self.ready or self._unanswered()

    def _unanswered(self) -> str:
        since, sentence = self._asked or (self._clock(), "")
        seconds = self._clock() - since
        return f"{sentence}: no answer for {seconds:.0f} s" if seconds > PATIENT_S else ""

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """Return status, content type and body for a path; what follows a question mark does not count."""
        what = path.partition("?")[0]
        if what == "/metrics":
            return 200, CONTENT_TYPE_LATEST, generate_latest()
        if what not in {"/livez", "/readyz"}:
            return 404, TEXT, b"try /livez, /readyz or /metrics\n"
        problem = self.problem() if what == "/readyz" else self.live()
        return (503 if problem else 200), TEXT, (problem or "ok").encode() + b"\n"


class Server(ThreadingHTTPServer):
    """Answers each client in a thread of its own, so many at a time; what a client does wrong is not worth a line."""

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self._room = threading.BoundedSemaphore(CLIENTS)
        super().__init__(address, handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer, where there is room."""
        if self._room.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer, and make room."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a client that hangs up is no error of ours, and a traceback is no line of JSON."""


def serve(health: Health, service: str, host: str, port: int) -> Server | None:
    """Serve in the background; port 0 means none is wanted. Raises SettingsError where the address cannot be had."""
    BUILD.labels(service, version("newsloom")).set(1)
    READY.set_function(lambda: not health.problem())
    if not port:
        return None
    try:
        server = Server((host, port), _handler(health))
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SettingsError(f"NEWSLOOM_HEALTH_HOST={host} NEWSLOOM_HEALTH_PORT={port}: {reason}") from error
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    return server


def _handler(health: Health) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = SLOW_S
        server_version, sys_version = "newsloom", ""

        def do_GET(self) -> None:
            self._say(*health.answer(self.path), with_body=True)

        def do_HEAD(self) -> None:
            self._say(*health.answer(self.path), with_body=False)

        def _say(self, status: int, kind: str, body: bytes, *, with_body: bool) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            if with_body:
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing: a probe every few seconds is not worth a line."""

    return Handler

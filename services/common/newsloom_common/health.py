"""/livez, /readyz and /metrics of a service, on a thread of their own."""

import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest


class Health:
    """What a service says of itself: it is alive while its loop turns, and ready while it can do its work.

    ``beat()`` is called once a turn of the loop; a loop that has not turned for ``stalled_after`` seconds is not alive.
    ``ready`` is "" when all is well, else the sentence that says what is waited for.
    """

    def __init__(self, stalled_after: float = 60.0, clock: Callable[[], float] = time.monotonic) -> None:
        self.ready = "starting"
        self._clock = clock
        self._stalled_after = stalled_after
        self._turned = clock()

    def beat(self, ready: str = "") -> None:
        """Note a turn of the loop, and what it waits for."""
        self._turned = self._clock()
        self.ready = ready

    def live(self) -> str:
        """Return "" while alive, else why not."""
        still = self._clock() - self._turned
        return f"the loop has not turned for {still:.0f} s" if still > self._stalled_after else ""

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """Return status, content type and body for a path."""
        if path == "/metrics":
            return 200, CONTENT_TYPE_LATEST, generate_latest()
        if path not in {"/livez", "/readyz"}:
            return 404, "text/plain; charset=utf-8", b"try /livez, /readyz or /metrics\n"
        problem = self.live() or (self.ready if path == "/readyz" else "")
        return (503 if problem else 200), "text/plain; charset=utf-8", (problem or "ok").encode() + b"\n"


def serve(health: Health, host: str, port: int) -> ThreadingHTTPServer | None:
    """Serve in the background; port 0 means none is wanted."""
    if not port:
        return None

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, kind, body = health.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing: a probe every few seconds is not worth a line."""

    server = ThreadingHTTPServer((host, port), Handler)
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    return server

"""A web server that behaves as a test tells it, path by path, and feeds to serve."""

import gzip
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def rss(*links, title="Test feed", date="Mon, 23 Nov 2026 10:00:00 GMT"):
    """An RSS document with an item for each link."""
    items = "".join(
        f"<item><title>Title of {link}</title><link>{link}</link><description>Text of {link}</description>"
        f"<pubDate>{date}</pubDate></item>"
        for link in links
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>{items}</channel></rss>'.encode()


class FeedServer:
    """Serves on a free port of loopback. Verbs say what a path answers from now on; ``asked`` has its requests' headers."""

    def __init__(self):
        self._answers, self._asked = {}, {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.handle_error = lambda *_: None  # readers that hang up are what is tested
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def url(self, path, host="127.0.0.1"):
        return f"http://{host}:{self._server.server_port}{path}"

    def asked(self, path):
        return self._asked.get(path, [])

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    # verbs

    def ok(self, path, body, **headers):
        """Answer 200; where an ETag is among the headers and the reader has it, 304."""

        def answer(h):
            if "etag" in headers and h.headers.get("If-None-Match") == headers["etag"]:
                return h.reply(304, b"", headers)
            return h.reply(200, body, headers)

        self._answers[path] = answer

    def status(self, path, code, **headers):
        self._answers[path] = lambda h: h.reply(code, b"<html>sorry</html>", headers)

    def redirect(self, path, to, code=302):
        self._answers[path] = lambda h: h.reply(code, b"", {"location": to})

    def slow(self, path, body, pause):
        """One byte at a time."""

        def answer(h):
            h.reply(200, b"", {"content-length": str(len(body))})
            for byte in body:
                h.wfile.write(bytes([byte]))
                h.wfile.flush()
                time.sleep(pause)

        self._answers[path] = answer

    def slow_headers(self, path, pause):
        """Header after header, never done."""

        def answer(h):
            for n in range(1000):
                h.wfile.write(f"{'HTTP/1.1 200 OK' if n == 0 else f'X-{n}: {n}'}\r\n".encode())
                h.wfile.flush()
                time.sleep(pause)

        self._answers[path] = answer

    def truncated(self, path, body):
        """Promise the whole body, send half of it."""

        def answer(h):
            h.reply(200, body[: len(body) // 2], {"content-length": str(len(body))})
            h.close_connection = True

        self._answers[path] = answer

    def bomb(self, path, size):
        """A gzip body that unfolds to ``size`` zeros."""
        self.ok(path, gzip.compress(bytes(size)), **{"content-encoding": "gzip"})

    def _handler(self):
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                server._asked.setdefault(self.path, []).append(dict(self.headers))
                answer = server._answers.get(self.path, lambda h: h.reply(404, b"", {}))
                try:
                    answer(self)
                except OSError:
                    self.close_connection = True  # the reader has hung up

            def reply(self, code, body, headers):
                self.send_response(code)
                for name, value in {"content-length": str(len(body)), **headers}.items():
                    self.send_header(name.replace("_", "-"), value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        return Handler

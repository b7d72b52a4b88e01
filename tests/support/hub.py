"""A WebSub hub that a test can make misbehave."""

import hashlib
import hmac
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import httpx


class Hub:
    """Takes subscriptions and verifies them at ``reach``, whatever host the callback names; ``status`` is what it answers."""

    def __init__(self):
        self.asked, self.verified, self.status, self.lease, self.reach = [], [], 202, "864000", ""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.handle_error = lambda *_: None
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self._server.server_port}/"

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def named(self, feed, topic):
        """The RSS feed with this hub, and its own name, in it."""
        links = f'<atom:link rel="hub" href="{self.url}"/><atom:link rel="self" href="{topic}"/>'.encode()
        return feed.replace(b"<channel>", b'<channel xmlns:atom="http://www.w3.org/2005/Atom">' + links, 1)

    def ask(self, **query):
        """Ask back, as a hub does; the arguments replace what it should ask."""
        form = self.asked[-1]
        asked = {
            "hub.mode": "subscribe",
            "hub.topic": form["hub.topic"],
            "hub.challenge": "prove-it",
            "hub.lease_seconds": self.lease,
        }
        answer = self._get({**asked, **query})
        if answer.status_code == 200 and answer.text == "prove-it":
            self.verified.append(form)
        return answer

    def tell(self, document, *, secret=None, method="sha256", path=None, trace=None):
        """Bring a document, signed."""
        form = self.asked[-1]
        key = (secret or form["hub.secret"]).encode()
        headers = {"Content-Type": "application/rss+xml"}
        if trace:
            headers["traceparent"] = trace
        if method:
            headers["X-Hub-Signature"] = f"{method}={hmac.new(key, document, getattr(hashlib, method)).hexdigest()}"
        return httpx.post(self.reach + (path or self._path()), content=document, headers=headers, timeout=30, trust_env=False)

    def _get(self, query):
        return httpx.get(self.reach + self._path(), params=query, timeout=30, trust_env=False)

    def _path(self):
        return urlsplit(self.asked[-1]["hub.callback"]).path

    def _handler(self):
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                hub.asked.append(dict(parse_qsl(body.decode())))
                self.send_response(hub.status)
                self.send_header("Content-Length", "0")
                self.end_headers()
                self.wfile.flush()
                if hub.status == 202:
                    hub.ask()

            def log_message(self, *_):
                pass

        return Handler

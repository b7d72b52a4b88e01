"""A loopback proxy in front of a real server, to make it behave as servers do on bad days."""

import http.client
import json
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Proxy:
    """Passes requests on, until told otherwise: ``answer``, ``drop``, ``lose_answers``, ``slow``, ``hang``,
    ``refuse_items``; ``pass_on`` makes it well again.

    ``requests`` are (method, path) as they came; ``held`` is set while an answer is being lost.
    """

    def __init__(self, target):
        self.target = target
        self._target = urllib.parse.urlsplit(target).netloc
        self.requests, self.held, self._let_go = [], threading.Event(), threading.Event()
        self.pass_on()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def pass_on(self):
        self._let_go.set()
        self._behave = self._forward

    def answer(self, status, body=b"<html>not now</html>"):
        """Answer every request with this, as an overloaded server or a proxy before it does."""
        self._behave = lambda request, _: (status, {"Content-Type": "text/html"}, body)

    def drop(self):
        """Close every connection without an answer."""
        self._behave = lambda request, _: None

    def lose_answers(self, path):
        """Let the server do what is asked under a path with that ending, but never tell: the client waits."""

        def behave(request, body):
            answered = self._forward(request, body)
            if not request.path.split("?")[0].endswith(path):
                return answered
            self.held.set()
            threading.Event().wait(60)
            return None

        self.held.clear()
        self._behave = behave

    def slow(self, seconds):
        """Pass every request on after a while."""

        def behave(request, body):
            time.sleep(seconds)
            return self._forward(request, body)

        self._behave = behave

    def hang(self, *, midway=False):
        """Take requests and say nothing, or no more than that an answer begins; connections end when all is well again.

        What was asked is done where an answer begins, and is not where none does.
        """
        self._let_go = let_go = threading.Event()

        def behave(request, body):
            if midway and (answered := self._forward(request, body)):
                status, headers, content = answered
                request.begin(status, headers, len(content))
            let_go.wait()

        self._behave = behave

    def refuse_items(self, chosen, status=429, kind="es_rejected_execution_exception"):
        """Let bulk requests through, save the documents for which ``chosen()`` is true: those are not written, and their
        items are answered with this status and type of error, as by a node that is too busy for some of its shards.
        """

        def behave(request, body):
            if not request.path.split("?")[0].endswith("/_bulk"):
                return self._forward(request, body)
            lines = body.splitlines(keepends=True)
            pairs = [(*pair, chosen()) for pair in zip(lines[::2], lines[1::2], strict=True)]
            kept = b"".join(action + source for action, source, refused in pairs if not refused)
            answered = self._forward(request, kept) if kept else (200, {}, b'{"items":[]}')
            if not answered or answered[0] != 200:
                return answered
            items = iter(json.loads(answered[2])["items"])
            error = {"index": {"status": status, "error": {"type": kind, "reason": "not now"}}}
            told = [error if refused else next(items) for _, _, refused in pairs]
            return 200, {**answered[1], "Content-Type": "application/json"}, json.dumps({"items": told}).encode()

        self._behave = behave

    def _forward(self, request, body):
        connection = http.client.HTTPConnection(self._target, timeout=60)
        try:
            headers = {k: v for k, v in request.headers.items() if k.lower() not in {"host", "connection", "content-length"}}
            connection.request(request.command, request.path, body, headers)
            answer = connection.getresponse()
            kept = {k: v for k, v in answer.getheaders() if k.lower() not in {"transfer-encoding", "content-length"}}
            return answer.status, kept, answer.read()
        except OSError:
            return None
        finally:
            connection.close()

    def _handler(self):
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _serve(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                proxy.requests.append((self.command, self.path))
                answered = proxy._behave(self, body)
                if answered is None:
                    self.close_connection = True
                    return
                status, headers, content = answered
                self.begin(status, headers, len(content))
                self.wfile.write(content)

            def begin(self, status, headers, length):
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(length)}.items():
                    self.send_header(name, value)
                self.end_headers()

            do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = _serve  # noqa: N815 - the names that http.server looks for

            def log_message(self, *_):
                """The test reads ``requests``."""

            def handle(self):
                try:
                    super().handle()
                except OSError:
                    """The client was killed, as the test wanted."""

        return Handler

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._let_go.set()
        self._server.shutdown()
        self._server.server_close()

"""The doors of an ingestor with all that is behind them but the polls: its state, its shell's thread, and Kafka as a list."""

import queue
import threading
import time

import structlog
import structlog.testing
from newsloom_ingestor.fetch import Limits
from newsloom_ingestor.inboundshell import Inbound
from newsloom_ingestor.intake import Intake
from newsloom_ingestor.opml import Source
from newsloom_ingestor.parse import parse
from newsloom_ingestor.settings import IngestorSettings
from newsloom_ingestor.state import State
from newsloom_ingestor.websubs import Outside
from newsloom_native import ports

from support.topic import Topic

TOKEN = "a-token-that-nobody-guesses"


class Shell:
    """``away`` is what the service says it waits for; ``stuck`` keeps the shell from doing anything; ``clock`` is its time."""

    def __init__(self, folder, feeds=(), **settings):
        self.port, self.token_file = ports.free(), folder / "token"
        self.token_file.write_text(TOKEN)
        given = {"push_port": self.port, "push_token_file": str(self.token_file), "allow_private_addresses": True, **settings}
        self.settings = IngestorSettings(**given)
        self.away, self.stuck, self.told, self.feeds = "", threading.Event(), [], feeds
        self.clock = time.time
        self._folder, self._over, self._results = folder, threading.Event(), queue.SimpleQueue()
        self.sent, self.error, self.logged = [], None, structlog.testing.LogCapture()
        self._up = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        self._thread.start()
        self._up.wait(10)
        if self.error:
            raise self.error
        return self

    def __exit__(self, *_):
        self._over.set()
        self._results.put(lambda _now: lambda: None)
        self._thread.join(10)

    def do(self, work):
        """Call ``work(inbound, state, intake, now)`` in the shell's thread and return what it returns."""
        answers = queue.SimpleQueue()
        self._results.put(lambda now: answers.put(work(self.inbound, self._state, self._intake, now)) or (lambda: None))
        return answers.get(timeout=10)

    def _run(self):
        with State(self._folder / "state") as self._state:
            topic = Topic(self._state)
            self.sent = topic.sent
            self._intake = Intake(self._state, topic, topic, lambda _article, _whole: False)
            outside = Outside(
                table=self._state.subscriptions, intake=self._intake, results=self._results,
                limits=Limits("newsloom/test", allow_private=True), parse=parse,
                log=structlog.wrap_logger(None, processors=[self.logged]).bind(),
                told=lambda *told: self.told.append(told), source=self._source,
            )  # fmt: skip
            try:
                self.inbound = Inbound(self.settings, outside, lambda: self.away)
            except (OSError, ValueError) as error:
                self.error = error
                return
            finally:
                self._up.set()
            self._turns()
            self.inbound.close()

    def _source(self, feed):
        return Source(feed, category="labs") if feed in self.feeds else None

    def _turns(self):
        while not self._over.is_set():
            self.inbound.look(self.feeds, self.clock())
            try:
                one = self._results.get(timeout=0.05)
            except queue.Empty:
                continue
            while self.stuck.is_set() and not self._over.is_set():
                time.sleep(0.01)
            with self._intake.together():
                then = one(self.clock())
            then()

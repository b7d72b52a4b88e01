"""Keeps the WebSub subscriptions going beside the polls. In the shell's own thread, save for what its pool does."""

import secrets
from collections import Counter
from collections.abc import Callable, Collection, Container
from datetime import UTC, datetime
from functools import partial
from queue import SimpleQueue
from typing import Any, Final, NamedTuple

from newsloom_common import tracing
from newsloom_common.tracing import Span
from newsloom_schemas.codec import trace_of
from structlog.stdlib import BoundLogger

from newsloom_ingestor import metrics, poll, websub, websubhub
from newsloom_ingestor.decide import Decision, FeedState, Polled, Read, decide
from newsloom_ingestor.fetch import Fetched, FetchFailed, Limits, Validators
from newsloom_ingestor.inboundqueue import Desk, Ticket
from newsloom_ingestor.intake import Intake, Taken
from newsloom_ingestor.opml import Source
from newsloom_ingestor.parse import without_password
from newsloom_ingestor.pool import Pool
from newsloom_ingestor.websub import Subscription
from newsloom_ingestor.websubdoor import Delivery, Question
from newsloom_ingestor.websubtable import Table

THREADS: Final = 2
LOOK_S: Final = 5.0
Then = Callable[[], None]  # what is done once all is acknowledged
Done = Callable[[float], Then]  # what the shell does with a result of the pool


class Outside(NamedTuple):
    """What this needs of the shell: what is put on ``results`` is called there. ``told(feed, …)`` tells how a feed stands,
    ``source(feed)`` is what is configured of it.
    """

    table: Table
    intake: Intake
    results: SimpleQueue[Any]
    limits: Limits
    parse: poll.Parse
    log: BoundLogger
    told: Callable[[str, Taken, float], None]
    source: Callable[[str], Source | None]


class Subscriptions:
    """All of them, in memory as in the state. ``callback`` is the address under which hubs reach this service."""

    def __init__(self, callback: str, outside: Outside, desk: Desk) -> None:
        self._callback, self._outside, self._desk = callback, outside, desk
        self._held = {it.feed: it for it in outside.table.read()}
        self._pool: Pool[Callable[[], Done], Any] = Pool(THREADS, lambda job: job(), outside.results)
        self._look_at = 0.0
        self.paths: Collection[str] = frozenset()
        self._changed()

    def decide(self, feed: FeedState, polled: Polled, known: Container[str], now: float) -> Decision:
        """Decide on a poll, and rely on the feed's hub as far as it deserves that."""
        decision = decide(feed, polled, known, now)
        was = self._held.get(feed.url)
        it = websub.held(feed.url, decision.feed.asks, was, secrets.token_urlsafe(24), secrets.token_urlsafe(32))
        if it is None:
            self._drop({feed.url} & self._held.keys())
            return decision
        if it is not was:
            self._look_at = 0.0  # a new one is asked for at once
        self._keep(websub.polled(it, decision, polled, now))
        return websub.relaxed(feed, decision, self._held[feed.url], now)

    def look(self, feeds: Container[str], now: float) -> None:
        """Ask the hubs that are to be asked by now; forget what belongs to feeds that are no longer polled."""
        if now < self._look_at:
            return
        self._look_at = now + LOOK_S
        self._drop([feed for feed in self._held if feed not in feeds])
        for it in [it for it in self._held.values() if it.ask_at <= now]:
            self._keep(websub.asking(it, now))
            self._pool.give(partial(self._ask, it))
        metrics.SUBSCRIPTIONS.set(sum(now < it.lease_until for it in self._held.values()))

    def question(self, asked: Question, now: float) -> str | None:
        """Return the challenge where a hub asks about a subscription that is held, and its denial's empty answer."""
        it = self._at(asked.path)
        if it is None:
            return None
        after, answer = websub.denied(it, asked.query, now), ""
        if after is None:
            after, answer = websub.verified(it, asked.query, now), asked.query.get("hub.challenge", "")
        if after is None:
            return None
        self._keep(after)
        self._outside.log.info(
            "hub",
            feed=_name(it),
            hub=without_password(it.hub),
            said=after.problem or "subscribed",
            lease_s=round(max(0, after.lease_until - now)),
        )
        return answer

    def delivery(self, ticket: Ticket, now: float) -> None:
        """Have a delivery read by the pool, where it is signed by whoever was asked; else it is ignored (section 7.1.2)."""
        brought: Delivery = ticket.work
        it = self._at(brought.path)
        source = self._outside.source(it.feed) if it else None
        if it is None or source is None:
            self._desk.done(ticket, result=False)
            return
        mark = websub.signed(it.secret, brought.signature, brought.body)
        metrics.DELIVERIES.labels(mark).inc()
        if websub.good(mark):
            self._pool.give(partial(self._read, ticket, source, it.topic, now))
        else:
            self._outside.log.warning("a hub's delivery is ignored", feed=_name(it), signature=mark)
            self._desk.done(ticket, result=True)

    # in the pool

    def _ask(self, it: Subscription) -> Done:
        reason = websubhub.ask(it.hub, websub.form(it, self._callback), self._outside.limits)
        return lambda _now: self._asked(it, reason)

    def _read(self, ticket: Ticket, source: Source, topic: str, now: float) -> Done:
        brought: Delivery = ticket.work
        document = Fetched(brought.body, brought.content_type, topic, Validators())
        at = datetime.fromtimestamp(now, UTC)
        feed = FeedState(source.url)
        polled = poll.poll(source, feed, self._outside.limits, at, fetch=lambda *_: document, parse=self._outside.parse)
        return lambda now: self._take(ticket, polled, now)

    # back in the shell

    def _asked(self, asked: Subscription, reason: str) -> Then:
        it = self._held.get(asked.feed)
        if reason and it and it.path == asked.path:
            self._keep(websub.refused(it, reason))
            self._outside.log.warning("hub", feed=_name(it), hub=without_password(it.hub), said=reason)
        return lambda: None

    def _take(self, ticket: Ticket, polled: Polled, now: float) -> Then:
        it = self._held.get(polled.url)
        if it is None or not isinstance(polled.answer, Read):
            if it and isinstance(polled.answer, FetchFailed):
                self._outside.log.warning("a hub's delivery cannot be read", feed=_name(it), error=polled.answer.reason)
            return lambda: self._desk.done(ticket, result=True)
        self._keep(websub.told(it, now))
        taken = self._outside.intake.poll(polled, now, websub.delivered, ticket.work.trace)
        return lambda: self._told(ticket, polled, taken, now)

    def _told(self, ticket: Ticket, polled: Polled, taken: Taken, now: float) -> None:
        self._desk.done(ticket, result=True)
        new = taken.outcomes["new"]
        tracing.tell(Span("hub", taken.trace, polled.took_s, ticket.work.trace))
        self._outside.log.info(
            "hub",
            feed=without_password(polled.url),
            said="news",
            new=new,
            others=dict(taken.outcomes - Counter(new=new)),
            trace=trace_of(taken.trace),
        )
        self._outside.told(polled.url, taken, now)

    def _at(self, path: str) -> Subscription | None:
        return next((it for it in self._held.values() if secrets.compare_digest(it.path, path)), None)

    def _keep(self, it: Subscription) -> None:
        if self._held.get(it.feed) != it:
            self._held[it.feed] = it
            self._outside.table.write(it)
            self._changed()

    def _drop(self, feeds: Collection[str]) -> None:
        if feeds:
            for feed in feeds:
                del self._held[feed]
            self._outside.table.drop(feeds)
            self._changed()

    def _changed(self) -> None:
        self.paths = frozenset(it.path for it in self._held.values())


def _name(it: Subscription) -> str:
    return without_password(it.feed)

"""What a poll or a page gave → state, outbox, topic: the one order of steps in which nothing is lost or sent twice."""

import time
from collections import Counter
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from msgspec.structs import replace
from newsloom_common import tracing
from newsloom_common.tracing import Span
from newsloom_schemas import codec
from newsloom_schemas.dead import Origin, bury
from newsloom_schemas.topics import RAW
from newsloom_schemas.types import Feed, RawArticle

from newsloom_ingestor.decide import Decision, FeedState, Polled, Read, article_ids, decide
from newsloom_ingestor.fetch import Validators
from newsloom_ingestor.outbox import NOWHERE, Broker, Outbox, Sent, StreamLostError, gone
from newsloom_ingestor.pagequeue import Waiting
from newsloom_ingestor.sorting import PageAnswer, Sorting
from newsloom_ingestor.state import Changes, Fence, Queued, State

Wants = Callable[[RawArticle, bool], bool]
Decide = Callable[[FeedState, Polled, Container[str], float], Decision]


class Taken(NamedTuple):
    """What was decided of a poll; ``outcomes`` counts its articles by what they were, ``trace`` is the poll's traceparent."""

    decision: Decision
    outcomes: Counter[str]
    trace: str = ""


class PageTaken(NamedTuple):
    """What became of an article that waited for its page, or was pushed in, under which id it is known, and its trace."""

    outcome: str
    id: str
    trace: str = ""


@dataclass
class Together:
    """What is taken in together: its records' articles, where the topics ended before any was sent, and what became of them.

    ``spans`` are the traceparents of its records, each with that of what brought it.
    """

    ids: set[str] = field(default_factory=set)
    spans: list[tuple[str, str]] = field(default_factory=list)
    fence: Fence | None = None
    sent: Sent = field(default_factory=Sent)


class Intake:
    """The way into the stream. ``wants_page(article, whole)`` says whether a new article's page is to be fetched first."""

    def __init__(self, state: State, broker: Broker, outbox: Outbox, wants_page: Wants) -> None:
        self._state, self._broker, self._outbox, self._wants_page = state, broker, outbox, wants_page
        self._open: Together | None = None

    @contextmanager
    def together(self) -> Iterator[Together]:
        """Keep all that is taken in within as one transaction, publish it in one go, and end when that is acknowledged.

        A disk and a broker take about as long for many polls as for one. A kill before the end of the transaction loses none:
        all of these feeds are asked again.
        """
        if self._open:
            yield self._open
            return
        self._open = group = Together()
        self._state.begin()
        try:
            yield group
            self._publish(group)
        except BaseException:
            self._state.rollback()
            raise
        finally:
            self._open = None

    def poll(self, polled: Polled, now: float, decide: Decide = decide, parent: str = "") -> Taken:
        """Keep what a poll gave, publish what is new in it, and return when that is acknowledged.

        The feed's new validators and its new records are one transaction: a kill leaves both, or the feed is asked
        again. ``parent`` is the traceparent that a hub brought it with: the trace goes on.
        """
        known = self._state.known(article_ids(polled))
        decision = decide(self._state.feed(polled.url), polled, known, now)
        sorting = Sorting(self._state.with_text, now)
        if isinstance(polled.answer, Read):
            parsed = polled.answer.parsed
            for article in parsed.articles:
                sorting.listed(article, known.get(article.id), page=self._wants_page(article, article.id in parsed.whole))
        # An edit that has to rest is to be seen again: the feed must not be asked whether it changed since.
        feed = decision.feed._replace(validators=Validators()) if sorting.outcomes["too-soon"] else decision.feed
        listed = None if decision.listed is None else [known[i].id if i in known else i for i in decision.listed]
        trace = self._record(sorting.changes._replace(feed=feed, listed=listed), now, parent)
        return Taken(decision, sorting.outcomes, trace)

    def page(self, waiting: Waiting, answer: PageAnswer, now: float) -> PageTaken:
        """Publish an article that waited for its page, or let it wait again.

        Feeds that came to list it while its page was fetched are listed.
        """
        waiting, answer = _joined(waiting, answer, self._state.page_feeds(waiting.article.id))
        ids = [waiting.article.id, *answer.ids]
        known = self._state.known(ids)
        sorting = Sorting(self._state.with_text, now)
        sorting.page(waiting, answer, known.get(waiting.article.id), next((known[i] for i in answer.ids if i in known), None))
        trace = self._record(sorting.changes, now)
        return PageTaken(next(iter(sorting.outcomes)), waiting.article.id, trace)

    def push(self, article: RawArticle, now: float, parent: str | None = None) -> PageTaken:
        """Publish an article that somebody pushed in; of an address alone, without any text, its page is fetched first.

        ``parent`` is the traceparent that it came with: the trace goes on.
        """
        sorting = Sorting(self._state.with_text, now)
        known = self._state.known([article.id]).get(article.id)
        sort = sorting.pushed if article.title or article.content else sorting.address
        sort(article, known)
        started = time.monotonic()
        trace = self._record(sorting.changes, now, parent)
        tracing.tell(Span("push", trace, time.monotonic() - started, parent or ""))
        # The same text may be known under another address.
        of = next((of for new, of in sorting.changes.aliases if new == article.id), known.id if known else article.id)
        return PageTaken(next(iter(sorting.outcomes)), of, trace)

    def _record(self, changes: Changes, now: float, parent: str | None = None) -> str:
        """Return the traceparent of what was taken in: each of its records is a span below it."""
        trace = codec.child_trace(parent)
        records = [*(queued(kept.article, trace) for kept in changes.kept), *(_dead(*one, now) for one in changes.buried)]
        with self.together() as group:
            if not group.ids.isdisjoint(r.id for r in records):  # the outbox has room for one revision of an article
                self._publish(group)
                self._state.begin()
            if records and group.fence is None:
                group.fence = self.look()
            group.ids.update(r.id for r in records)
            group.spans += [(trace, codec.header(r.message.headers, "traceparent") or "") for r in records]
            self._state.record(changes._replace(queued=records), group.fence or {}, now)
        return trace

    def look(self) -> Fence:
        """Return where the topics end, once Kafka answers. Raises StreamLostError where the stream is not the one we know."""
        ends = self._broker.ends()
        if gone(ends, self._state):
            raise StreamLostError("news.raw is shorter than it was: it was made anew, or has lost records")
        return ends

    def _publish(self, group: Together) -> None:
        started = time.monotonic()
        self._state.commit()
        group.sent += self._outbox.drain()
        for parent, own in group.spans:
            tracing.tell(Span("publish", own, time.monotonic() - started, parent))
        group.ids, group.fence, group.spans = set(), None, []


def _joined(waiting: Waiting, answer: PageAnswer, feeds: tuple[Feed, ...] | None) -> tuple[Waiting, PageAnswer]:
    if not feeds:
        return waiting, answer
    told = replace(answer.article, also_in=feeds) if answer.article else None
    return waiting._replace(article=replace(waiting.article, also_in=feeds)), answer._replace(article=told)


class NoArticleError(Exception):
    """The page of an address that was pushed in has no article, or could not be had."""


def _dead(article: RawArticle, reason: str, now: float) -> Queued:
    """The dead letter of an address that came to nothing. It may be pushed in again."""
    m = queued(replace(article, title=article.url or "")).message
    origin = Origin(RAW, NOWHERE, NOWHERE, m.key, m.value, m.headers)
    letter = bury(origin, service="ingestor", stage="page", error=NoArticleError(reason), now=datetime.fromtimestamp(now, UTC))
    return Queued(article.id, None, letter)


def queued(article: RawArticle, parent: str | None = None) -> Queued:
    """The record that publishes an article, for the outbox; ``parent`` is the traceparent of what brought it."""
    feed = article.feed.url if article.feed else ""
    return Queued(article.id, feed, codec.message(RAW, article, source="ingestor", now=article.fetched_at, parent=parent))

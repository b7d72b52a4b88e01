"""What a poll or a page gave → state, outbox, topic: the one order of steps in which nothing is lost or sent twice."""

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from msgspec.structs import replace
from newsloom_schemas import codec
from newsloom_schemas.topics import RAW
from newsloom_schemas.types import Feed, RawArticle

from newsloom_ingestor.decide import Decision, Polled, Read, article_ids, decide
from newsloom_ingestor.outbox import Broker, Outbox, Sent
from newsloom_ingestor.pagequeue import Waiting
from newsloom_ingestor.sorting import PageAnswer, Sorting
from newsloom_ingestor.state import Changes, Queued, State

Wants = Callable[[RawArticle, bool], bool]


class Taken(NamedTuple):
    """What was decided of a poll and what became of its articles; ``outcomes`` counts them by what they were."""

    decision: Decision
    sent: Sent
    outcomes: Counter[str]


class PageTaken(NamedTuple):
    """What became of an article that waited for its page."""

    sent: Sent
    outcome: str


class Intake:
    """The way into the stream. ``wants_page(article, whole)`` says whether a new article's page is to be fetched first."""

    def __init__(self, state: State, broker: Broker, outbox: Outbox, wants_page: Wants) -> None:
        self._state, self._broker, self._outbox, self._wants_page = state, broker, outbox, wants_page

    def poll(self, polled: Polled, now: float) -> Taken:
        """Keep what a poll gave, publish what is new in it, and return when that is acknowledged.

        The feed's new validators and its new records are one transaction: a kill leaves both, or the feed is asked
        again.
        """
        known = self._state.known(article_ids(polled))
        decision = decide(self._state.feed(polled.url), polled, known, now)
        sorting = Sorting(self._state.with_text, now)
        if isinstance(polled.answer, Read):
            parsed = polled.answer.parsed
            for article in parsed.articles:
                sorting.listed(article, known.get(article.id), page=self._wants_page(article, article.id in parsed.whole))
        listed = None if decision.listed is None else [known[i].id if i in known else i for i in decision.listed]
        sent = self._record(sorting.changes._replace(feed=decision.feed, listed=listed), now)
        return Taken(decision, sent, sorting.outcomes)

    def page(self, waiting: Waiting, answer: PageAnswer, now: float) -> PageTaken:
        """Publish an article that waited for its page, or let it wait again.

        Feeds that came to list it while its page was fetched are listed.
        """
        waiting, answer = _joined(waiting, answer, self._state.page_feeds(waiting.article.id))
        ids = [waiting.article.id, *answer.ids]
        known = self._state.known(ids)
        sorting = Sorting(self._state.with_text, now)
        sorting.page(waiting, answer, known.get(waiting.article.id), next((known[i] for i in answer.ids if i in known), None))
        return PageTaken(self._record(sorting.changes, now), next(iter(sorting.outcomes)))

    def push(self, article: RawArticle, now: float) -> PageTaken:
        """Publish an article that somebody pushed in."""
        sorting = Sorting(self._state.with_text, now)
        sorting.pushed(article, self._state.known([article.id]).get(article.id))
        return PageTaken(self._record(sorting.changes, now), next(iter(sorting.outcomes)))

    def _record(self, changes: Changes, now: float) -> Sent:
        records = [queued(kept.article) for kept in changes.kept]
        self._state.record(changes._replace(queued=records), self._broker.ends() if records else {}, now)
        return self._outbox.drain()


def _joined(waiting: Waiting, answer: PageAnswer, feeds: tuple[Feed, ...] | None) -> tuple[Waiting, PageAnswer]:
    if not feeds:
        return waiting, answer
    told = replace(answer.article, also_in=feeds) if answer.article else None
    return waiting._replace(article=replace(waiting.article, also_in=feeds)), answer._replace(article=told)


def queued(article: RawArticle) -> Queued:
    """The record that publishes an article, for the outbox."""
    feed = article.feed.url if article.feed else ""
    return Queued(article.id, feed, codec.message(RAW, article, source="ingestor", now=article.fetched_at))

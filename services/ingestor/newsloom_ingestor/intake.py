"""What a poll gave → the state, the outbox, the topic: the one order of steps in which nothing is lost or sent twice."""

from typing import NamedTuple

from newsloom_schemas import codec
from newsloom_schemas.topics import RAW
from newsloom_schemas.types import RawArticle

from newsloom_ingestor.decide import Decision, Polled, article_ids, decide
from newsloom_ingestor.outbox import Broker, Outbox, Sent
from newsloom_ingestor.state import Queued, State


class Taken(NamedTuple):
    """What was decided of a poll and what became of its articles."""

    decision: Decision
    sent: Sent


def take(state: State, broker: Broker, outbox: Outbox, polled: Polled, now: float) -> Taken:
    """Keep what a poll gave, publish what is new in it, and return when that is acknowledged.

    The feed's new validators and its new records are one transaction: a kill either leaves both, or the feed is asked again.
    """
    decision = decide(state.feed(polled.url), polled, state.known(article_ids(polled)), now)
    records = [queued(article, polled.url) for article in decision.new]
    state.record(decision.feed, decision.listed, records, broker.ends() if records else {}, now)
    return Taken(decision, outbox.drain())


def queued(article: RawArticle, feed: str = "") -> Queued:
    """The record that publishes an article, for the outbox; ``feed`` is empty for a seed."""
    return Queued(article.id, feed, codec.message(RAW, article, source="ingestor", now=article.fetched_at))

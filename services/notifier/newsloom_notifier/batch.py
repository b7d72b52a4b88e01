"""Records of news.tagged → what became of each, and the alerts. Pure."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from newsloom_common.membership import Partition
from newsloom_schemas.alerts import alert_message
from newsloom_schemas.codec import InvalidMessageError, Message, decode, header
from newsloom_schemas.topics import ALERTS
from newsloom_schemas.types import TaggedArticle

from newsloom_notifier.decide import Outcome, decide
from newsloom_notifier.memory import Memory
from newsloom_notifier.searches import Searches


class Settled(NamedTuple):
    """A record that was dealt with: where it lies, what became of it, and the alerts that it raised, as they are published."""

    record: Any
    outcome: Outcome
    messages: tuple[Message, ...] = ()
    error: str = ""


def settled(records: Iterable[Any], searches: Searches, memory: Memory, now: datetime) -> list[Settled]:
    """Return what becomes of each record. One that cannot be read is passed over: it is the indexer that buries it."""
    return [_settle(record, searches, memory, now) for record in records]


def offsets(ends: Iterable[Settled]) -> dict[Partition, int]:
    """Return the offset of the next record, by partition."""
    return {(end.record.topic, end.record.partition): end.record.offset + 1 for end in ends}


def _settle(record: Any, searches: Searches, memory: Memory, now: datetime) -> Settled:
    try:
        tagged = decode(TaggedArticle, record.value)
    except InvalidMessageError as error:
        return Settled(record, "unreadable", error=str(error))
    outcome, alerts = decide(tagged, searches, memory, now)
    parent = header(record.headers, "traceparent")
    return Settled(record, outcome, tuple(alert_message(ALERTS, a, parent) for a in alerts))

"""Prepared records and verdicts → outcomes, dead letters, and what to commit."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from newsloom_schemas.codec import Message, tagged_anew
from newsloom_schemas.dead import Origin, bury, replays

from newsloom_indexer.bulk import Outcome, Verdict
from newsloom_indexer.counters import Counters
from newsloom_indexer.document import Document, Expired, Unfit

Partition = tuple[str, int]


class RejectedError(Exception):
    """Elasticsearch rejects the document; the text is its own."""


class Settled(NamedTuple):
    """A record that reached its end: the outcome, and for a dead letter the stage and the error."""

    origin: Origin
    outcome: Outcome
    stage: str = ""
    error: Exception | None = None


class Progress(NamedTuple):
    """What to commit for a partition: the offset of the next record, and the counters up to it."""

    offset: int
    counters: Counters


def settled(prepared: Iterable[Document | Unfit | Expired], verdicts: Iterable[Verdict]) -> list[Settled]:
    """Return each record's end, in order of consumption; ``verdicts`` are those on the documents, in order."""
    verdict = iter(verdicts)
    return [_counted(_judged(p, next(verdict)) if isinstance(p, Document) else _ended(p)) for p in prepared]


def letters(ends: Iterable[Settled], now: datetime) -> list[Message]:
    """Return the dead letters among them."""
    return [bury(e.origin, service="indexer", stage=e.stage, error=e.error, now=now) for e in ends if e.error]


def deaths(ends: Iterable[Settled]) -> Iterator[tuple[bool, str]]:
    """Say of each record whether it is a dead letter, and why; not of those that somebody sent back, which prove nothing."""
    return ((e.error is not None, str(e.error)) for e in ends if not replays(e.origin.headers))


def partition(end: Settled) -> Partition:
    """Return the partition that the record came from."""
    return end.origin.topic, end.origin.partition


def progress(ends: Sequence[Settled], before: Mapping[Partition, Counters]) -> dict[Partition, Progress]:
    """Return what to commit; ``before`` holds the counters of every partition that has records here."""
    outcomes: dict[Partition, list[Outcome]] = defaultdict(list)
    offsets: dict[Partition, int] = {}
    for end in ends:
        outcomes[partition(end)].append(end.outcome)
        offsets[partition(end)] = end.origin.offset + 1
    return {p: Progress(offset, before[p].plus(outcomes[p])) for p, offset in offsets.items()}


def _counted(end: Settled) -> Settled:
    """What was tagged anew is counted as that: the others are as many as the articles that came in."""
    return end if end.error or not tagged_anew(end.origin.headers) else end._replace(outcome=Outcome.RETAGGED)


def _ended(record: Unfit | Expired) -> Settled:
    if isinstance(record, Expired):
        return Settled(record.origin, Outcome.EXPIRED)
    return Settled(record.origin, Outcome.REJECTED, record.stage, record.error)


def _judged(document: Document, verdict: Verdict) -> Settled:
    if verdict.outcome is Outcome.REJECTED:
        return Settled(document.origin, Outcome.REJECTED, "index", RejectedError(verdict.reason))
    return Settled(document.origin, verdict.outcome)

"""What `newsloom status` reads off the engines, as plain figures. Pure: reading.py does the asking."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from newsloom_indexer.counters import Counters
from newsloom_schemas.codec import TRACEPARENT, header
from newsloom_schemas.dead import Origin, exhume

OURS = ("ingestor", "tagger", "indexer")  # services whose letters the ledger counts


class Group(NamedTuple):
    """A consumer group on its topic. ``read`` is the sum of its committed offsets, ``ends`` of the topic's ends.

    ``waiting`` is how many seconds ago the oldest unread record was published, None if none waits; ``beyond`` counts
    the offsets committed past a partition's end: the topic was made anew and the group remembers the old one.
    """

    members: int
    read: int
    ends: int
    waiting: float | None = None
    beyond: int = 0

    @property
    def lag(self) -> int:
        """Records that the group has still to read."""
        return max(0, self.ends - self.read)


class Letter(NamedTuple):
    """A record of news.dead: which service buried which record at which stage, and the trace that the record belongs to."""

    service: str
    stage: str
    origin: tuple[str, int, int]
    trace: str | None


class Documents(NamedTuple):
    """The index: number of documents, and the sum of their revisions."""

    number: int
    revisions: int


class Readings(NamedTuple):
    """Everything read, in this order: commits, news.dead, ends of topics, the index, and the indexer's commit again.

    ``indexed_at_most`` is what the index may hold by the second commit: indexed then, plus what it had not committed yet.
    ``documents`` is None where Elasticsearch could not be asked.
    """

    tagger: Group  # on news.raw
    indexer: Group  # on news.tagged
    counters: Counters
    letters: tuple[Letter, ...]
    documents: Documents | None
    indexed_at_most: int
    last: datetime | None = None  # when the newest record of news.raw was published


def letter(record: Origin) -> Letter:
    """Return what the ledger needs of a dead letter."""
    said = exhume(record)
    traced = TRACEPARENT.match(header(record.headers, "traceparent") or "")
    return Letter(said.service, said.stage, (said.topic, said.partition, said.offset), traced.group(1) if traced else None)


def group(members: int, committed: Mapping[int, int], ends: Mapping[int, int], waiting: float | None = None) -> Group:
    """Return a group's standing; ``committed`` and ``ends`` are offsets by partition."""
    beyond = sum(max(0, offset - ends.get(p, 0)) for p, offset in committed.items())
    return Group(members, sum(committed.values()) - beyond, sum(ends.values()), waiting, beyond)


def total(counters: Iterable[Counters]) -> Counters:
    """Return the sum over the partitions."""
    return Counters(*map(sum, zip(*counters, strict=True))) if (counters := list(counters)) else Counters()


def buried(letters: Iterable[Letter]) -> Counter[str]:
    """Count the records that each service buried, each once: a kill makes a service bury a record again."""
    return Counter(service for service, _ in {(x.service, x.origin) for x in letters})


def buried_again(letters: Iterable[Letter]) -> int:
    """Count records that the indexer buried although it had buried the same news before: the tagger published it twice."""
    ours = {(x.origin, x.trace) for x in letters if x.service == "indexer"}
    return len(ours) - len({trace or origin for origin, trace in ours})


def by_stage(letters: Iterable[Letter]) -> dict[str, int]:
    """Count the letters as they lie on the topic: ``{"tagger/decode": 5}``."""
    return dict(sorted(Counter(f"{x.service}/{x.stage}" for x in letters).items()))

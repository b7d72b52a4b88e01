"""What `newsloom status` reads off the engines, as plain figures. Pure: reading.py does the asking."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from newsloom_indexer.counters import Counters

from newsloom_cli.graves import Letter


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


class Documents(NamedTuple):
    """The index: number of documents, the sum of their revisions, and of those that were taken out because of their age.

    ``expired`` is that sum at most: it has in it what is about to be taken out.
    """

    number: int
    revisions: int
    expired: int = 0


class Watch(NamedTuple):
    """The notifier on news.tagged. ``searches`` are saved and not paused, ``alerts`` were ever raised, ``rate`` a second."""

    group: Group
    searches: int
    alerts: int
    rate: float


class Readings(NamedTuple):
    """Everything read, in this order: commits, news.dead, ends of topics, the index, and the indexer's commit again.

    ``indexed_at_most`` is what the index may hold by the second commit: indexed then, plus what it had not committed yet.
    ``documents`` is None where Elasticsearch could not be asked. ``rates`` are records a second that came onto a topic in the
    last minute, by Kafka's own times of the records.
    """

    tagger: Group  # on news.raw
    indexer: Group  # on news.tagged
    counters: Counters
    letters: tuple[Letter, ...]
    documents: Documents | None
    indexed_at_most: int
    last: datetime | None = None  # when the newest record of news.raw was published
    backfill: Group = Group(0, 0, 0)  # of the tagger, on news.backfill
    rates: Mapping[str, float] = {}
    watch: Watch | None = None  # None where set-up has not made its topics yet

    @property
    def upstream(self) -> Group:
        """All that the tagger has to read: news.raw and news.backfill together."""
        return self.tagger._replace(read=self.tagger.read + self.backfill.read, ends=self.tagger.ends + self.backfill.ends)


def group(members: int, committed: Mapping[int, int], ends: Mapping[int, int], waiting: float | None = None) -> Group:
    """Return a group's standing; ``committed`` and ``ends`` are offsets by partition."""
    beyond = sum(max(0, offset - ends.get(p, 0)) for p, offset in committed.items())
    return Group(members, sum(committed.values()) - beyond, sum(ends.values()), waiting, beyond)


def total(counters: Iterable[Counters]) -> Counters:
    """Return the sum over the partitions."""
    return Counters(*map(sum, zip(*counters, strict=True))) if (counters := list(counters)) else Counters()

"""Readings → the ledger: what became of every record, and whether the sum is right. Pure.

    seen = indexed + duplicate + stale + expired + dead + purged + in flight

- *seen*: records ever put on news.raw and news.backfill, and what the ingestor itself buried; not what was sent back.
- *indexed*: records that wrote a document, or a newer version of one; *duplicate*: this very version was there already;
  *stale*: a newer one was. These are the indexer's counters, which Kafka keeps with its offsets.
- *expired*: too old for the index: not let in, or taken out of it again because of its age. The indexer counts the former; of
  the latter there is a note beside the index, and they are no longer *indexed*.
- *dead*: what the letters on news.dead say, each record once, however often a kill made a service bury it. One that was sent
  back is dead no longer: what becomes of it is counted like any other record.
- *purged*: dead records that somebody decided not to want.
- *in flight*: records that the tagger or the indexer has still to read.
- *retagged*: what `newsloom retag` published is no news: the indexer counts it apart, and it is in none of the terms.
- *redelivered*: a tagger that is killed after publishing and before its commit publishes those records again; the indexer finds
  them to be duplicates (or stale, or dead again, or, from a newer tagger, worth indexing again). They are no news, so they
  are taken out there and shown apart.

Each figure has a source of its own, so the sum can be wrong; ``problems`` says where. The index is counted too, and its
documents are held against the indexer's counters.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from msgspec import Struct
from newsloom_schemas.index import ALIAS as INDEX
from newsloom_schemas.topics import BACKFILL, RAW, TAGGED

from newsloom_cli.feedhealth import Feeds
from newsloom_cli.graves import by_stage, toll
from newsloom_cli.readings import Documents, Group, Readings, Watch
from newsloom_cli.times import span

PATIENCE: Final = 60.0  # seconds that a record may wait before that is worth a word


class Balance(NamedTuple):
    """The figures of the equation, then those that nothing explains: each of them should be 0."""

    seen: int
    indexed: int
    duplicate: int
    stale: int
    expired: int
    dead: int
    purged: int
    in_flight: int
    redelivered: int
    lost: int  # read by the tagger, and neither on news.tagged nor on news.dead
    unexplained: int  # on news.tagged, and neither from news.raw nor a redelivery
    uncounted: int  # read by the indexer, and in none of its counters; below 0: counted and not read
    unburied: int  # rejected by the indexer, and not on news.dead; below 0: there and not counted
    missing: int  # indexed, and not in the index
    surplus: int  # in the index, and not indexed by the indexer

    @property
    def holds(self) -> bool:
        """Whether the sum is right and nothing is left to be explained."""
        return self.seen == sum(self[1:8]) and not any(self[9:])


class Ledger(Struct, frozen=True, kw_only=True):
    """What `newsloom status` prints. A figure that could not be read is null, and so is ``problem`` where all is well."""

    seen: int | None = None
    indexed: int | None = None
    duplicate: int | None = None
    stale: int | None = None
    expired: int | None = None
    dead: int | None = None
    purged: int | None = None
    in_flight: int | None = None
    redelivered: int | None = None
    documents: int | None = None
    balanced: bool | None = None
    stages: dict[str, Any] = {}
    feeds: Feeds | None = None
    problem: str | None = None


def ledger(read: Readings, silent: Sequence[str] = ()) -> Ledger:
    """Return the ledger; ``silent`` says which engines could not be asked."""
    sums = balance(read)
    found = [*silent, *problems(read, sums)]
    return Ledger(
        **{name: getattr(sums, name) for name in Balance._fields[:9]},
        documents=read.documents.number if read.documents else None,
        balanced=sums.holds,
        stages=stages(read),
        problem="; ".join(found) or None,
    )


def balance(read: Readings) -> Balance:
    """Return the equation's figures.

    The readings were taken one after another while the stream ran, the commits first: what a service did since its commit may
    be counted downstream already. So records on news.tagged beyond those that the tagger committed are redelivered ones as far
    as there are duplicates; the others are ahead of the commit and no longer in flight; if they are more than that, a mistake.
    ``in_flight`` is never too low: at 0 everything is settled.
    """
    dead, counted, upstream = toll(read.letters), read.counters, read.upstream
    published = read.indexer.ends - dead.replayed[TAGGED] + dead.buried["tagger"] - upstream.read - counted.retagged
    rejected = dead.buried["indexer"] - counted.rejected
    rejected_ahead = _within(rejected, read.indexer.lag)
    waiting = upstream.lag + read.indexer.lag - rejected_ahead
    again = max(0, published)
    purged_again = min(again, dead.purged_again)
    dead_again = min(again - purged_again, dead.again)
    left = again - purged_again - dead_again
    duplicate, left = _take(counted.duplicate, left)
    stale, left = _take(counted.stale, left)
    refused, left = _take(counted.expired, left)
    too_old = taken_out(read.documents, counted.indexed) if read.documents else 0
    gone = excess(read.documents, counted.indexed) - too_old if read.documents else left
    retagged = min(left, gone)
    left -= retagged
    ahead = _within(left, waiting)
    return Balance(
        seen=upstream.ends + dead.buried["ingestor"] - dead.replayed[RAW] - dead.replayed[BACKFILL],
        indexed=counted.indexed - too_old - retagged,
        duplicate=duplicate,
        stale=stale,
        expired=refused + too_old,
        dead=sum(dead.dead.values()) - dead_again,
        purged=dead.purged - purged_again,
        in_flight=waiting - ahead,
        redelivered=again - left,
        lost=max(0, -published),
        unexplained=left - ahead,
        uncounted=read.indexer.read - sum(counted),
        unburied=rejected_ahead - rejected,
        missing=gone - retagged,
        surplus=max(0, read.documents.number - read.indexed_at_most) if read.documents else 0,
    )


def taken_out(documents: Documents, indexed: int) -> int:
    """Return how many of the records that were indexed have no document any more because it grew too old."""
    return min(documents.expired, excess(documents, indexed))


def excess(documents: Documents, indexed: int) -> int:
    """Return how many more records were indexed than the index has revisions of documents.

    Each revision is written once, and once more only where a newer tagger redelivered it; what is left of the excess then is
    missing from the index.
    """
    return max(0, indexed - documents.revisions)


def _within(ahead: int, lag: int) -> int:
    return min(max(0, ahead), lag)


def _take(amount: int, wanted: int) -> tuple[int, int]:
    taken = min(amount, wanted)
    return amount - taken, wanted - taken


def problems(read: Readings, sums: Balance) -> list[str]:
    """Return what is wrong, the worst first."""
    said = {
        "the group newsloom-tagger has read further than news.raw is long: was the topic made anew?": read.tagger.beyond,
        "the group newsloom-indexer has read further than news.tagged is long: was the topic made anew?": read.indexer.beyond,
        f"the tagger read {sums.lost} records that are neither on news.tagged nor on news.dead": sums.lost,
        f"{sums.unexplained} records on news.tagged come from no record of news.raw": sums.unexplained,
        f"the indexer's counters and its offsets differ by {abs(sums.uncounted)} records": sums.uncounted,
        f"the indexer's count of rejected records and news.dead differ by {abs(sums.unburied)}": sums.unburied,
        f"{sums.missing} of {sums.indexed} indexed records are not in the index": sums.missing,
        f"the index holds {sums.surplus} documents that the indexer did not write": sums.surplus,
        **{f"no {name} is running: its consumer group has no members": not g.members for name, g in _groups(read)},
        "no notifier is running, and saved searches wait for it": _unwatched(read),
        "no tagger reads news.backfill: its consumer group has no members": read.backfill.lag and not read.backfill.members,
        **{f"the {name} is {g.lag} records and {span(g.waiting or 0)} behind": _late(g) for name, g in _followers(read)},
    }
    return [sentence for sentence, wrong in said.items() if wrong]


def _late(group: Group) -> bool:
    return group.waiting is not None and group.waiting > PATIENCE


def _unwatched(read: Readings) -> bool:
    return bool(read.watch and read.watch.searches and not read.watch.group.members)


def _groups(read: Readings) -> list[tuple[str, Group]]:
    return [("tagger", read.tagger), ("indexer", read.indexer)]


def _followers(read: Readings) -> list[tuple[str, Group]]:
    """Return the groups that must not fall behind: without a saved search nobody waits for the notifier."""
    return [*_groups(read), *([("notifier", read.watch.group)] if read.watch and read.watch.searches else [])]


def stages(read: Readings) -> dict[str, Any]:
    """Return the figures of each stage, as they were read; ``dead`` are open, ``rate`` is in records a second."""
    dead = toll(read.letters)
    rate = read.rates.get
    last = read.last.isoformat() if read.last else None
    made = {"published": read.tagger.ends, "dead": dead.dead["ingestor"], "rate": rate(RAW), "last": last}
    backfill = {"published": read.backfill.ends, **_standing(read.backfill), "rate": rate(BACKFILL)}
    tagged = {"tagged": read.indexer.ends, "dead": dead.dead["tagger"], "rate": rate(TAGGED)}
    return {
        "ingestor": made,
        "backfill": backfill,
        "tagger": {**_standing(read.tagger), **tagged},
        "indexer": {**_standing(read.indexer), **read.counters._asdict(), "dead": dead.dead["indexer"], "rate": rate(INDEX)},
        "index": {"documents": read.documents.number if read.documents else None},
        "notifier": _watched(read.watch) if read.watch else None,
        "dead": by_stage(read.letters),
        "replayed": dict(dead.replayed),
    }


def _watched(watch: Watch) -> dict[str, Any]:
    return {**_standing(watch.group), "searches": watch.searches, "alerts": watch.alerts, "rate": watch.rate}


def _standing(group: Group) -> dict[str, Any]:
    return {"members": group.members, "read": group.read, "lag": group.lag, "waiting": group.waiting}

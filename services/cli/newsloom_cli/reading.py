"""Kafka and Elasticsearch → the readings of the ledger, in the order that readings.py asks for."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from newsloom_indexer import expiring
from newsloom_indexer.counters import Counters, decode
from newsloom_schemas.alerts import SavedSearch
from newsloom_schemas.codec import InvalidMessageError
from newsloom_schemas.codec import decode as decode_message
from newsloom_schemas.index import ALIAS
from newsloom_schemas.topics import ALERTS, BACKFILL, RAW, SEARCHES, TAGGED

from newsloom_cli.broker import Broker
from newsloom_cli.graveyard import graveyard
from newsloom_cli.ledger import balance
from newsloom_cli.readings import Documents, Group, Readings, Watch, group, total

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

TAGGER: Final = "newsloom-tagger"
BACKFILLER: Final = "newsloom-tagger-backfill"
INDEXER: Final = "newsloom-indexer"
NOTIFIER: Final = "newsloom-notifier"
GROUPS: Final = {TAGGER: RAW, BACKFILLER: BACKFILL, INDEXER: TAGGED}
RATE_SECONDS: Final = 60
REFRESH_SECONDS: Final = 5.0  # until what was written can be counted; Elasticsearch's own interval is one second
Count = Callable[[], Documents | None]


def readings(broker: Broker, count: Count) -> Readings:
    """Read everything; ``count`` counts the index, or returns None where Elasticsearch cannot be asked."""
    commits = {topic: broker.group(name, topic) for name, topic in GROUPS.items()}
    letters = graveyard(broker).letters
    found = {topic: _standing(broker, topic, *commits[topic]) for topic in (TAGGED, BACKFILL, RAW)}
    counted, documents = _counted(commits[TAGGED][1]), count()
    read = Readings(
        tagger=found[RAW],
        indexer=found[TAGGED],
        counters=counted,
        letters=letters,
        documents=documents,
        indexed_at_most=_indexed_at_most(broker),
        last=_newest(broker),
        backfill=found[BACKFILL],
        rates={topic: _rate(broker, topic) for topic in GROUPS.values()},
        watch=_watch(broker),
    )
    return _refreshed(broker, read, count)


def count(client: "Elasticsearch") -> Documents:
    """Count the documents and sum their revisions; then see what was taken out, which is never less than it was before."""
    revisions = {"sum": {"field": "article.revision", "missing": 1}}  # the contract leaves a first revision out
    body = {"size": 0, "track_total_hits": True, "aggs": {"revisions": revisions}}
    answer = client.search(index=ALIAS, body=body)
    there = answer["hits"]["total"]["value"], int(answer["aggregations"]["revisions"]["value"])
    return Documents(*there, expired=expiring.read(client).revisions_at_most)


def _standing(broker: Broker, topic: str, members: int, commits: Mapping[int, Any]) -> Group:
    ends = broker.ends(broker.partitions(topic))
    return group(members, {p: c.offset for p, c in commits.items()}, ends, _waiting(broker, topic, commits, ends))


def _waiting(broker: Broker, topic: str, commits: Mapping[int, Any], ends: Mapping[int, int]) -> float | None:
    """Return the age of the oldest record that the group has not read, in seconds."""
    begins = broker.begins(broker.partitions(topic))
    ages = []
    for tp in broker.partitions(topic):
        at = max(commits[tp.partition].offset if tp.partition in commits else 0, begins[tp.partition])
        if at < ends[tp.partition] and (record := broker.at(tp, at)):
            ages.append(time.time() - record.timestamp / 1000)
    return round(max(0.0, *ages), 1) if ages else None


def _watch(broker: Broker) -> Watch | None:
    if not {SEARCHES, ALERTS} <= broker.topics():
        return None
    saved = {r.key: r.value for r in broker.scan(broker.partitions(SEARCHES))}
    notifier = _standing(broker, TAGGED, *broker.group(NOTIFIER, TAGGED))
    alerts = sum(broker.ends(broker.partitions(ALERTS)).values())
    return Watch(notifier, sum(map(_on, saved.values())), alerts, _rate(broker, ALERTS))


def _on(value: bytes | None) -> bool:
    """Whether this is a search that is not paused."""
    try:
        return decode_message(SavedSearch, value).enabled
    except InvalidMessageError:
        return False


def _counted(commits: Mapping[int, Any]) -> Counters:
    return total(decode(c.metadata) for c in commits.values())


def _refreshed(broker: Broker, read: Readings, count: Count) -> Readings:
    """Where documents seem to be missing, give the index the time to show what was just written.

    The indexer goes on meanwhile, so what the index may hold is asked after each count.
    """
    until = time.monotonic() + REFRESH_SECONDS
    while balance(read).missing and time.monotonic() < until:
        time.sleep(0.5)
        documents = count()
        read = read._replace(documents=documents, indexed_at_most=_indexed_at_most(broker))
    return read


def _indexed_at_most(broker: Broker) -> int:
    _, commits = broker.group(INDEXER, TAGGED)
    read = sum(c.offset for c in commits.values())
    ends: int = sum(broker.ends(broker.partitions(TAGGED)).values())
    return _counted(commits).indexed + max(0, ends - int(read))


def _rate(broker: Broker, topic: str) -> float:
    """Return how many records a second came onto the topic in the last minute."""
    partitions = broker.partitions(topic)
    before = broker.offsets_at(partitions, round((time.time() - RATE_SECONDS) * 1000))
    return round((sum(broker.ends(partitions).values()) - sum(before.values())) / RATE_SECONDS, 2)


def _newest(broker: Broker) -> datetime | None:
    newest = broker.newest(broker.partitions(RAW))
    return datetime.fromtimestamp(newest / 1000, UTC) if newest else None

"""Topics and index → what the checker judges."""

import time
from collections import defaultdict
from contextlib import closing

from elasticsearch.helpers import scan
from faults import alerting
from faults.checker import Record, Seen
from faults.press import edition
from kafka import TopicPartition
from newsloom_common import kafka
from newsloom_schemas.codec import InvalidMessageError, decode, header
from newsloom_schemas.index import ALIAS
from newsloom_schemas.topics import ALERTS, DEAD, RAW, TAGGED, THEME_PREFIX
from newsloom_schemas.types import RawArticle, TaggedArticle
from support.records import count


def observe(bootstrap, es, searches=()):
    """Read everything; records that are no messages (poison by hand) are left out, but for their dead letters' keys.

    ``searches`` are those that were saved before the first article came.
    """
    found = defaultdict(list)
    for r in read(bootstrap):
        found[r.topic].append(r)
    themes = {name.removeprefix(THEME_PREFIX): _tagged(found[name]) for name in found if name.startswith(THEME_PREFIX)}
    dead = {(r.key or b"").decode("utf-8", "replace") for r in found[DEAD]}
    told = alerting.told(found[ALERTS])
    tagged = [a for r in found[TAGGED] if (a := _read(TaggedArticle, r.value))]
    wanted = alerting.wanted(searches, tagged, told)
    return Seen(_raw(found[RAW]), _tagged(found[TAGGED]), themes, dead, indexed(es), wanted, [t for t, _ in told])


def read(bootstrap, timeout=120):
    """Yield every record of newsloom's topics, up to their present ends."""
    consumer = kafka.consumer(bootstrap, group=None, client_id="observer")
    try:
        names = [t for t in consumer.topics() if t in {RAW, TAGGED, DEAD, ALERTS} or t.startswith(THEME_PREFIX)]
        partitions = [TopicPartition(t, p) for t in names for p in consumer.partitions_for_topic(t)]
        consumer.assign(partitions)
        ends = consumer.end_offsets(partitions)
        consumer.seek_to_beginning(*partitions)
        until = time.monotonic() + timeout
        while any(consumer.position(p) < ends[p] for p in partitions):
            assert time.monotonic() < until, f"the topics could not be read in {timeout} s"
            yield from (r for batch in consumer.poll(timeout_ms=500).values() for r in batch)
    finally:
        consumer.close()


def behind(bootstrap, group, topic):
    """Return how many records of a topic a group has not committed."""
    with closing(kafka.admin(bootstrap, "observer")) as client:
        committed = client.list_group_offsets([group])[group]
    return count(bootstrap, topic) - sum(o.offset for p, o in committed.items() if p.topic == topic and o.offset > 0)


def indexed(es):
    """Return id → (revision, edition) of every document."""
    es.indices.refresh(index=ALIAS)
    fields = ["article.revision", "article.content"]
    hits = scan(es, index=ALIAS, size=2000, query={"_source": fields})
    articles = ((hit["_id"], hit["_source"].get("article", {})) for hit in hits)
    return {i: (article.get("revision", 1), edition(article.get("content", ""))) for i, article in articles}


def _raw(records):
    return [_record(a, r) for r in records if (a := _read(RawArticle, r.value))]


def _tagged(records):
    return [_record(a.article, r, a.themes) for r in records if (a := _read(TaggedArticle, r.value))]


def _read(kind, value):
    try:
        return decode(kind, value)
    except InvalidMessageError:
        return None


def _record(article, r, themes=()):
    event = header(r.headers, "ce_id") or f"{r.partition}@{r.offset}"
    return Record(article.id, article.revision, edition(article.content), event, tuple(t.id for t in themes))

"""The indexer between its engines, as a test sees it."""

import json
import urllib.error
import urllib.request
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from elasticsearch import Elasticsearch
from kafka.errors import CoordinatorLoadInProgressError, CoordinatorNotAvailableError, NotCoordinatorError
from newsloom_common.kafka import admin
from newsloom_indexer import counters
from newsloom_schemas.codec import message
from newsloom_schemas.dead import Origin, exhume
from newsloom_schemas.index import ALIAS
from newsloom_schemas.topics import DEAD, TAGGED
from newsloom_schemas.types import RawArticle, TaggedArticle, Tagger

from support import records
from support.proxy import Proxy
from support.services import Service

NOW = datetime(2026, 11, 1, tzinfo=UTC)
GROUP = "newsloom-indexer"


@dataclass
class Stage:
    """Engines, a proxy before Elasticsearch, and indexers to be started."""

    kafka: str
    proxy: Proxy
    es: Elasticsearch
    folder: Path

    def indexer(self, name="one", **settings):
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        given = {"kafka": self.kafka, "elasticsearch": self.proxy.address, "instance": name, **settings}
        return Service("indexer", folder, **given)

    def counts(self):
        """Return the outcomes of all partitions, and the offsets that they were committed with, summed up."""
        with closing(admin(self.kafka, "test-counts")) as client:
            committed = patiently(lambda: client.list_group_offsets(GROUP)[GROUP], {})
        total = [counters.decode(o.metadata) for p, o in committed.items() if p.topic == TAGGED]
        summed = counters.Counters(*map(sum, zip(*total, strict=True))) if total else counters.Counters()
        return summed, sum(o.offset for p, o in committed.items() if p.topic == TAGGED)

    def done(self, expected):
        return lambda: self.counts()[1] == expected

    def documents(self):
        """Return id → revision of what is in the index."""
        self.es.indices.refresh(index=ALIAS)
        hits = self.es.search(index=ALIAS, size=10_000, source=["article.revision"])["hits"]["hits"]
        return {hit["_id"]: hit["_source"].get("article", {}).get("revision", 1) for hit in hits}

    def letters(self):
        return [
            exhume(Origin(r.topic, r.partition, r.offset, r.key, r.value, r.headers)) for r in records.read(self.kafka, DEAD)
        ]


def tagged(name, revision=1, *, taxonomy=1, version=1, amounts=()):
    raw = RawArticle(
        id=name, revision=revision, origin="feed", title=f"算力紧缺 {name}", content="H100仍缺货。" * 50, fetched_at=NOW
    )
    tagger = Tagger(version=version, taxonomy=taxonomy)
    return TaggedArticle(article=raw, language="zh", themes=(), amounts=amounts, tagger=tagger, tagged_at=NOW)


def put(stage, articles):
    records.put(stage.kafka, [message(TAGGED, a, source="tagger", now=NOW) for a in articles])


def fill(stage, n, name="a"):
    put(stage, [tagged(f"{name}{i}") for i in range(n)])
    return {f"{name}{i}" for i in range(n)}


def ready(port, what="readyz"):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{what}", timeout=5) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.read().decode()
    except OSError:
        return ""


def patiently(ask, otherwise):
    """Return the answer, or ``otherwise`` while the broker is so new that it has had no group."""
    try:
        return ask()
    except (CoordinatorLoadInProgressError, CoordinatorNotAvailableError, NotCoordinatorError):
        return otherwise


def members(kafka):
    """Return member id → number of partitions while the group is at rest, and nothing while it moves."""
    with closing(admin(kafka, "test-members")) as client:
        group = patiently(lambda: client.describe_groups([GROUP])[GROUP], {"group_state": "none"})
    if group["group_state"] != "Stable":
        return {}
    return {
        m["member_id"]: sum(len(t["partitions"]) for t in m["member_assignment"]["assigned_partitions"])
        for m in group["members"]
    }


def logged(indexer):
    """Return the sums of what the log says of its batches; a line that is just being written is not read."""
    lines = [json.loads(line) for line in indexer.log.read_text("utf-8").split("\n")[:-1]]
    batches = [line for line in lines if line["event"] == "batch"]
    names = ("records", *counters.Counters._fields)
    return {name: total for name in names if (total := sum(batch.get(name, 0) for batch in batches))}

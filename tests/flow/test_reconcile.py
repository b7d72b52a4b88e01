"""Topics and index held against each other on the real engines: while the stream runs, and when something is taken away."""

from datetime import UTC, datetime

import newsloom_setup.index
import newsloom_setup.topics
import pytest
from elasticsearch import Elasticsearch
from newsloom_common import kafka as clients
from newsloom_schemas.codec import message
from newsloom_schemas.index import INDEX
from newsloom_schemas.topics import RAW, TAGGED, theme_topic
from newsloom_schemas.types import Evidence, RawArticle, TaggedArticle, Tagger, Theme
from newsloom_tagger.version import VERSION
from support import records
from support.commandline import Command
from support.services import Service

pytestmark = pytest.mark.engines
NOW = datetime.now(UTC)


def article(name, revision=1):
    return RawArticle(
        id=name, revision=revision, origin="feed", title=f"{name}：英伟达H100仍缺货", content="算力供不应求。", fetched_at=NOW
    )


def raw(name, revision=1):
    return message(RAW, article(name, revision), source="ingestor", now=NOW)


@pytest.fixture
def es(elasticsearch_url):
    with Elasticsearch(elasticsearch_url) as client:
        client.indices.delete(index=INDEX, ignore_unavailable=True)
        newsloom_setup.index.ensure(client)
        yield client
        client.indices.delete(index=INDEX, ignore_unavailable=True)


def test_every_difference_is_named_and_a_stream_that_runs_is_not_accused(engine, es, elasticsearch_url, tmp_path):
    newsloom = Command(engine.address, elasticsearch_url)
    newsloom_setup.topics.ensure(engine.address)
    records.put(engine.address, [raw(f"a{n}") for n in range(40)])
    with (
        Service("tagger", tmp_path, kafka=engine.address) as tagger,
        Service("indexer", tmp_path, kafka=engine.address, elasticsearch=elasticsearch_url) as indexer,
    ):
        for n in range(6):
            records.put(engine.address, [raw(f"b{n}-{m}") for m in range(60)] + [raw("a1", n + 2)])
            code, lines, err = newsloom("reconcile")
            assert (code, lines[:-1], err) == (0, [], ""), "whatever is under way"
        newsloom.settled()
        assert [tagger.stop(), indexer.stop()] == [0, 0]
    code, [total], _ = newsloom("reconcile")
    assert (code, total["differences"]) == (0, {})
    compared = total["compared"]
    assert (compared["raw"], compared["documents"], compared["raw_in_flight"]) == (40 + 6 * 61, 400, 0)
    assert compared["themes"] >= 400, "the articles of this test have a theme"

    es.delete(index=INDEX, id="a7", refresh=True)
    es.index(index=INDEX, id="stranger", document=es.get(index=INDEX, id="a8")["_source"], refresh=True)
    es.update(index=INDEX, id="a9", doc={"language": "en"})  # which counts the version up
    changed = es.get(index=INDEX, id="a11")
    document = changed["_source"] | {"tags": ["agents"]}
    same = {"version": changed["_version"], "version_type": "external_gte"}
    es.index(index=INDEX, id="a11", document=document, refresh=True, **same)
    higher = message(TAGGED, claimed("b1-1", 5), source="tagger", now=NOW)
    records.put(engine.address, [higher])
    skip_ahead(engine.address)
    records.put(engine.address, [raw("late"), message(theme_topic("agents"), claimed("a10"), source="tagger", now=NOW)])
    code, lines, _ = newsloom("reconcile")
    assert code == 1
    named = {(x["difference"], x["id"]) for x in lines[:-1]}
    assert named == {
        ("unindexed", "a7"), ("unknown", "stranger"), ("outdated", "b1-1"), ("ahead", "a9"), ("themes", "a11"),
        ("overtold", "a10"),
    }, "and what is only in flight is not"  # fmt: skip
    assert lines[-1]["compared"]["raw_in_flight"] == 1
    assert all(x["repair"] for x in lines[:-1])
    code, lines, _ = newsloom("reconcile", "--sample", "0")
    assert (code, len(lines), sum(lines[0]["differences"].values())) == (1, 1, 6)


def skip_ahead(kafka):
    """Commit for the indexer what it has not read."""
    consumer = clients.consumer(kafka, TAGGED, group="newsloom-indexer", client_id="by-hand")
    while not consumer.assignment():
        consumer.poll(timeout_ms=200)
    consumer.seek_to_end()
    for tp in consumer.assignment():
        consumer.position(tp)
    consumer.commit()
    consumer.close()


def claimed(name, revision=1):
    """An article as if a tagger had found the agents in it."""
    proof = Evidence(field="title", start=0, end=1, text=name[0], rule="test", weight=1.0)
    return TaggedArticle(
        article=article(name, revision), language="zh", themes=(Theme(id="agents", score=0.9, evidence=(proof,)),),
        tagger=Tagger(version=VERSION, taxonomy=1), tagged_at=NOW,
    )  # fmt: skip

"""What is exported from one newsloom is read in by another, and both say the same."""

import gzip
import json
from datetime import UTC, datetime, timedelta

import newsloom_setup.index
import newsloom_setup.topics
import pytest
from elasticsearch import Elasticsearch
from newsloom_native import running
from newsloom_schemas.codec import message
from newsloom_schemas.topics import RAW
from newsloom_schemas.types import RawArticle
from support import indices, records
from support.commandline import Command
from support.services import Service

pytestmark = pytest.mark.engines
NOW = datetime.now(UTC)


def article(n, revision=1):
    return RawArticle(
        id=f"a{n}",
        revision=revision,
        origin="feed",
        url=f"https://example.invalid/{n}",
        title=f"第{n}篇：英伟达H100仍缺货",
        content="算力供不应求，公司计划投资50亿美元。" * (n % 5 + 1),
        fetched_at=NOW,
        published_at=NOW - timedelta(days=n),
    )


def filled(kafka, elasticsearch, folder, fill):
    """Run tagger and indexer over what ``fill`` brings, and return the command line."""
    folder.mkdir()
    newsloom = Command(kafka, elasticsearch)
    newsloom_setup.topics.ensure(kafka)
    with Elasticsearch(elasticsearch) as es:
        indices.drop(es)
        newsloom_setup.index.ensure(es)
    fill(newsloom)
    with (
        Service("tagger", folder, kafka=kafka),
        Service("indexer", folder, kafka=kafka, elasticsearch=elasticsearch),
    ):
        newsloom.settled()
    with Elasticsearch(elasticsearch) as es:
        es.indices.refresh()
    return newsloom


def read(newsloom, *options):
    code, lines, err = newsloom("export", *options)
    assert code == 0, err
    return {line["article"]["id"]: line for line in lines}


def without_the_way_here(line):
    """Leave out how and when the article came."""
    return {**line, "tagged_at": "", "article": {**line["article"], "origin": ""}}


def test_an_export_read_in_elsewhere_is_the_same_archive(engine, elasticsearch_url, tmp_path):
    there = [message(RAW, article(n, 1 + n % 3), source="ingestor", now=NOW) for n in range(1200)]
    one = filled(engine.address, elasticsearch_url, tmp_path / "one", lambda _: records.put(engine.address, there))
    kept = tmp_path / "articles.jsonl.gz"
    assert one("export", "--to", str(kept)) == (0, [], "newsloom: 1,200 articles exported\n")
    first = {line["article"]["id"]: line for line in map(json.loads, gzip.decompress(kept.read_bytes()).splitlines())}
    assert len(first) == 1200
    recent = read(one, "--since", "10d", "--theme", "compute-scarcity")
    assert recent.keys() == {f"a{n}" for n in range(10)}
    assert read(one, "--query", '"第7篇"').keys() == {"a7"}

    def read_in(newsloom):
        code, [told], err = newsloom("backfill", str(kept))
        assert (code, told["published"], err) == (0, 1200, "")

    with running.kafka() as other:
        two = filled(other.address, elasticsearch_url, tmp_path / "two", read_in)
        again = read(two)
        code, [told], _ = two("backfill", str(kept))
        assert (code, told["published"], told["why"]) == (0, 0, {"known": 1200}), "and nothing comes twice"
    assert {k: without_the_way_here(v) for k, v in again.items()} == {k: without_the_way_here(v) for k, v in first.items()}
    with Elasticsearch(elasticsearch_url) as es:
        indices.drop(es)

"""One trace from the feed to the index: on every topic, in the document, in the log of every service, and in a collector."""

import json
from contextlib import ExitStack

import newsloom_setup.index
import newsloom_setup.topics
import pytest
from elasticsearch import Elasticsearch
from newsloom_common import tracing
from newsloom_native import running
from newsloom_schemas.codec import TRACEPARENT, header
from newsloom_schemas.index import ALIAS
from newsloom_schemas.topics import RAW, TAGGED, theme_topic
from support import indices, records
from support.collector import Collector
from support.feeds import rss
from support.services import Service

LINKS = ["https://news.invalid/1", "https://news.invalid/2"]
SCARCE = "算力供不应求，H100严重短缺，交付周期一再拉长。"
SERVICES = ("ingestor", "tagger", "indexer")

pytestmark = pytest.mark.engines


@pytest.fixture
def stream(elasticsearch_url, server, tmp_path, monkeypatch):
    """The whole stream, started, with a collector and a feed of two articles."""
    body = rss(*LINKS).decode()
    for link in LINKS:
        body = body.replace(f"Title of {link}<", f"算力告急 {link}<").replace(f"Text of {link}<", f"{SCARCE} {link}<")
    server.ok("/feed", body.encode())
    es = Elasticsearch(elasticsearch_url)
    indices.drop(es)
    newsloom_setup.index.ensure(es)
    with running.kafka() as kafka, ExitStack() as stack:
        newsloom_setup.topics.ensure(kafka.address)
        collector = Collector()
        stack.callback(collector.close)
        monkeypatch.setenv(tracing.SWITCH, collector.address)
        monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "200")
        settings = {"kafka": kafka.address, "elasticsearch": elasticsearch_url, "state_dir": tmp_path, "seeds_dir": ""}
        more = {"feeds_file": "", "feeds": server.url("/feed"), "allow_private_addresses": "true"}
        for name in SERVICES:
            stack.enter_context(Service(name, tmp_path, **settings, **more))
        yield kafka.address, es, collector, tmp_path
    es.close()


def test_one_trace_from_the_feed_to_the_index(stream):
    kafka, es, collector, folder = stream
    records.until(lambda: len(documents(es)) == 2, 120, lambda: log(folder))
    raw, tagged, theme = (spans(kafka, topic) for topic in (RAW, TAGGED, theme_topic("compute-scarcity")))
    (trace,) = {t for t, _ in raw.values()}
    assert {t for t, _ in tagged.values()} == {t for t, _ in theme.values()} == {trace}
    assert len({*raw.values(), *tagged.values()}) == 4, "a span of its own for each record and hop"
    assert documents(es) == {key: {"id": trace} for key in raw}
    records.until(lambda: all(trace in json.dumps(log(folder)[s]) for s in SERVICES), 20, lambda: log(folder))
    names = {"poll", "publish", "tag", "tag batch", "index", "index batch"}
    records.until(lambda: names <= {s.name for _, s in collector.spans()}, 20, lambda: str(collector.spans()))
    told = {(s.name, s.span_id.hex()): s.parent_span_id.hex() for _, s in collector.spans() if s.trace_id.hex() == trace}
    (poll,) = [span for name, span in told if name == "poll"]
    for key, (_, published) in raw.items():
        assert told["publish", published] == poll
        assert told["tag", tagged[key][1]] == published
        assert tagged[key][1] in {parent for (name, _), parent in told.items() if name == "index"}


def spans(kafka, topic):
    """Return (trace-id, span-id) of each record by its key."""
    found = {r.key.decode(): TRACEPARENT.match(header(r.headers, "traceparent")) for r in records.read(kafka, topic)}
    return {key: match.groups() for key, match in found.items()}


def documents(es):
    es.indices.refresh(index=ALIAS)
    return {h["_id"]: h["_source"]["trace"] for h in es.search(index=ALIAS, source=["trace"])["hits"]["hits"]}


def log(folder):
    """Return each service's lines about its work."""
    lines = {name: [json.loads(line) for line in (folder / f"{name}.log").read_text().splitlines()] for name in SERVICES}
    return {name: [line for line in said if line["event"] in {"poll", "batch"}] for name, said in lines.items()}

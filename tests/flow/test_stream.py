"""A thousand articles from feeds to index while every service is killed again and again: nothing lost, nothing doubled."""

import random
import re
import time
from contextlib import ExitStack
from pathlib import Path

import newsloom_setup.index
import newsloom_setup.topics
import pytest
from elasticsearch import Elasticsearch
from newsloom_schemas.codec import Message, decode
from newsloom_schemas.dead import Origin, exhume
from newsloom_schemas.identity import seed_id
from newsloom_schemas.index import ALIAS
from newsloom_schemas.types import RawArticle, TaggedArticle
from support import indices, records
from support.commandline import Command
from support.services import Service

ROOT = Path(__file__).parents[2]
SEED = next((ROOT / "seeds").glob("*.txt"))
COPIES = 7  # of the 160 sample articles: with the seed and the copies, well over a thousand
MALFORMED = (b"\xff\xfe\x00", b"", b"{}", b'{"id":"x"', "不是JSON".encode())
KILLS = 4

pytestmark = pytest.mark.engines


@pytest.fixture
def stream(kafka, elasticsearch_url, tmp_path):
    """Topics, an empty index and the three services, ready to be started, fed by varied copies of the sample feed."""
    es = Elasticsearch(elasticsearch_url)
    indices.drop(es)
    newsloom_setup.topics.ensure(kafka)
    newsloom_setup.index.ensure(es)
    settings = {"kafka": kafka, "elasticsearch": elasticsearch_url, "state_dir": tmp_path, "seeds_dir": ROOT / "seeds"}
    feeds = " ".join(f"file://{p}" for p in copies(tmp_path))
    with ExitStack() as stack:
        services = {
            name: stack.enter_context(Service(name, tmp_path, **settings, feeds_file="", feeds=feeds))
            for name in ("ingestor", "tagger", "indexer")
        }
        yield kafka, es, services
    es.close()


def copies(folder):
    """The sample feed again and again, each time as other articles: other addresses, other titles, other texts."""
    sample = (ROOT / "seeds/sample/feed.xml").read_text("utf-8")
    for n in range(COPIES):
        varied = re.sub(r"newsloom\.invalid/sample/", f"newsloom.invalid/sample-{n}/", sample)
        path = folder / f"sample-{n}.xml"
        path.write_text(varied.replace("。", f"。（{n}）").replace(". ", f". [{n}] "), "utf-8")
        yield path


def test_thousand_articles_survive_kills_of_every_service(stream):
    kafka, es, services = stream
    chance = random.Random(20261124)
    expected = {seed_id(SEED.name)} | sample_ids()
    assert len(expected) > 1000
    for n in range(KILLS * len(services)):
        victim = services[list(services)[n % len(services)]]
        time.sleep(chance.uniform(0.5, 3.0))
        victim.kill()
        victim.start()
    records.put(kafka, [Message("news.raw", b"by-hand", value, ()) for value in MALFORMED])
    records.until(lambda: settled(kafka, es, len(expected)), 240, lambda: progress(kafka, es, services))

    raw = [r for r in records.read(kafka, "news.raw") if r.value not in MALFORMED]
    assert sorted(r.key.decode() for r in raw) == sorted(expected), "each entry once on news.raw, over all restarts"
    assert {r.key.decode() for r in records.read(kafka, "news.tagged")} == expected
    assert indexed_ids(es) == expected
    assert_dead_letters_are_the_malformed_ones(kafka)
    assert_theme_topics_agree_with_tags(kafka)
    assert_seed_came_first_and_whole(raw)
    assert_ledger_balances(kafka, es, seen=len(expected) + len(MALFORMED))
    for service in services.values():
        assert service.stop() == 0, service.tail()


def sample_ids():
    from newsloom_schemas.identity import article_id

    names = re.findall(r"newsloom\.invalid/sample/([\w-]+)", (ROOT / "seeds/sample/feed.xml").read_text("utf-8"))
    return {article_id(f"https://newsloom.invalid/sample-{n}/{name}") for n in range(COPIES) for name in set(names)}


def settled(kafka, es, articles):
    es.indices.refresh(index=ALIAS)
    dead = records.count(kafka, "news.dead")
    return es.count(index=ALIAS)["count"] == articles and dead >= len(MALFORMED) and in_flight(kafka, es) == 0


def in_flight(kafka, es):
    return status(kafka, es)["in_flight"]


def status(kafka, es):
    return Command(kafka, next(iter(es.transport.node_pool.all())).base_url).ledger()


def progress(kafka, es, services):
    counts = {t: records.count(kafka, t) for t in ("news.raw", "news.tagged", "news.dead")}
    tails = "\n".join(s.tail() for s in services.values())
    return f"all articles indexed: {counts}, {es.count(index=ALIAS)['count']} documents\n{tails}"


def indexed_ids(es):
    answer = es.search(index=ALIAS, size=10_000, source=False, query={"match_all": {}})
    return {hit["_id"] for hit in answer["hits"]["hits"]}


def assert_dead_letters_are_the_malformed_ones(kafka):
    letters = records.read(kafka, "news.dead")
    assert {r.value for r in letters} == set(MALFORMED)
    for letter in letters:
        said = exhume(Origin(letter.topic, letter.partition, letter.offset, letter.key, letter.value, letter.headers))
        assert (said.topic, said.service, said.stage, said.key) == ("news.raw", "tagger", "decode", "by-hand")
        assert said.message.startswith("RawArticle: ")


def assert_theme_topics_agree_with_tags(kafka):
    tags = {r.key: {t.id for t in decode(TaggedArticle, r.value).themes} for r in records.read(kafka, "news.tagged")}
    for theme in ("compute-scarcity", "commercialization", "model-race", "talent"):
        subscribed = {r.key for r in records.read(kafka, f"news.theme.{theme}")}
        assert seed_id(SEED.name).encode() in subscribed
        assert subscribed == {key for key, themes in tags.items() if theme in themes}


def assert_seed_came_first_and_whole(raw):
    first = min(raw, key=lambda r: (r.timestamp, r.offset))
    seed = decode(RawArticle, first.value)
    assert (seed.id, seed.origin) == (seed_id(SEED.name), "seed")
    assert f"{seed.title}\n{seed.content}" == SEED.read_text("utf-8")


def assert_ledger_balances(kafka, es, seen):
    ledger = status(kafka, es)
    assert ledger["seen"] == seen
    assert ledger["seen"] == ledger["indexed"] + ledger["duplicate"] + ledger["dead"]
    assert (ledger["dead"], ledger["in_flight"], ledger["balanced"]) == (len(MALFORMED), 0, True)

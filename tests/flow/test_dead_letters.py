"""Dead letters on the real engines: sent back, purged, and the ledger right at every moment, also after a kill."""

import os
import time
from datetime import UTC, datetime

import newsloom_setup.index
import newsloom_setup.topics
import pytest
from elasticsearch import Elasticsearch
from newsloom_common import kafka as clients
from newsloom_schemas.codec import Message, header, message
from newsloom_schemas.dead import REPLAY_OF, REPLAYS, Origin, bury
from newsloom_schemas.index import INDEX
from newsloom_schemas.topics import DEAD, RAW, TAGGED
from newsloom_schemas.types import RawArticle, TaggedArticle, Tagger
from support import records
from support.commandline import Command
from support.services import Service

pytestmark = pytest.mark.engines
NOW = datetime.now(UTC)


def article(name, revision=1):
    return RawArticle(id=name, revision=revision, origin="feed", title=name, content="算力缺货", fetched_at=NOW)


def raw(name):
    return message(RAW, article(name), source="ingestor", now=NOW)


def broken(name):
    return Message(RAW, name.encode(), b'{"id": "' + name.encode(), (("x-own", b"\xff"), ("content-type", b"application/json")))


def buried(record, topic, partition, offset, service="tagger"):
    origin = Origin(topic, partition, offset, record.key, record.value, record.headers)
    return bury(origin, service=service, stage="tag", error=ValueError("a defect that is mended now"), now=NOW)


@pytest.fixture
def newsloom(engine, elasticsearch_url):
    with Elasticsearch(elasticsearch_url) as es:
        es.indices.delete(index=INDEX, ignore_unavailable=True)
        newsloom_setup.index.ensure(es)
        newsloom_setup.topics.ensure(engine.address)
        yield Command(engine.address, elasticsearch_url)
        es.indices.delete(index=INDEX, ignore_unavailable=True)


@pytest.fixture
def services(engine, elasticsearch_url, tmp_path):
    with (
        Service("tagger", tmp_path, kafka=engine.address) as tagger,
        Service("indexer", tmp_path, kafka=engine.address, elasticsearch=elasticsearch_url) as indexer,
    ):
        yield tagger, indexer


def died_at_the_tagger(kafka, names):
    """Put articles on news.raw, and beside them letters that a tagger with a defect would have written, then commit for it."""
    records.put(kafka, [raw(n) for n in names])
    lying = records.read(kafka, RAW)
    consumer = clients.consumer(kafka, RAW, group="newsloom-tagger", client_id="by-hand")
    while not consumer.assignment():
        consumer.poll(timeout_ms=200)
    found = [Message(RAW, r.key, r.value, tuple(r.headers)) for r in lying]
    records.put(kafka, [buried(m, RAW, r.partition, r.offset) for m, r in zip(found, lying, strict=True)])
    consumer.seek_to_end()
    for tp in consumer.assignment():
        consumer.position(tp)
    consumer.commit()
    consumer.close()
    return lying


def sent_back(kafka, topic=RAW):
    return [r for r in records.read(kafka, topic) if header(r.headers, REPLAY_OF)]


def test_letters_are_sent_back_byte_for_byte_and_what_dies_again_is_a_new_letter_that_names_the_old_one(
    newsloom, engine, services
):
    records.put(engine.address, [raw("good"), broken("bad")])
    records.until(lambda: records.count(engine.address, DEAD) == 1, 150, "a letter")
    assert newsloom.settled()["dead"] == 1

    code, lines, _ = newsloom("dead", "replay", "--stage", "decode", "--dry-run")
    assert (code, [(x["position"], x["outcome"], x["topic"]) for x in lines]) == (0, [("0:0", "would", RAW)])
    assert sent_back(engine.address) == [], "a dry run sends nothing"
    code, _, err = newsloom("dead", "replay", "0")
    assert (code, err) == (2, "newsloom: to send back 1 to news.raw, add --yes; --dry-run shows it\n")

    code, lines, _ = newsloom("dead", "replay", "0", "--yes")
    assert (code, [x["outcome"] for x in lines]) == (0, ["replayed"])
    [again] = sent_back(engine.address)
    was = broken("bad")
    assert (again.key, again.value, tuple(again.headers)[:2]) == (was.key, was.value, was.headers)
    assert tuple(again.headers)[2:] == ((REPLAY_OF, b"0:0"), (REPLAYS, b"1"))

    records.until(lambda: len(newsloom("dead", "list", "--state", "all")[1]) == 2, 150, "a second letter")
    ledger = newsloom.settled()
    assert (ledger["seen"], ledger["indexed"], ledger["dead"]) == (2, 1, 1), "sent back and dead again it is one dead article"
    [letter] = newsloom("dead", "list")[1]
    assert (letter["state"], letter["replays"]) == ("dead", 1)
    code, lines, _ = newsloom("dead", "replay", "0", "--yes")
    assert (code, lines[0]["reason"]) == (1, "it has been sent back already")
    newsloom("dead", "replay", letter["position"], "--yes")
    assert [header(r.headers, REPLAYS) for r in sorted(sent_back(engine.address), key=lambda r: r.timestamp)] == ["1", "2"]


def test_a_replay_that_is_killed_is_harmless_and_goes_on(newsloom, engine, services):
    tagger, _ = services
    tagger.kill()
    names = [f"a{n}" for n in range(600)]
    died_at_the_tagger(engine.address, names)
    assert newsloom.ledger()["dead"] == len(names)
    for _ in range(3):
        with newsloom.started("dead", "replay", "--all", "--yes") as process:
            already = records.count(engine.address, RAW)
            while records.count(engine.address, RAW) == already and process.poll() is None:
                time.sleep(0.05)
            process.kill()
        ledger = newsloom.ledger()
        assert ledger["seen"] == len(names)
    tagger.start()
    assert newsloom("dead", "replay", "--all", "--yes")[0] == 0
    ledger = newsloom.settled()
    assert (ledger["seen"], ledger["indexed"], ledger["duplicate"], ledger["dead"]) == (len(names), len(names), 0, 0)
    assert sorted(r.key.decode() for r in sent_back(engine.address)) == sorted(names), "each exactly once"


def test_what_the_indexer_buried_goes_back_to_news_tagged(newsloom, engine, services, elasticsearch_url):
    article_ = TaggedArticle(
        article=article("t", 10**15), language="zh", themes=(), tagger=Tagger(version=1, taxonomy=1), tagged_at=NOW
    )
    records.put(engine.address, [raw("t")])
    records.until(lambda: newsloom.ledger()["indexed"] == 1, 150, "indexed")
    too_high = message(TAGGED, article_, source="tagger", now=NOW)
    records.put(engine.address, [message(RAW, article("t2"), source="ingestor", now=NOW), too_high])
    records.until(lambda: records.count(engine.address, DEAD) == 1, 150, "a letter")
    assert newsloom("dead", "replay", "--service", "indexer", "--id", "t", "--yes")[1][0]["topic"] == TAGGED
    records.until(lambda: records.count(engine.address, DEAD) >= 4, 150, "a second letter, and two marks")
    [open_] = newsloom("dead", "list")[1]
    assert (open_["service"], open_["replays"]) == ("indexer", 1)


def test_letters_that_are_purged_are_counted_for_ever_and_the_oldest_are_deleted(newsloom, engine, services):
    records.put(engine.address, [raw("good"), *(broken(f"bad{n}") for n in range(5))])
    records.until(lambda: records.count(engine.address, DEAD) == 5, 150, "five letters")
    newsloom.settled()
    [kept, *_] = [x["position"] for x in newsloom("dead", "list", "--id", "bad3")[1]]
    others = [x["position"] for x in newsloom("dead", "list")[1] if x["position"] != kept]
    code, lines, err = newsloom("dead", "purge", *others, "--yes")
    assert (code, {x["outcome"] for x in lines}) == (0, {"purged"})
    assert "4 purged" in err
    ledger = newsloom.settled()
    assert (ledger["seen"], ledger["dead"], ledger["purged"], ledger["indexed"]) == (6, 1, 4, 1)
    assert [x["position"] for x in newsloom("dead", "list")[1]] == [kept]
    newsloom("dead", "purge", "--before", "2100-01-01", "--yes")
    ledger = newsloom.ledger()
    assert (ledger["seen"], ledger["dead"], ledger["purged"]) == (6, 0, 5)
    left = records.read(engine.address, DEAD)
    assert [r.key for r in left] == [b"newsloom.mark"], "what is left of news.dead is the last mark, which remembers the others"
    assert newsloom("dead", "replay", kept, "--yes")[0] == 1


def test_a_letter_that_its_topic_refuses_stays_and_says_why(newsloom, engine):
    huge = Message(RAW, b"huge", os.urandom(8_400_000), ())
    letter = buried(huge, RAW, -1, -1, "ingestor")
    producer = clients.producer(engine.address, "test", max_request_size=20_000_000)
    cut = buried(raw("cut")._replace(value=None), RAW, -1, -1, "ingestor")
    small = buried(raw("small"), RAW, -1, -1, "ingestor")
    assert clients.publish(producer, [letter, cut, small]) == [None] * 3
    producer.close()
    code, lines, err = newsloom("dead", "replay", "--all", "--yes")
    reasons = {x["position"]: x["reason"] for x in lines}
    assert (code, {x["position"]: x["outcome"] for x in lines}, err) == (
        1,
        {"0:0": "refused", "0:1": "refused", "0:2": "replayed"},
        "",
    )
    assert "MessageSizeTooLarge" in reasons["0:0"]
    assert "headers only" in reasons["0:1"]
    assert newsloom.ledger()["dead"] == 2


def test_without_a_word_on_which_letters_nothing_is_sent(newsloom):
    code, lines, err = newsloom("dead", "replay", "--yes")
    assert (code, lines, err) == (2, [], "newsloom: say which letters are meant: positions, filters, or --all\n")

"""Older articles through a real tagger and broker: none is lost, and live news never waits behind them."""

import base64
import random
import statistics
import threading
import time
from bisect import bisect
from contextlib import closing, contextmanager
from datetime import UTC, datetime

import msgspec
import newsloom_setup.topics
import pytest
from kafka import TopicPartition
from newsloom_common import kafka as clients
from newsloom_schemas import codec
from newsloom_schemas.dead import Origin, exhume
from newsloom_schemas.topics import BACKFILL, DEAD, RAW, TAGGED
from newsloom_schemas.types import RawArticle
from newsloom_tagger.taxonomy import theme_ids
from support import records
from support.services import Service

pytestmark = pytest.mark.engines

TEXT = "NVIDIA said on Tuesday that H100 accelerators remain in short supply, and that orders take eleven months. " * 20
GROUP = "newsloom-tagger-backfill"


def articles(prefix, count, origin="backfill"):
    now = datetime(2026, 1, 2, tzinfo=UTC)
    return [
        RawArticle(id=f"{prefix}-{n}", origin=origin, title=f"GPUs are short, part {n}", content=TEXT, fetched_at=now)
        for n in range(count)
    ]


def put(engine, topic, found):
    records.put(engine.address, [codec.message(topic, one, source="test", now=datetime.now(UTC)) for one in found])


def keys(engine, topic):
    return [(r.key or b"").decode() for r in records.read(engine.address, topic)]


def tagger(engine, folder, **settings):
    folder.mkdir(exist_ok=True)

    newsloom_setup.topics.ensure(engine.address, theme_ids())
    return Service("tagger", folder, kafka=engine.address, **settings)


def committed(engine):
    """Return how many records of news.backfill the group has done."""
    consumer = clients.consumer(engine.address, group=GROUP, client_id="test")
    try:
        places = [TopicPartition(BACKFILL, p) for p in consumer.partitions_for_topic(BACKFILL) or ()]
        return sum(consumer.committed(tp) or 0 for tp in places)
    finally:
        consumer.close()


@contextmanager
def arrivals(engine):
    """Follow news.tagged: yield {article id: when it was first seen there}."""
    seen, stop = {}, threading.Event()
    consumer = clients.consumer(engine.address, group=None, client_id="test-follow")
    places = [TopicPartition(TAGGED, p) for p in consumer.partitions_for_topic(TAGGED)]
    consumer.assign(places)
    consumer.seek_to_end(*places)
    assert [consumer.position(tp) for tp in places]

    def follow():
        while not stop.is_set():
            for batch in consumer.poll(timeout_ms=20).values():
                seen.update({r.key.decode(): time.monotonic() for r in batch if r.key.decode() not in seen})

    thread = threading.Thread(target=follow)
    thread.start()
    try:
        yield seen
    finally:
        stop.set()
        thread.join()
        consumer.close()


def sent_live(engine, seen, prefix, count, gap=0.1):
    """Publish live articles one by one; return for each when it was sent and when it was tagged."""
    producer, sent = clients.producer(engine.address, "test-live"), {}
    for one in articles(prefix, count, "push"):
        sent[one.id] = time.monotonic()
        assert clients.publish(producer, [codec.message(RAW, one, source="test", now=datetime.now(UTC))]) == [None]
        time.sleep(gap)
    producer.close()
    records.until(lambda: sent.keys() <= seen.keys(), 60, lambda: f"{sent.keys() - seen.keys()} tagged")
    return [(at, seen[i]) for i, at in sent.items()]


def took(live):
    return statistics.median(end - start for start, end in live)


def test_live_news_does_not_wait_behind_five_thousand_older_articles(engine, tmp_path):
    with tagger(engine, tmp_path / "a") as service, arrivals(engine) as seen:
        sent_live(engine, seen, "warm", 3)
        alone = sent_live(engine, seen, "alone", 20)
        put(engine, BACKFILL, articles("old", 5000))
        records.until(lambda: any(i.startswith("old") for i in list(seen)), 60, service.tail)
        beside = sent_live(engine, seen, "beside", 20)  # two seconds: the older ones take longer
        assert committed(engine) < 5000, "the older ones were done before anything could be measured"
        records.until(lambda: len([i for i in list(seen) if i.startswith("old-")]) == 5000, 200, service.tail)
    older = sorted(at for i, at in seen.items() if i.startswith("old-"))
    ahead = statistics.median(bisect(older, end) - bisect(older, start) for start, end in beside)
    assert ahead < 300, "those of the time in which a batch of live news is gathered, and no more"
    assert took(beside) < 5 * took(alone) + 0.5  # a machine that others use makes it slow, too


def test_a_backlog_of_live_news_is_done_before_older_articles(engine, tmp_path):
    put(engine, BACKFILL, articles("old", 300))
    put(engine, RAW, articles("new", 1500, "push"))
    with tagger(engine, tmp_path / "a", batch=100) as service, arrivals(engine) as seen:
        records.until(lambda: len(seen) == 1800, 120, service.tail)
    last_new = max(at for i, at in seen.items() if i.startswith("new"))
    before = [i for i, at in seen.items() if i.startswith("old") and at < last_new]
    assert len(before) <= 64, "at most a batch that was in hand when the first live news came"


def test_a_kill_in_the_middle_loses_no_older_article(engine, tmp_path):
    put(engine, BACKFILL, articles("old", 2000))
    for done in (1, 400, 900):
        with tagger(engine, tmp_path / "a") as service:
            records.until(lambda: committed(engine) >= done, 90, service.tail)  # noqa: B023
            service.kill()
    assert committed(engine) < 2000, "the kill came too late to mean anything"
    with tagger(engine, tmp_path / "a") as service:
        records.until(lambda: committed(engine) == 2000, 120, service.tail)
    found = keys(engine, TAGGED)
    assert set(found) == {f"old-{n}" for n in range(2000)}
    assert len(found) <= 2000 + 3 * 64, "what was committed is not done again"


def members(engine):
    """Return how many taggers have their partitions of news.backfill, none while the group moves."""
    with closing(clients.admin(engine.address, "test")) as admin:
        group = admin.describe_groups(["newsloom-tagger-backfill"])["newsloom-tagger-backfill"]
    return len(group["members"]) if group["group_state"] == "Stable" else 0


def test_two_taggers_share_older_articles_and_one_takes_over_from_the_other(engine, tmp_path):
    with tagger(engine, tmp_path / "a") as one, tagger(engine, tmp_path / "b") as other:
        records.until(lambda: members(engine) == 2, 120, lambda: one.tail() + other.tail())
        put(engine, BACKFILL, articles("old", 3000))
        for service in (one, other):
            records.until(lambda: '"topic": "news.backfill"' in service.tail(10000).replace('":"', '": "'), 60, one.tail)  # noqa: B023
        one.kill()
        records.until(lambda: committed(engine) == 3000, 180, other.tail)
        assert other.running()
    assert set(keys(engine, TAGGED)) == {f"old-{n}" for n in range(3000)}


def test_a_stop_commits_what_is_in_hand_so_that_nothing_is_done_twice(engine, tmp_path):
    put(engine, BACKFILL, articles("old", 1000))
    with tagger(engine, tmp_path / "a") as service:
        records.until(lambda: committed(engine) > 0, 60, service.tail)
        assert service.stop(20) == 0
    assert committed(engine) < 1000
    with tagger(engine, tmp_path / "a") as service:
        records.until(lambda: committed(engine) == 1000, 60, service.tail)
    assert sorted(keys(engine, TAGGED)) == sorted(f"old-{n}" for n in range(1000))


def test_an_older_record_that_cannot_be_read_is_a_dead_letter_that_says_where_it_was(engine, tmp_path):
    records.put(engine.address, [codec.Message(BACKFILL, b"hand", b"no json", ())])
    put(engine, BACKFILL, articles("old", 3))
    with tagger(engine, tmp_path / "a") as service:
        records.until(lambda: committed(engine) == 4, 60, service.tail)
    (dead,) = records.read(engine.address, DEAD)
    letter = exhume(Origin(dead.topic, dead.partition, dead.offset, dead.key, dead.value, dead.headers))
    assert (letter.topic, letter.service, letter.stage, letter.value) == (BACKFILL, "tagger", "decode", "no json")


def test_a_record_that_is_larger_than_what_is_fetched_at_once_comes_all_the_same(engine, tmp_path):
    noise = base64.b64encode(random.Random(1).randbytes(3 * 2**20)).decode()  # which no compression makes smaller
    huge = msgspec.structs.replace(articles("huge", 1)[0], content=noise)
    put(engine, BACKFILL, [*articles("old", 3), huge, *articles("more", 3)])
    with tagger(engine, tmp_path / "a") as service:
        records.until(lambda: committed(engine) == 7, 60, service.tail)
    assert "huge-0" in keys(engine, TAGGED)


def test_a_broker_that_goes_away_is_waited_for(engine, tmp_path):
    put(engine, BACKFILL, articles("old", 1500))
    with tagger(engine, tmp_path / "a") as service:
        records.until(lambda: committed(engine) > 0, 60, service.tail)
        engine.kill()
        time.sleep(5)
        assert service.running()
        engine.start()
        records.until(lambda: committed(engine) == 1500, 120, service.tail)
    assert set(keys(engine, TAGGED)) == {f"old-{n}" for n in range(1500)}

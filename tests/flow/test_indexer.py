"""The indexer as a process between a real broker and a real Elasticsearch, on good days and bad ones."""

import random
import time
from collections import Counter

import pytest
from newsloom_indexer import counters
from newsloom_native import ports
from newsloom_schemas.codec import Message
from newsloom_schemas.index import ALIAS, INDEX
from newsloom_schemas.topics import TAGGED
from newsloom_schemas.types import Amount
from newsloom_setup import index
from support import indices, records
from support.indexing import fill, logged, members, put, ready, tagged

pytestmark = pytest.mark.engines
MALFORMED = [b"\xff\xfe\x00", b"", b"{}", b'{"article":{}}', "不是JSON".encode()]


def test_every_record_ends_in_the_outcome_that_is_its_due(stage):
    ids = fill(stage, 400)
    again = sorted(ids)[:50]
    revised = sorted(ids)[50:80]
    outgrown = Amount(field="title", start=0, end=2**40, text="算", value=1.0, currency="USD")
    impossible = [tagged("r0", taxonomy=2**40), tagged("r1", amounts=(outgrown,)), tagged("r2", version=10**6)]
    put(stage, [tagged(i) for i in again])
    put(stage, [tagged(i, 2) for i in revised])
    put(stage, [tagged(i, 1, version=7) for i in revised])
    put(stage, impossible)
    records.put(stage.kafka, [Message(TAGGED, b"by-hand", value, (("x", b"y"),)) for value in MALFORMED])
    total = 400 + 50 + 30 + 30 + 3 + len(MALFORMED)
    with stage.indexer(bulk_documents=100) as indexer:
        records.until(stage.done(total), 60, indexer.tail)
        assert indexer.stop() == 0
    assert stage.documents() == {**dict.fromkeys(ids, 1), **dict.fromkeys(revised, 2)}
    letters = stage.letters()
    assert sorted(d.key for d in letters if d.stage == "index") == ["r0", "r1", "r2"]
    assert sorted(d.value for d in letters if d.stage == "decode" and d.encoding == "utf-8") == [
        "",
        '{"article":{}}',
        "{}",
        "不是JSON",
    ]
    assert Counter(d.stage for d in letters) == {"index": 3, "decode": len(MALFORMED)}
    assert {(d.service, d.topic) for d in letters} == {("indexer", TAGGED)}
    assert stage.counts()[0] == counters.Counters(indexed=430, duplicate=50, stale=30, rejected=8)
    assert logged(indexer) == {"records": total, "indexed": 430, "duplicate": 50, "stale": 30, "rejected": 8}


def test_kills_at_any_moment_lose_nothing_double_nothing_and_count_nothing_twice(stage):
    ids = fill(stage, 3000)
    chance = random.Random(3)
    stage.proxy.slow(0.25)  # so that there is work at each kill, however long it takes to ask how far it is
    indexer = stage.indexer(bulk_documents=60)
    for _ in range(5):
        indexer.start()
        before = stage.counts()[1]
        records.until(lambda before=before: stage.counts()[1] > before, 60, indexer.tail, every=0.02)
        time.sleep(chance.uniform(0, 0.15))
        indexer.kill()
    assert stage.counts()[1] < 3000, "the kills came while there was work"
    stage.proxy.pass_on()
    with indexer:
        records.until(stage.done(3000), 90, indexer.tail)
    assert stage.documents().keys() == ids
    assert stage.counts()[0] == counters.Counters(indexed=3000)
    assert stage.letters() == []


def test_a_kill_between_the_write_and_the_commit_is_not_a_duplicate(stage):
    ids = fill(stage, 200)
    stage.proxy.lose_answers("/_bulk")
    with stage.indexer() as indexer:
        assert stage.proxy.held.wait(30), indexer.tail()
        indexer.kill()
    assert stage.documents(), "Elasticsearch had written"
    stage.proxy.pass_on()
    with stage.indexer() as indexer:
        records.until(stage.done(200), 60, indexer.tail)
    assert stage.documents().keys() == ids
    assert stage.counts()[0] == counters.Counters(indexed=200)


@pytest.mark.parametrize("trouble", ["drop", "answer 503"])
def test_while_elasticsearch_is_away_it_waits_as_a_member_of_its_group(stage, trouble):
    verb, _, status = trouble.partition(" ")
    port = ports.free()
    with stage.indexer(health_port=port) as indexer:
        records.until(lambda: ready(port) == "ok\n", 30, indexer.tail)
        getattr(stage.proxy, verb)(*([int(status)] if status else []))
        ids = fill(stage, 150)
        sentence = f"waiting for Elasticsearch at {stage.proxy.address}: "
        records.until(lambda: ready(port).startswith(sentence), 30, indexer.tail)
        group = members(stage.kafka)
        assert sum(group.values()) == 6
        time.sleep(12)  # longer than the session of a consumer that no longer polls
        assert members(stage.kafka) == group
        assert ready(port).startswith(sentence)
        assert stage.counts()[1] == 0
        stage.proxy.pass_on()
        records.until(stage.done(150), 60, indexer.tail)
        assert ready(port) == "ok\n"
    assert stage.documents().keys() == ids
    assert stage.counts()[0] == counters.Counters(indexed=150)
    assert stage.letters() == []


@pytest.mark.parametrize("midway", [False, True], ids=["nothing", "headers alone"])
def test_an_elasticsearch_that_takes_requests_and_does_not_answer_is_waited_for(stage, midway):
    port = ports.free()
    with stage.indexer(health_port=port) as indexer:
        records.until(lambda: ready(port) == "ok\n", 60, indexer.tail)
        stage.proxy.hang(midway=midway)
        ids = fill(stage, 50)
        sentence = f"waiting for Elasticsearch at {stage.proxy.address}: no answer"
        records.until(lambda: ready(port).startswith(sentence), 60, indexer.tail)
        assert ready(port, "livez") == "ok\n", "a restart would not help it"
        stage.proxy.pass_on()
        records.until(stage.done(50), 120, indexer.tail)
        records.until(lambda: ready(port) == "ok\n", 60, indexer.tail)
    assert stage.documents().keys() == ids
    assert stage.counts()[0] == counters.Counters(indexed=50)


def test_elasticsearch_itself_may_be_killed(stage, search_engine):
    ids = fill(stage, 2000)
    with stage.indexer(bulk_documents=50) as indexer:
        records.until(lambda: stage.counts()[1] > 100, 60, indexer.tail, every=0.05)
        search_engine.kill()
        ids |= fill(stage, 100, "later")
        time.sleep(2)
        search_engine.start()
        records.until(stage.done(2100), 90, indexer.tail)
        assert indexer.stop() == 0
    assert stage.documents().keys() == ids
    assert stage.counts()[0] == counters.Counters(indexed=2100)
    assert stage.letters() == []


def test_the_broker_may_be_killed(stage, broker):
    ids = fill(stage, 2000)
    with stage.indexer(bulk_documents=50) as indexer:
        records.until(lambda: stage.counts()[1] > 100, 60, indexer.tail, every=0.05)
        broker.kill()
        time.sleep(2)
        assert indexer.running(), indexer.tail()
        broker.start()
        ids |= fill(stage, 100, "later")
        records.until(stage.done(2100), 90, indexer.tail)
        assert indexer.stop() == 0
    assert stage.documents().keys() == ids
    assert stage.counts()[0] == counters.Counters(indexed=2100)


def test_an_idle_indexer_says_that_the_broker_is_away_and_stays_alive(stage, broker):
    port = ports.free()
    with stage.indexer(health_port=port) as indexer:
        records.until(lambda: ready(port) == "ok\n", 30, indexer.tail)
        broker.kill()
        records.until(lambda: ready(port).startswith(f"waiting for Kafka at {stage.kafka}: "), 30, lambda: ready(port))
        assert ready(port, "livez") == "ok\n"
        broker.start()
        records.until(lambda: ready(port) == "ok\n", 30, lambda: ready(port))


def test_without_set_up_it_waits_and_makes_no_index_of_its_own(stage):
    indices.drop(stage.es)
    ids = fill(stage, 20)
    port = ports.free()
    with stage.indexer(health_port=port) as indexer:
        records.until(lambda: "run set-up" in ready(port), 30, indexer.tail)
        assert not stage.es.indices.exists(index=ALIAS)
        index.ensure(stage.es)
        records.until(stage.done(20), 60, indexer.tail)
    assert stage.documents().keys() == ids
    assert list(stage.es.indices.get_alias(name=ALIAS)) == [INDEX]


def test_an_index_older_than_the_indexer_is_waited_for_and_costs_no_article(stage):
    indices.drop(stage.es)
    older = {"dynamic": "strict", "properties": {"tags": {"type": "keyword"}}}
    stage.es.indices.create(index=INDEX, mappings=older, aliases={ALIAS: {"is_write_index": True}})
    fill(stage, 300)
    port = ports.free()
    with stage.indexer(health_port=port) as indexer:
        records.until(lambda: "the index is older than this indexer" in ready(port), 30, indexer.tail)
        index.ensure(stage.es)
        records.until(stage.done(300), 60, indexer.tail)
    assert stage.counts()[0] == counters.Counters(indexed=300)
    assert stage.letters() == []


def test_a_flood_of_dead_letters_stops_it_before_the_flood(stage):
    records.put(stage.kafka, [Message(TAGGED, b"k%d" % i, b"{}", ()) for i in range(600)])
    with stage.indexer() as indexer:
        records.until(lambda: not indexer.running(), 30, indexer.tail)
        assert indexer.stop() == 1
    assert "records would be dead letters" in indexer.tail()
    assert "TaggedArticle: Object missing required field" in indexer.tail()
    assert len(stage.letters()) < 200
    with stage.indexer(dead_ratio=1) as indexer:
        records.until(stage.done(600), 30, indexer.tail)
    assert stage.counts()[0] == counters.Counters(rejected=600)


def test_a_key_that_elasticsearch_refuses_stops_it_with_a_sentence(stage):
    stage.proxy.answer(401, b'{"error":{"type":"security_exception","reason":"unable to authenticate"}}')
    fill(stage, 5)
    with stage.indexer() as indexer:
        records.until(lambda: not indexer.running(), 30, indexer.tail)
        assert indexer.stop() == 1
    assert "unable to authenticate" in indexer.tail()
    assert "Traceback" not in indexer.tail(200)
    assert stage.counts()[1] == 0


def test_two_indexers_share_the_work_and_one_may_go(stage):
    with stage.indexer("one", bulk_documents=20) as one, stage.indexer("two", bulk_documents=20) as two:
        records.until(lambda: sorted(members(stage.kafka).values()) == [3, 3], 60, two.tail)
        ids = fill(stage, 1500)
        records.until(lambda: all(logged(i).get("records", 0) > 20 for i in (one, two)), 60, two.tail)
        two.kill()
        ids |= fill(stage, 500, "b")
        records.until(stage.done(2000), 90, one.tail)
    assert stage.documents().keys() == ids
    assert stage.counts()[0] == counters.Counters(indexed=2000)


def test_a_stop_while_waiting_ends_at_once_and_keeps_its_place(stage):
    stage.proxy.drop()
    fill(stage, 10)
    with stage.indexer() as indexer:
        records.until(lambda: "waiting for Elasticsearch" in indexer.tail(), 30, indexer.tail)
        started = time.monotonic()
        assert indexer.stop() == 0
        assert time.monotonic() - started < 20
    assert stage.counts()[1] == 0


def test_it_waits_for_a_kafka_that_is_not_there_yet(stage):
    with stage.indexer(kafka=f"127.0.0.1:{ports.free()}") as indexer:
        records.until(lambda: "waiting for Kafka at 127.0.0.1:" in indexer.tail(), 30, indexer.tail)
        assert indexer.stop() == 0


def test_a_wrong_setting_is_one_line_and_exit_code_2(stage):
    with stage.indexer(bulk_documents="many") as indexer:
        records.until(lambda: not indexer.running(), 20, indexer.tail)
        assert indexer.stop() == 2
    assert (
        indexer.log.read_text("utf-8").strip() == "newsloom-indexer: NEWSLOOM_BULK_DOCUMENTS='many': Expected `int`, got `str`"
    )

"""The notifier as a process on a real broker: what is saved while it runs, kills in the middle, two of them, an outage."""

import json
import random
from collections import defaultdict
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from elasticsearch import Elasticsearch
from newsloom_common.kafka import admin
from newsloom_native import ports
from newsloom_schemas.alerts import Alert, search_message
from newsloom_schemas.codec import Message, decode, header, message
from newsloom_schemas.index import ALIAS
from newsloom_schemas.topics import ALERTS, SEARCHES, TAGGED
from newsloom_setup import index, topics
from support import indices, records
from support.alerting import article, search
from support.commandline import Command
from support.indexing import ready
from support.services import Service

pytestmark = pytest.mark.engines
NOWHERE = "http://127.0.0.1:1"


class Desk:
    """A broker with empty topics, and notifiers to be started."""

    def __init__(self, kafka, folder):
        self.kafka, self.folder, self.now = kafka, folder, datetime.now(UTC)

    def notifier(self, name="one", **settings):
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        return Service("notifier", folder, kafka=self.kafka, instance=name, **settings)

    def save(self, query, name):
        saved = search(query, name, created_at=self.now - timedelta(hours=1))
        records.put(self.kafka, [search_message(SEARCHES, saved, self.now)])

    def put(self, *articles):
        records.put(self.kafka, [message(TAGGED, a, source="tagger", now=self.now) for a in articles])

    def article(self, name, title="The H100 is short", **fields):
        return article(name, title, **{"published_at": self.now, "fetched_at": datetime.now(UTC), **fields})

    def told(self):
        """Return (search, article) → the ids that its alerts carry."""
        found = defaultdict(list)
        for record in records.read(self.kafka, ALERTS):
            alert = decode(Alert, record.value)
            assert record.key == alert.search.encode()
            found[alert.search, alert.article.id].append(header(record.headers, "ce_id"))
        return found

    def lag(self):
        with closing(admin(self.kafka, "test-lag")) as client:
            committed = client.list_group_offsets("newsloom-notifier")["newsloom-notifier"]
        return records.count(self.kafka, TAGGED) - sum(o.offset for p, o in committed.items() if p.topic == TAGGED)


@pytest.fixture
def desk(kafka, tmp_path):
    with closing(admin(kafka, "test-alerts")) as client:
        client.delete_topics([t for t in client.list_topics() if t.startswith("news.")])
        records.until(lambda: not any(t.startswith("news.") for t in client.list_topics()), 30, "topics deleted")
    topics.ensure(kafka, [])
    return Desk(kafka, tmp_path)


def test_searches_are_saved_changed_and_removed_while_it_runs(desk):
    newsloom = Command(desk.kafka, NOWHERE)
    records.put(desk.kafka, [Message(SEARCHES, b"ugly", b"{", ())])
    with desk.notifier(log_level="info") as notifier:
        assert newsloom("alerts", "add", "gpu", "H100", "--about", "Who waits")[0] == 0
        desk.put(desk.article("a"), desk.article("b", "Nothing of that kind"))
        records.until(desk.told, 90, notifier.tail)
        assert dict(desk.told()) == {("gpu", "a"): ["gpu/a"]}

        assert newsloom("alerts", "pause", "gpu")[0] == 0
        desk.put(desk.article("c"))
        assert newsloom("alerts", "resume", "gpu")[0] == 0
        desk.put(desk.article("d"))
        records.until(lambda: ("gpu", "d") in desk.told(), 90, notifier.tail)
        assert newsloom("alerts", "remove", "gpu")[0] == 0
        desk.put(desk.article("e"))
        records.until(lambda: desk.lag() == 0, 90, notifier.tail)
        assert desk.told().keys() == {("gpu", "a"), ("gpu", "d")}
        assert notifier.stop() == 0
    named = [line for line in lines(notifier) if line["event"] == "a saved search cannot be asked"]
    assert [line["search"] for line in named] == ["ugly"]


def test_killed_in_the_middle_again_and_again_it_loses_no_alert_and_tells_no_story_under_two_names(desk):
    desk.save("H100", "gpu")
    desk.save("gold", "metal")
    desk.save("silver", "quiet")
    dice, stories = random.Random(7), range(120)
    articles = [desk.article(f"s{n}-{k}", f"H100 {'and gold' * (n % 2)} {n}", text=n + 1) for n in stories for k in range(4)]
    dice.shuffle(articles)
    edits = [desk.article(f"s{n}-0", f"H100 {n} again", text=n + 1, revision=2) for n in stories[:30]]
    anew = [desk.article(f"r{n}", "H100 gold silver", text=1000 + n, retag=True) for n in stories[:30]]
    desk.put(*articles, *edits, *anew)
    notifier = desk.notifier(batch_articles=10)
    for _ in range(3):
        before = records.count(desk.kafka, ALERTS)
        with notifier:
            records.until(lambda b=before: records.count(desk.kafka, ALERTS) > b, 90, notifier.tail, every=0.05)
            notifier.kill()
    with notifier:
        records.until(lambda: desk.lag() == 0, 120, notifier.tail)
        assert notifier.stop() == 0
    events = defaultdict(set)
    for (name, told), ids in desk.told().items():
        events[name, told.split("-")[0]].update(ids)
    assert events.keys() == {("gpu", f"s{n}") for n in stories} | {("metal", f"s{n}") for n in stories if n % 2}
    assert {key: ids for key, ids in events.items() if len(ids) != 1} == {}


def test_of_two_one_works_and_the_other_goes_on_when_it_is_killed(desk):
    desk.save("H100", "gpu")
    one, two = desk.notifier("one", health_port=ports.free()), desk.notifier("two", health_port=(port := ports.free()))
    with one:
        records.until(lambda: any(line["event"] == "started" for line in lines(one)), 90, one.tail)
        desk.put(desk.article("a", text=1))
        records.until(desk.told, 90, one.tail)
        with two:
            records.until(lambda: ready(port) == "ok\n", 90, two.tail)
            desk.put(*(desk.article(f"b{n}", text=1) for n in range(20)))
            records.until(lambda: desk.lag() == 0, 90, one.tail)
            assert not [line for line in lines(two) if line["event"] == "batch"], "it stands by"
            one.kill()
            desk.put(*(desk.article(f"c{n}", text=1) for n in range(20)), desk.article("d", text=2))
            records.until(lambda: desk.lag() == 0, 90, two.tail)
            assert two.stop() == 0
    assert dict(desk.told()) == {("gpu", "a"): ["gpu/a"], ("gpu", "d"): ["gpu/d"]}


def test_an_outage_of_kafka_is_waited_for_and_said(desk, broker):
    desk.save("H100", "gpu")
    with desk.notifier(health_port=(port := ports.free())) as notifier:
        records.until(lambda: ready(port) == "ok\n", 90, notifier.tail)
        broker.kill()
        records.until(lambda: ready(port).startswith(f"waiting for Kafka at {desk.kafka}"), 90, lambda: ready(port))
        assert ready(port, "livez") == "ok\n"
        broker.start()
        desk.put(desk.article("a"))
        records.until(desk.told, 120, notifier.tail)
        records.until(lambda: ready(port) == "ok\n", 90, lambda: ready(port))


def test_what_a_search_would_have_told_by_the_index_is_what_it_tells(desk, elasticsearch_url):
    newsloom = Command(desk.kafka, elasticsearch_url)
    with closing(Elasticsearch(elasticsearch_url)) as es:
        indices.drop(es)
        index.ensure(es)
        desk.save("H100 -gold", "gpu")
        desk.put(desk.article("a", text=1), desk.article("b", "H100 in gold", text=2))
        with Service("indexer", desk.folder, kafka=desk.kafka, elasticsearch=elasticsearch_url) as indexer:
            records.until(lambda: searchable(es) == 2, 120, indexer.tail)
            desk.put(desk.article("c", "The H100, reprinted", text=1), desk.article("d", "H200s", text=3))
            with desk.notifier() as notifier:
                records.until(lambda: desk.lag() == 0 and searchable(es) == 4, 120, notifier.tail)
        code, [told], _ = newsloom("alerts", "try", "H100 -gold", "--since", "2d")
        _, alerts, _ = newsloom("alerts", "history", "gpu")
        indices.drop(es)
    assert (code, told["articles"], told["stories"], sum(d["stories"] for d in told["days"])) == (0, 2, 1, 1)
    assert [a["story"] for a in alerts] == [s["story"] for s in told["samples"]] == ["a"]
    assert [s["passages"][0]["found"] for s in told["samples"]] == [[{"start": 4, "end": 8}]]


def searchable(es):
    es.indices.refresh(index=ALIAS)
    return es.count(index=ALIAS)["count"]


def lines(service):
    return [json.loads(line) for line in service.log.read_text("utf-8").split("\n")[:-1]] if service.log.exists() else []

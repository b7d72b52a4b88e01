"""The index changes over while the indexer writes and a reader counts: nothing is lost, nobody sees less, kills do no harm."""

import threading
import time
from contextlib import closing

import pytest
from elasticsearch import AuthorizationException, Elasticsearch
from newsloom_common import elastic
from newsloom_common.kafka import admin
from newsloom_schemas.index import ALIAS, INDEX, NEXT, PREVIOUS, document_version
from newsloom_setup import SetupError, index, migration, topics, versions
from support import indices, records
from support.commandline import Command
from support.indexing import Stage, fill, logged, put, tagged
from support.proxy import Proxy

pytestmark = pytest.mark.engines
SECOND, THIRD = (f"{ALIAS}-v{n}-000001" for n in (2, 3))


@pytest.fixture
def es(elasticsearch_url):
    client = Elasticsearch(elasticsearch_url, request_timeout=60)
    indices.drop(client)
    index.ensure(client)
    yield client
    indices.drop(client)
    client.close()


@pytest.fixture
def newsloom(elasticsearch_url):
    return Command("127.0.0.1:1", elasticsearch_url)


@pytest.fixture
def stage(kafka, elasticsearch_url, es, tmp_path):
    with closing(admin(kafka, "test-migration")) as client:
        client.delete_topics([t for t in client.list_topics() if t.startswith("news.")])
        records.until(lambda: not any(t.startswith("news.") for t in client.list_topics()), 10, "topics deleted")
    topics.ensure(kafka, [])
    with Proxy(elasticsearch_url) as proxy:
        yield Stage(kafka, proxy, es, tmp_path)


def write(es, ids, **fields):
    """Write documents as the indexer would."""
    lines = []
    for number, name in enumerate(ids, 1):
        action = {"_id": name, "version": 1_000_000 + number, "version_type": "external"}
        lines += [{"index": action}, {"article": {"id": name, "title": "算力紧缺"}, "themes": [{"id": "chips"}], **fields}]
    assert not es.bulk(index=ALIAS, operations=lines, require_alias=True)["errors"]


def held(es, name):
    """Return id → version of all documents of an index."""
    es.indices.refresh(index=name)
    return {hit["_id"]: hit["_version"] for hit in elastic.scan(es, name, version=True, _source=False)}


def field(es, **properties):
    es.cluster.put_component_template(name="news@custom", template={"mappings": {"properties": properties}})


def parts(es):
    return {v.name: v.part for v in versions.listed(es)}


class Reader(threading.Thread):
    """Counts what the alias has, as often as it can, and looks for an article that it has seen before."""

    def __init__(self, address):
        super().__init__(daemon=True)
        self._es, self._over = Elasticsearch(address), threading.Event()
        self.counts, self.indices, self.missed = [], set(), 0

    def run(self):
        while not self._over.is_set():
            answer = self._es.search(index=ALIAS, size=1, sort=[{"indexed_at": "desc"}], source=False, track_total_hits=True)
            self.counts.append(answer["hits"]["total"]["value"])
            for hit in answer["hits"]["hits"]:
                self.indices.add(hit["_index"])
                self.missed += not self._es.count(index=ALIAS, query={"ids": {"values": [hit["_id"]]}})["count"]

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self.join(120)
        self._es.close()


class Writer(threading.Thread):
    """Publishes articles and, as often, later revisions of some, until it is told to end."""

    def __init__(self, stage):
        super().__init__(daemon=True)
        self._stage, self._over = stage, threading.Event()
        self.revisions, self.published = {}, 0

    def run(self):
        for turn in range(1, 10_000):
            if self._over.is_set():
                return
            batch = [tagged(f"w{turn}-{n}") for n in range(40)] + [tagged(f"a{n}", turn + 1) for n in range(turn % 7, 400, 40)]
            put(self._stage, batch)
            self.revisions |= {a.article.id: a.article.revision for a in batch}
            self.published += len(batch)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self.join(120)


def test_while_the_stream_runs_nothing_is_lost_and_no_reader_ever_sees_less(stage, newsloom, elasticsearch_url):
    ids = fill(stage, 3000)
    with stage.indexer(bulk_documents=100) as indexer:
        records.until(stage.done(3000), 90, indexer.tail)
        field(stage.es, desk={"type": "keyword"})
        with Reader(elasticsearch_url) as reader, Writer(stage) as writer:
            time.sleep(1)
            code, [moved], err = newsloom("index", "migrate")
            assert (code, moved["target"], err) == (0, SECOND, "")
            time.sleep(1)
            code, [back], err = newsloom("index", "rollback")
            assert (code, back["target"], err) == (0, INDEX, "")
            time.sleep(0.5)
        total = 3000 + writer.published
        records.until(stage.done(total), 90, indexer.tail)
        assert indexer.stop() == 0
    assert writer.published > 300, "there was a stream"
    revisions = dict.fromkeys(ids, 1) | writer.revisions
    assert held(stage.es, ALIAS) == {name: document_version(revision, 1) for name, revision in revisions.items()}
    assert reader.counts == sorted(reader.counts), "a count fell"
    assert (reader.indices, reader.missed) == ({INDEX, SECOND}, 0)
    assert len(reader.counts) > 50
    assert stage.letters() == []
    assert logged(indexer)["records"] == total
    assert max(moved["waited_s"], back["waited_s"]) < 60


def test_killed_at_any_moment_and_run_again_it_comes_to_the_same(es, newsloom):
    write(es, [f"a{n}" for n in range(9000)])
    field(es, desk={"type": "keyword"})
    before = held(es, ALIAS)
    for pause in (0.0, 0.2, 0.5):
        with newsloom.started("index", "migrate", "--anyway") as process:
            records.until(lambda: es.indices.exists_alias(name=NEXT) or process.poll() is not None, 30, "begun", every=0.01)
            time.sleep(pause)
            process.kill()
        assert held(es, ALIAS) == before, "whatever was killed, everything is there"
    code, [moved], err = newsloom("index", "migrate", "--anyway")
    assert (code, moved["documents"], err) == (0, 9000, "")
    assert held(es, ALIAS) == before
    assert list(parts(es).values()).count("live") == 1
    assert "next" not in parts(es).values()
    write(es, ["later"])


def test_killed_while_writers_wait_the_next_run_lets_them_write_at_once(es):
    write(es, ["a", "b"])
    es.indices.create(index=SECOND, aliases={NEXT: {}})
    es.indices.add_block(index=INDEX, block="write")
    assert "takes no writes" in index.ensure(es).warnings[0]
    told = []

    def look(what, *_):
        if what == "copying" and not told:
            write(es, ["meanwhile"])
            told.append(what)

    assert migration.migrate(es, look).target == SECOND
    assert held(es, ALIAS).keys() == {"a", "b", "meanwhile"}


def test_a_stream_that_a_killed_run_has_stopped_says_why_waits_and_goes_on_with_the_next_run(stage, newsloom):
    ids = fill(stage, 200)
    stage.es.indices.create(index=SECOND, aliases={NEXT: {}})
    stage.es.indices.add_block(index=INDEX, block="write")
    with stage.indexer() as indexer:
        records.until(
            lambda: "`newsloom index migrate` or `rollback` was killed, run it again" in indexer.tail(), 60, indexer.tail
        )
        assert newsloom("index", "migrate", "--anyway")[0] == 0
        records.until(stage.done(200), 60, indexer.tail)
        assert indexer.stop() == 0
    assert held(stage.es, ALIAS).keys() == ids
    assert stage.letters() == []


def test_interrupted_while_writers_wait_it_lets_them_write_at_once(es):
    write(es, ["a"])

    def interrupt(what, *_):
        if what == "changing over":
            with pytest.raises(AuthorizationException, match="index write"):
                es.index(index=ALIAS, document={})
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        migration.migrate(es, interrupt)
    write(es, ["b"])
    assert parts(es) == {INDEX: "live", SECOND: "next"}


def test_what_was_begun_with_other_templates_is_begun_anew(es):
    write(es, ["a"])
    field(es, desk={"type": "keyword"})
    es.indices.create(index=SECOND, aliases={NEXT: {}})
    field(es, desk={"type": "text"}, city={"type": "keyword"})
    assert migration.plan(es).change.added == ("city", "desk")
    assert migration.migrate(es, lambda *_: None).target == THIRD
    assert parts(es) == {INDEX: "previous", THIRD: "live"}


def test_a_field_that_cannot_be_changed_in_place_is_changed_and_can_be_changed_back(es, newsloom):
    field(es, desk={"type": "text"}, old={"type": "keyword"})
    index.ensure(es)
    write(es, ["a"], desk="Beijing desk", old="x")
    field(es, desk={"type": "keyword"})
    with pytest.raises(SetupError, match="newsloom index migrate"):
        index.ensure(es)
    code, [plan], _ = newsloom("index", "migrate", "--dry-run")
    assert (code, plan["changed"], plan["left_out"], plan["outcome"]) == (0, ["desk"], ["old"], "would")
    assert parts(es) == {INDEX: "live"}, "a dry run does nothing"
    assert newsloom("index", "migrate")[0] == 0
    assert es.count(index=ALIAS, query={"term": {"desk": "Beijing desk"}})["count"] == 1
    assert "old" not in es.get(index=ALIAS, id="a")["_source"]
    write(es, ["b"], desk="Shanghai")
    assert newsloom("index", "rollback")[0] == 0
    assert es.count(index=ALIAS, query={"match": {"desk": "beijing"}})["count"] == 1
    assert es.get(index=ALIAS, id="a")["_source"]["old"] == "x"
    assert held(es, ALIAS).keys() == {"a", "b"}


def test_articles_keep_their_stories_and_those_from_before_there_were_any_begin_their_own(es, newsloom):
    es.indices.put_settings(index=INDEX, settings={"refresh_interval": "-1"})  # nothing shows before it is asked for
    write(es, ["first", "reprint"], story="first", story_keys=["a1"])
    write(es, ["older", "oldest"])
    code, _, err = newsloom("index", "migrate", "--anyway")
    assert code == 0, err
    es.indices.refresh(index=ALIAS)
    told = {h["_id"]: h["_source"] for h in elastic.scan(es, ALIAS, _source=["story", "story_keys"])}
    assert {name: source["story"] for name, source in told.items()} == {
        "first": "first", "reprint": "first", "older": "older", "oldest": "oldest",
    }  # fmt: skip
    assert told["first"]["story_keys"] == ["a1"]


def test_a_document_that_the_new_mapping_refuses_changes_nothing(es, newsloom):
    field(es, size={"type": "keyword"})
    index.ensure(es)
    write(es, ["a"], size="large")
    field(es, size={"type": "integer"})
    code, lines, err = newsloom("index", "migrate")
    assert (code, lines) == (1, [])
    assert "document a: " in err
    assert "large" in err
    write(es, ["b"], size="small")
    assert parts(es)[INDEX] == "live"


def test_what_was_deleted_meanwhile_does_not_come_back(es):
    write(es, [f"a{n}" for n in range(50)])
    gone = []

    def delete(what, *_):
        if what == "comparing" and not gone:
            gone.append("a7")
            es.delete(index=INDEX, id="a7", refresh=True)

    assert migration.migrate(es, delete).documents == 49
    assert "a7" not in held(es, ALIAS)


def test_an_index_of_several_shards_is_copied_and_compared_whole(es):
    es.cluster.put_component_template(name="news@custom", template={"settings": {"number_of_shards": 3}})
    index.put_templates(es)
    assert migration.plan(es).change.settings == ("number_of_shards",)
    write(es, [f"a{n}" for n in range(200)])
    before = held(es, ALIAS)
    migration.migrate(es, lambda *_: None)
    told = []

    def look(what, *_):
        if what == "comparing" and not told:
            told.append(what)
            write(es, [f"b{n}" for n in range(5)])

    migration.migrate(es, look)
    assert held(es, ALIAS).items() >= before.items()
    assert len(held(es, ALIAS)) == 205


def test_only_what_is_not_live_is_dropped_and_without_it_there_is_no_way_back(es, newsloom):
    migration.migrate(es, lambda *_: None)
    assert newsloom("index", "drop", SECOND, "--yes")[0] == 1
    code, _, err = newsloom("index", "drop", INDEX)
    assert (code, "--yes" in err) == (2, True)
    assert newsloom("index", "drop", INDEX, "--yes")[1][0]["outcome"] == "dropped"
    code, _, err = newsloom("index", "rollback")
    assert (code, "no previous index" in err) == (1, True)
    assert [line["part"] for line in newsloom("index", "list")[1]] == ["live"]
    assert newsloom("index", "migrate")[1][0]["outcome"] == "current"


def test_set_up_finds_the_index_again_whose_alias_was_lost_whatever_its_version(es):
    write(es, ["a"])
    migration.migrate(es, lambda *_: None)
    es.indices.delete_alias(index=SECOND, name=ALIAS)
    index.ensure(es)
    assert es.indices.get_alias(name=ALIAS).body == {SECOND: {"aliases": {ALIAS: {"is_write_index": True}}}}
    es.indices.delete_alias(index=[INDEX, SECOND], name=[ALIAS, PREVIOUS])
    with pytest.raises(SetupError, match=f"may have been that of {INDEX}, {SECOND}"):
        index.ensure(es)

"""What is too old leaves the index, once and counted: whoever is killed, whatever comes again, while an index changes over."""

import json
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from elasticsearch import Elasticsearch
from newsloom_indexer import counters, expiring
from newsloom_indexer.expiring import StuckError
from newsloom_schemas.codec import message
from newsloom_schemas.index import ALIAS, INDEX
from newsloom_schemas.topics import RAW
from newsloom_schemas.types import RawArticle
from newsloom_setup import index, migration, topics
from support import indices, records
from support.commandline import Command
from support.indexing import Stage
from support.proxy import Proxy
from support.services import Service

pytestmark = pytest.mark.engines
NOW = datetime.now(UTC)
YEAR = NOW - timedelta(days=365)


@pytest.fixture
def es(elasticsearch_url):
    with Elasticsearch(elasticsearch_url, request_timeout=60) as client:
        indices.drop(client)
        index.ensure(client)
        yield client
        indices.drop(client)


@pytest.fixture
def stage(kafka, elasticsearch_url, es, tmp_path):
    topics.ensure(kafka)
    with Proxy(elasticsearch_url) as proxy:
        yield Stage(kafka, proxy, es, tmp_path)


def put(stage, ages, revision=1):
    """Publish articles of these ages: {id: days}."""
    raws = [
        RawArticle(
            id=name, revision=revision, origin="feed", title=f"{name}：英伟达H100仍缺货", content="算力供不应求。",
            published_at=NOW - timedelta(days=days), fetched_at=NOW,
        )
        for name, days in ages.items()
    ]  # fmt: skip
    records.put(stage.kafka, [message(RAW, raw, source="ingestor", now=NOW) for raw in raws])


def write(es, ages):
    """Write documents as the indexer would: {id: days}; the third has three revisions behind it."""
    lines = []
    for name, days in ages.items():
        revision = 3 if name == "a2" else 1
        action = {"_id": name, "version": revision * 1_000_000 + 1, "version_type": "external"}
        source = {"@timestamp": (NOW - timedelta(days=days)).isoformat(), "tags": ["chips"], "article": {"revision": revision}}
        lines += [{"index": action}, source]
    assert not es.bulk(index=ALIAS, operations=lines, require_alias=True, refresh=True)["errors"]


def left(es):
    es.indices.refresh(index=ALIAS)
    return {hit["_id"] for hit in es.search(index=ALIAS, size=1000, source=False)["hits"]["hits"]}


def take(es, before=YEAR, size=4):
    """Take out page after page, and return how many went."""
    pages = []
    while (done := expiring.page(es, before, size)).more:
        pages.append(done.documents)
    return [*pages, done.documents]


def test_what_is_older_goes_page_by_page_and_is_counted_with_its_revisions(es):
    write(es, {f"a{n}": 364 + n for n in range(10)})
    assert take(es) == [4, 4, 0]
    note = expiring.read(es)
    assert (left(es), note.documents, note.revisions, note.doomed) == ({"a0", "a1"}, 8, 10, ())
    assert note.until == YEAR
    assert take(es) == [0]
    assert take(es, YEAR - timedelta(days=9)) == [0]
    assert expiring.read(es) == note, "what was decided before stays"


class KilledError(Exception):
    pass


class Dying:
    """Elasticsearch's client up to the n-th call that changes something: there the process ends, before it or after it."""

    def __init__(self, client, call, *, after):
        self._client, self._left, self._after = client, call, after
        self.indices, self.search, self.options = client.indices, client.search, client.options

    def bulk(self, **asked):
        return self._call(self._client.bulk, asked)

    def index(self, **asked):
        return self._call(self._client.index, asked)

    def _call(self, act, asked):
        self._left -= 1
        if self._left == 0 and not self._after:
            raise KilledError
        answer = act(**asked)
        if self._left == 0:
            raise KilledError
        return answer


def test_killed_before_or_after_any_step_nothing_is_counted_twice_or_forgotten(es):
    for n, (call, after) in enumerate(product(range(1, 7), (False, True)), 1):
        write(es, {f"{n}-{m}": 364 + m for m in range(10)})
        with pytest.raises(KilledError):
            take(Dying(es, call, after=after))
        killed, gone = expiring.read(es), 10 * n - len(left(es))
        assert killed.revisions <= gone <= killed.revisions_at_most, "a reader is right at each moment"
        take(es)
        note = expiring.read(es)
        assert (note.documents, note.revisions, note.doomed) == (8 * n, 8 * n, ()), (call, after)
    assert len(left(es)) == 2 * n


def test_two_at_once_count_each_article_once(es):
    write(es, {f"a{n}": 364 + n for n in range(10)})

    class Crowded(Dying):
        """Before each of its steps another one takes a page."""

        def _call(self, act, asked):
            expiring.page(es, YEAR, 3)
            return act(**asked)

    take(Crowded(es, 0, after=False))
    note = expiring.read(es)
    assert (left(es), note.documents, note.revisions) == ({"a0", "a1"}, 8, 10)


def test_an_article_that_is_written_anew_at_that_moment_goes_in_its_new_version(es):
    write(es, {"a0": 1, "a1": 400})

    class Written(Dying):
        def bulk(self, **asked):
            again = {"@timestamp": (NOW - timedelta(days=400)).isoformat(), "article": {"revision": 2}}
            es.index(index=ALIAS, id="a1", version=2_000_001, version_type="external", document=again, refresh=True)
            return es.bulk(**asked)

    assert expiring.page(Written(es, 0, after=False), YEAR).documents == 0
    assert left(es) == {"a0", "a1"}
    assert take(es) == [1]
    assert (left(es), expiring.read(es).revisions) == ({"a0"}, 2)


def test_while_an_index_takes_no_writes_nothing_goes_and_after_a_change_over_the_new_one_is_meant(es):
    write(es, {"a0": 1, "a1": 400, "a2": 500})
    es.indices.add_block(index=INDEX, block="write")
    with pytest.raises(StuckError, match="index write"):
        expiring.page(es, YEAR)
    assert (expiring.read(es).revisions, left(es)) == (0, {"a0", "a1", "a2"})
    migration.migrate(es, lambda *_: None)
    take(es)
    assert (expiring.read(es).revisions, left(es)) == (4, {"a0"})
    migration.rollback(es, lambda *_: None)
    assert left(es) == {"a0"}, "the old index has them no longer either"


def test_the_command_says_by_month_and_theme_what_it_then_takes_out(es, elasticsearch_url):
    newsloom = Command("127.0.0.1:1", elasticsearch_url)
    write(es, {f"a{n}": 340 + 30 * n for n in range(4)})
    code, [plan], err = newsloom("index", "expire", "--older-than", "365d", "--dry-run")
    months = {f"{NOW - timedelta(days=340 + 30 * n):%Y-%m}": 1 for n in range(1, 4)}
    assert (code, plan["outcome"], plan["documents"], err) == (0, "would", 3, "")
    assert (sum(plan["months"].values()), plan["months"].keys(), plan["themes"]) == (3, months.keys(), {"chips": 3})
    assert len(left(es)) == 4, "a dry run does nothing"
    assert newsloom("index", "expire", "--older-than", "365d")[0] == 2
    code, [done], err = newsloom("index", "expire", "--older-than", "365d", "--yes")
    assert (code, done["outcome"], done["documents"], err) == (0, "expired", 3, "")
    assert left(es) == {"a0"}
    assert newsloom("index", "expire", "--older-than", "365d", "--yes")[1][0]["documents"] == 0


def test_the_service_takes_out_what_is_too_old_lets_in_nothing_older_and_every_article_has_its_outcome(stage):
    newsloom = Command(stage.kafka, stage.proxy.address)
    put(stage, {f"old{n}": 400 + n for n in range(60)} | {f"new{n}": n for n in range(40)})
    put(stage, {"old0": 400}, revision=2)
    with Service("tagger", stage.folder, kafka=stage.kafka) as tagger:
        with stage.indexer() as indexer:
            records.until(stage.done(101), 150, indexer.tail)
            assert indexer.stop() == 0
        assert told(newsloom) == {"indexed": 101, "expired": 0, "documents": 100}
        with stage.indexer(retention="365d") as indexer:
            records.until(lambda: len(left(stage.es)) == 40, 150, indexer.tail)
            assert told(newsloom) == {"indexed": 40, "expired": 61, "documents": 40}
            put(stage, {"older": 900, "old1": 401, "newer": 0})
            records.until(stage.done(104), 150, indexer.tail)
            assert indexer.stop() == 0
        assert tagger.stop() == 0
    assert left(stage.es) == {f"new{n}" for n in range(40)} | {"newer"}
    assert stage.counts()[0] == counters.Counters(indexed=102, expired=2)
    assert told(newsloom) == {"indexed": 41, "expired": 63, "documents": 41}
    lines = [json.loads(line) for line in indexer.log.read_text("utf-8").splitlines()]
    assert sum(line["documents"] for line in lines if line["event"] == "expired") == 60
    code, lines, err = newsloom("reconcile")
    assert (code, lines[-1]["differences"], lines[-1]["compared"]["expired"], err) == (0, {}, 61, "")
    assert newsloom("trace", "old5")[1][-1]["outcomes"] == {"1": "expired"}


def told(newsloom):
    found = newsloom.settled()
    return {name: found[name] for name in ("indexed", "expired", "documents")}

"""Reprints are one story: minutes later, in one batch, after a restart, edited or sent again, with one indexer and with two."""

import random
from collections import Counter
from datetime import timedelta

import pytest
from newsloom_schemas.codec import message
from newsloom_schemas.index import ALIAS
from newsloom_schemas.topics import TAGGED
from newsloom_schemas.types import RawArticle, TaggedArticle, Tagger
from newsloom_tagger import fingerprint
from newsloom_tagger.fold import fold
from support import records
from support.indexing import NOW, members

pytestmark = pytest.mark.engines


def text(seed, first=0, last=30):
    """Return sentences ``first`` to ``last`` of a text that no other seed has."""
    chance = random.Random(seed)
    sentences = ["".join(chr(chance.randrange(0x4E00, 0x9000)) for _ in range(20)) + "。" for _ in range(30)]
    return "".join(sentences[first:last])


def article(name, content, revision=1, *, version=1, days=0):
    raw = RawArticle(
        id=name, revision=revision, origin="feed", url=f"https://{name}.example/1", title=name, content=content,
        fetched_at=NOW + timedelta(days=days),
    )  # fmt: skip
    found = fingerprint.at(fingerprint.of(fold(raw.title), fold(content)), raw.url)
    tagger = Tagger(version=version, taxonomy=1)
    return TaggedArticle(article=raw, language="zh", themes=(), fingerprint=found, tagger=tagger, tagged_at=NOW)


def put(stage, *articles):
    records.put(stage.kafka, [message(TAGGED, a, source="tagger", now=NOW) for a in articles])


def told(stage):
    """Return id → story of all documents."""
    stage.es.indices.refresh(index=ALIAS)
    hits = stage.es.search(index=ALIAS, size=10_000, source=["story"])["hits"]["hits"]
    return {hit["_id"]: hit["_source"]["story"] for hit in hits}


def send(stage, indexer, *articles):
    """Publish articles and wait until they are indexed and can be found."""
    before = stage.counts()[1]
    put(stage, *articles)
    records.until(stage.done(before + len(articles)), 120, indexer.tail)
    stage.es.indices.refresh(index=ALIAS)


def test_a_story_goes_through_batches_restarts_edits_and_an_index_that_is_away(stage):
    with stage.indexer() as one:
        send(stage, one, article("first", text(1)))  # partitions are read in any order: who is first must be there alone
        send(stage, one, article("copy", text(1)), article("other", text(2)))
        assert told(stage) == {"first": "first", "copy": "first", "other": "other"}
        send(stage, one, article("half", text(1, 0, 15)), article("lead", "据另一家报道，此事并不简单。" + text(1, 5)))
        assert one.stop() == 0
    with stage.indexer() as one:
        send(stage, one, article("late", text(1, 10), days=1), article("too-late", text(1), days=20))
        assert {n: s for n, s in told(stage).items() if n not in {"first", "copy", "other"}} == {
            "half": "first", "lead": "first", "late": "first", "too-late": "too-late",
        }  # fmt: skip
        send(stage, one, article("copy", text(2), 2), article("first", text(2), 2), article("other", text(2)))
        send(stage, one, article("half", text(1, 0, 15), version=2))
        after = told(stage)
        assert (after["copy"], after["first"], after["half"], after["other"]) == ("first", "first", "first", "other")
        stage.proxy.answer(503)
        put(stage, article("meanwhile", text(1, 3, 28)))
        records.until(lambda: "waiting for Elasticsearch" in one.tail(), 60, one.tail)
        assert stage.counts()[1] == 11
        stage.proxy.pass_on()
        records.until(stage.done(12), 120, one.tail)
        assert told(stage)["meanwhile"] == "first"


def test_dates_at_the_ends_of_the_calendar_hold_nothing_up(stage):
    dated = {"now": 0, "first": -739_000, "last": 2_900_000}
    with stage.indexer() as one:
        send(stage, one, *[article(name, text(1), days=days) for name, days in dated.items()])
        assert told(stage) == {name: name for name in dated}


def test_a_replay_of_the_whole_topic_tells_the_same_stories(stage):
    with stage.indexer(bulk_documents=10) as one:
        send(stage, one, *[article(f"a{n}", text(n % 20)) for n in range(60)])
        before = told(stage)
        assert Counter(Counter(before.values()).values()) == {3: 20}
        send(stage, one, *[article(f"a{n}", text(n % 20), version=2) for n in reversed(range(60))])
        assert told(stage) == before


def test_two_indexers_miss_at_most_what_comes_within_a_refresh(stage):
    with stage.indexer("one") as one, stage.indexer("two") as two:
        records.until(lambda: sorted(members(stage.kafka).values()) == [3, 3], 120, one.tail)
        send(stage, two, *[article(f"first{n}", text(n)) for n in range(40)])
        send(stage, two, *[article(f"second{n}", text(n)) for n in range(40)])
        after = told(stage)
        assert {after[f"second{n}"] for n in range(40)} == {after[f"first{n}"] for n in range(40)}, "a refresh lies between"
        send(stage, one, *[article(f"{name}{n}", text(n)) for n in range(100, 140) for name in ("left", "right")])
        after = told(stage)
        apart = [n for n in range(100, 140) if after[f"left{n}"] != after[f"right{n}"]]
        assert all(after[f"{name}{n}"] in {f"left{n}", f"right{n}"} for n in range(100, 140) for name in ("left", "right"))
        assert len(apart) < 40, "those that one indexer has are together"

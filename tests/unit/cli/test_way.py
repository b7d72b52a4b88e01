from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from newsloom_cli.tracing import identity
from newsloom_cli.way import Found, outcomes, standing, steps, summed
from newsloom_schemas.codec import message
from newsloom_schemas.dead import REPLAY_OF, Origin, bury
from newsloom_schemas.identity import article_id
from newsloom_schemas.marks import Mark, mark_message
from newsloom_schemas.topics import DEAD, RAW, TAGGED, theme_topic
from newsloom_schemas.types import Evidence, Feed, RawArticle, TaggedArticle, Tagger, Theme

NOW = datetime(2026, 11, 24, tzinfo=UTC)
PROOF = Evidence(field="title", start=0, end=1, text="t", rule="r", weight=1.0)


def raw(revision=1):
    return RawArticle(id="a", revision=revision, origin="feed", title="title", content="", fetched_at=NOW)


def tagged(revision=1):
    themes = (Theme(id="chips", score=0.9, evidence=(PROOF,)),)
    return TaggedArticle(
        article=raw(revision), language="en", themes=themes, tagger=Tagger(version=3, taxonomy=1), tagged_at=NOW
    )


def found(topic, value, at, offset=0, parent=None):
    made = message(topic, value, source="test", now=NOW, parent=parent)
    return Found(topic, 2, offset, at, made.key, made.value, made.headers)


def document(revision=1):
    source = msgspec.to_builtins(tagged(revision)) | {
        "tags": ["chips"],
        "record": {"topic": TAGGED, "partition": 2, "offset": 9},
    }
    return {"_index": "news-articles-v1-000001", "_version": revision * 1_000_000 + 3, "_source": source}


def buried(at):
    origin = Origin(RAW, 2, 0, b"a", b"{", ())
    letter = bury(origin, service="tagger", stage="decode", error=ValueError("why"), now=NOW)
    return Found(DEAD, 0, 5, at, letter.key, letter.value, letter.headers)


def test_steps_are_told_in_the_order_of_time_and_the_index_comes_last():
    way = steps(
        [
            found(theme_topic("chips"), tagged(), 3000),
            found(RAW, raw(2), 4000),
            found(TAGGED, tagged(), 3000),
            found(RAW, raw(), 1000),
        ],
        document(),
    )
    assert [(s.step, s.revision) for s in way] == [
        ("published", 1),
        ("tagged", 1),
        ("theme", 1),
        ("published", 2),
        ("indexed", 1),
    ]
    assert way[0].at == datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)
    assert (way[1].language, way[1].themes, way[1].tagger) == ("en", ("chips",), 3)
    assert (way[-1].version, way[-1].origin) == (1_000_003, "news.tagged 2:9")


def test_one_trace_runs_through_an_articles_way():
    first = found(RAW, raw(), 1)
    parent = dict(first.headers)["traceparent"].decode()
    way = steps([first, found(TAGGED, tagged(), 2, parent=parent)], None)
    assert way[0].trace == way[1].trace == parent.split("-")[1]


def test_a_dead_letter_says_who_gave_up_on_which_record_and_why():
    [letter] = steps([buried(1)], None)
    assert (letter.step, letter.service, letter.stage, letter.error) == ("dead", "tagger", "decode", "ValueError: why")
    assert (letter.origin, letter.topic, letter.offset) == ("news.raw 2:0", DEAD, 5)


def test_a_record_that_cannot_be_read_is_a_step_too():
    [step] = steps([Found(RAW, 2, 0, 1, b"a", b"{", ())], None)
    assert (step.step, step.error) == ("unreadable", "RawArticle: Input data was truncated")


@pytest.mark.parametrize(
    ("records", "indexed", "said"),
    [
        ([found(RAW, raw(), 1)], None, "on its way: published, not tagged yet"),
        ([found(RAW, raw(), 1), found(TAGGED, tagged(), 2)], None, "on its way: tagged, not in the index yet"),
        ([found(RAW, raw(), 1), found(TAGGED, tagged(), 2)], document(), "indexed, revision 1: it can be searched"),
        ([found(RAW, raw(), 1), found(RAW, raw(2), 2)], document(), "on its way: published, not tagged yet"),
        ([found(RAW, raw(), 1), found(TAGGED, tagged(2), 2)], document(), "on its way: tagged, not in the index yet"),
        ([], document(), "indexed, revision 1: it can be searched"),
        ([buried(1)], None, "dead: `newsloom dead list` shows why"),
        ([buried(1), found(RAW, raw(2), 2)], document(2), "indexed, revision 2: it can be searched"),
    ],
)
def test_where_an_article_stands_is_one_sentence(records, indexed, said):
    assert standing(steps(records, indexed)) == said


def test_an_article_that_is_older_than_anything_in_the_index_has_expired_and_is_not_on_its_way():
    way = steps([found(RAW, raw(), 1), found(TAGGED, tagged(), 2)], None)
    later = NOW + timedelta(days=1)
    assert (outcomes(way, later), standing(way, later)) == (
        {"1": "expired"},
        "expired: the index has nothing from before 2026-11-25",
    )
    assert (outcomes(way, NOW), standing(way, NOW)) == ({"1": "tagged"}, "on its way: tagged, not in the index yet")
    assert outcomes(steps([found(RAW, raw(), 1)], None), later) == {"1": "published"}, "nobody has looked at its age yet"
    assert outcomes(steps([dead_article(2)], None), later) == {"1": "dead"}
    assert "indexed" in standing(steps([], document()), later), "what is there is there"


def mark(deed, at, letter="0:5"):
    made = mark_message(Mark(deed=deed, at=NOW + timedelta(seconds=at), letters=("0:3", letter)))
    return Found(DEAD, 0, 9, at * 1000, made.key, made.value, made.headers)


def dead_article(at, revision=1, offset=0):
    made = message(RAW, raw(revision), source="ingestor", now=NOW)
    letter = bury(Origin(RAW, 2, offset, *made[1:]), service="tagger", stage="tag", error=ValueError("why"), now=NOW)
    return Found(DEAD, 0, 5, at, letter.key, letter.value, letter.headers)


def test_what_was_done_about_a_letter_is_a_step_and_other_letters_are_not():
    again = found(RAW, raw(), 3000, offset=7)
    again = again._replace(headers=(*again.headers, (REPLAY_OF, b"0:5")))
    way = steps([dead_article(1000), mark("replayed", 4), mark("purged", 5, "0:4"), mark("replaying", 2), again], None)
    assert [(s.step, s.revision) for s in way] == [("dead", 1), ("published", 1), ("replayed", 1)]
    assert way[1].replay_of == "0:5"
    assert way[2].origin == "news.dead 0:5"


def test_steps_say_how_long_they_waited_and_took():
    first = found(RAW, raw(), 1_000)
    parent = dict(first.headers)["traceparent"].decode()
    late = msgspec.structs.replace(tagged(), tagged_at=datetime(1970, 1, 1, 0, 0, 4, tzinfo=UTC))
    seen = found(TAGGED, late, 4_250, offset=9, parent=parent)
    there = document()
    there["_source"] |= {"indexed_at": "1970-01-01T00:00:05Z", "story": "told-first"}
    published, understood, indexed = steps([first, seen], there)
    assert (published.waited, published.took) == (None, 0)
    assert (understood.waited, understood.took) == (3.0, 0.25)
    assert (indexed.at.timestamp(), indexed.waited) == (5, 0.75)
    assert indexed.story == "told-first"


@pytest.mark.parametrize(
    ("records", "indexed", "outcome"),
    [
        ([found(RAW, raw(), 1)], None, {"1": "published"}),
        ([found(RAW, raw(), 1), found(TAGGED, tagged(), 2)], None, {"1": "tagged"}),
        ([found(RAW, raw(), 1), found(RAW, raw(2), 3)], document(), {"1": "indexed", "2": "published"}),
        ([found(RAW, raw(), 1), found(RAW, raw(2), 3)], document(2), {"1": "overtaken", "2": "indexed"}),
        ([found(RAW, raw(), 1), dead_article(2)], None, {"1": "dead"}),
        ([found(RAW, raw(), 1), dead_article(2), mark("purged", 2_000_000_000)], None, {"1": "purged"}),
        ([found(RAW, raw(), 1), dead_article(2), found(RAW, raw(), 9, offset=4)], None, {"1": "published"}),
        ([dead_article(2, 2)], document(), {"1": "indexed", "2": "dead"}),
    ],
)
def test_each_revision_has_exactly_one_outcome(records, indexed, outcome):
    way = steps(records, indexed)
    assert outcomes(way) == outcome
    assert summed(way).outcomes == outcome


def test_the_feed_that_brought_it_first_is_told():
    brought = msgspec.structs.replace(raw(), feed=Feed(url="https://n.invalid/f", title="机器之心"))
    assert steps([found(RAW, brought, 1)], None)[0].feed == "机器之心"


def test_an_address_is_as_good_as_its_articles_id():
    assert (
        identity("http://www.example.com/a/?utm_source=x")
        == article_id("https://example.com/a")
        == identity("https://example.com/a")
    )
    assert identity("09419c7358869c74") == "09419c7358869c74"

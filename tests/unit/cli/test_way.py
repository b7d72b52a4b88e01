from datetime import UTC, datetime

import msgspec
import pytest
from newsloom_cli.way import Found, standing, steps
from newsloom_schemas.codec import message
from newsloom_schemas.dead import Origin, bury
from newsloom_schemas.topics import DEAD, RAW, TAGGED, theme_topic
from newsloom_schemas.types import Evidence, RawArticle, TaggedArticle, Tagger, Theme

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

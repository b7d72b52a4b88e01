"""Messages carry their CloudEvents and trace headers; what is no message is refused with a reason."""

import re
from datetime import UTC, datetime

import pytest
from newsloom_schemas import codec
from newsloom_schemas.identity import article_id, seed_id
from newsloom_schemas.index import document_version
from newsloom_schemas.topics import expand
from newsloom_schemas.types import RawArticle, TaggedArticle, Tagger

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
RAW = RawArticle(id="a1", origin="push", title="题", content="据NVIDIA发布", fetched_at=NOW)
TAGGED = TaggedArticle(article=RAW, language="zh", themes=(), tagger=Tagger(version=7, taxonomy=1), tagged_at=NOW)


def headers(message):
    return {k: v.decode() for k, v in message.headers}


def test_value_is_plain_json_that_reads_back_the_same():
    message = codec.message("news.raw", RAW, source="ingestor", now=NOW)
    assert "据NVIDIA发布".encode() in message.value
    assert codec.decode(RawArticle, message.value) == RAW


def test_message_is_keyed_by_article_and_describes_itself():
    message = codec.message("news.tagged", TAGGED, source="tagger", now=NOW)
    assert message.key == b"a1"
    assert headers(message) | {"traceparent": ""} == {
        "ce_specversion": "1.0",
        "ce_id": "a1.1.7",
        "ce_type": "newsloom.tagged-article.v1",
        "ce_source": "/newsloom/tagger",
        "ce_time": "2026-11-24T08:00:00+00:00",
        "ce_subject": "a1",
        "ce_dataschema": "TaggedArticle.v1.json",
        "content-type": "application/json",
        "traceparent": "",
    }


def test_trace_goes_on_in_a_new_span():
    first = headers(codec.message("news.raw", RAW, source="ingestor", now=NOW))["traceparent"]
    second = headers(codec.message("news.tagged", TAGGED, source="tagger", now=NOW, parent=first))["traceparent"]
    assert first.split("-")[1] == second.split("-")[1]
    assert first.split("-")[2] != second.split("-")[2]


NONE = [
    "rubbish",
    "00-xyz-1-01",
    f"ff-{'a' * 32}-{'b' * 16}-01",
    f"00-{'0' * 32}-{'b' * 16}-01",
    f"00-{'a' * 32}-{'0' * 16}-01",
]


@pytest.mark.parametrize("parent", [None, "", *NONE])
def test_trace_starts_anew_where_the_parent_is_none(parent):
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-01", codec.child_trace(parent))
    assert codec.trace_of(parent) == ""


@pytest.mark.parametrize("parent", [f"00-{'a' * 32}-{'b' * 16}-00", f"cc-{'a' * 32}-{'b' * 16}-01-more"])
def test_a_trace_of_others_goes_on_sampled_or_not_and_in_later_versions(parent):
    assert codec.trace_of(parent) == "a" * 32
    assert codec.child_trace(parent).startswith(f"00-{'a' * 32}-")


@pytest.mark.parametrize("value", [None, b"", b"\xff\xfe\xfd", b"{", b"[]", b'{"id": 1}', b'{"title": "\xff"}', b"[" * 100_000])
def test_what_is_no_article_is_refused_in_words(value):
    with pytest.raises(codec.InvalidMessageError, match=r"^RawArticle: ."):
        codec.decode(RawArticle, value)


def test_unknown_fields_are_ignored_so_that_producers_may_add_some():
    later = codec.encode(RAW)[:-1] + b',"added_later":true}'
    assert codec.decode(RawArticle, later) == RAW


def test_last_header_of_a_name_counts_and_a_broken_one_is_none():
    assert codec.header([("a", b"1"), ("a", b"2")], "a") == "2"
    assert codec.header([("a", b"\xff")], "a") is None
    assert codec.header(None, "a") is None


def test_identities():
    assert seed_id("seeds/000_09419c7358869c74.txt") == "09419c7358869c74"
    assert re.fullmatch(r"[0-9a-f]{16}", article_id("https://news.example/"))
    with pytest.raises(ValueError, match=r"notes\.txt: a seed is named"):
        seed_id("notes.txt")


def test_an_edit_is_newer_than_any_retagging_of_what_it_replaced():
    assert document_version(1, 1) < document_version(1, 2) < document_version(2, 1)
    with pytest.raises(ValueError, match="below"):
        document_version(1, 1_000_000)


def test_theme_row_becomes_a_topic_for_each_theme():
    names = [t.name for t in expand(["chips", "talent"])]
    themes = ["news.theme.chips", "news.theme.talent"]
    last = ["news.dead", "news.feeds", "news.searches", "news.alerts"]
    assert names == ["news.raw", "news.backfill", "news.tagged", *themes, *last]

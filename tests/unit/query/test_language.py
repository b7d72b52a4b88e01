"""The language as a whole: whatever is typed is a query or a sentence, and a query written out is the same query."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from newsloom_query import QueryError, Seen, matches, parse, pointed, strict
from newsloom_schemas.types import RawArticle, TaggedArticle, Tagger

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SIGNS = st.sampled_from(
    [*'"“”「」|｜-－()（）*:：<>=＜＞≥., \n', " OR ", "NOT ", " ", " ", "theme:", "title:", "company:", "since:",
     "amount", "gpus", "lang:", "source:", "speaker:", "..", "1e9", "5", "bn", "USD", "亿美元", "$", "chips",
     "算力紧缺", "NVIDIA", "英伟达", "7d", "zh", "x", "算力", "GPT-4"]
)  # fmt: skip
TYPED = st.lists(SIGNS | st.text(max_size=3), max_size=14).map("".join)
RAW = RawArticle(id="a", origin="feed", title="NVIDIA 算力", content="x GPT-4 chips", fetched_at=NOW)
SEEN = Seen(TaggedArticle(article=RAW, language="zh", themes=(), tagger=Tagger(version=1, taxonomy=1), tagged_at=NOW))


@settings(max_examples=500, deadline=None)
@given(TYPED)
@example("\ud800 a")
@example("amount>1e999 USD")
@example("(" * 500)
@example("-(-(-a))")
@example("since:0001-01-01 until:9999-12-31")
@example("theme:chips>0.30000000000000004 amount=0.1 USD")
def test_whatever_is_typed_is_a_query_or_a_sentence_with_its_place(text):
    query, error = read(text)
    if error:
        assert 0 <= error.position <= len(text)
        assert "\n" not in error.sentence.replace(text, "")
        assert pointed(text, error.position).endswith("^")
        return
    assert parse(str(query), NOW) == query
    json.dumps(strict(query)).encode()
    found = matches(query, SEEN)
    assert found is None or all(m.text == getattr(RAW, m.field)[m.start : m.end] for m in found.spans)


def read(text):
    try:
        return parse(text, NOW), None
    except QueryError as error:
        return None, error


@pytest.mark.parametrize(
    "text", ["theme:算力紧缺>=0.5", "amount 1..5 bn USD", "-(a | b) c*", 'speaker:"Jensen Huang"', "until:2026-11-01"]
)
def test_a_query_can_be_written_out_and_read_again(text):
    assert parse(str(parse(text, NOW)), NOW) == parse(text, NOW)


def test_too_long_a_query_says_how_long_one_may_be():
    with pytest.raises(QueryError, match="at most 2,000 characters long, and this one is 2,001"):
        parse("x" * 2001, NOW)


def test_the_place_is_under_the_character_also_behind_chinese_ones_and_what_a_terminal_would_obey():
    assert pointed("算力 é\u0301\t(", 6) == "算力 é\u0301 (\n" + " " * 7 + "^"

"""What an alert shows of an article: the passages around what was found."""

from datetime import UTC, datetime
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from newsloom_notifier.passages import AROUND, LONGEST, MOST, passages
from newsloom_schemas.types import RawArticle

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def article(title="", content=""):
    return RawArticle(id="a", origin="feed", title=title, content=content, fetched_at=NOW)


def shown(title, content, *words):
    raw = article(title, content)
    found = [
        (field, at, at + len(word))
        for field in ("title", "content")
        for word in words
        for at in range(len(getattr(raw, field)))
        if getattr(raw, field).startswith(word, at)
    ]
    return [(p.field, p.text, [p.text[s.start - p.start : s.end - p.start] for s in p.found]) for p in passages(raw, found)]


def test_a_passage_is_the_sentence_around_what_was_found():
    text = "Nothing here. NVIDIA sells the H100 for $25,000.50 each. Nothing there."
    assert shown("", text, "H100") == [("content", "NVIDIA sells the H100 for $25,000.50 each.", ["H100"])]


def test_chinese_sentences_end_where_they_do():
    text = "今天无事。据NVIDIA发布，H100仍缺货！明天也无事。"
    assert shown("", text, "缺货") == [("content", "据NVIDIA发布，H100仍缺货！", ["缺货"])]


def test_what_stands_in_one_sentence_shares_a_passage_and_the_title_comes_first():
    text = "The H100 is short. The H200 and the H100 are not."
    assert shown("H100 and H200", text, "H100", "H200") == [
        ("title", "H100 and H200", ["H100", "H200"]),
        ("content", "The H100 is short.", ["H100"]),
        ("content", "The H200 and the H100 are not.", ["H200", "H100"]),
    ]


def test_without_sentences_a_passage_is_cut_a_little_around_it():
    ((_, text, _),) = shown("", "x" * 1000 + "H100" + "y" * 1000, "H100")
    assert text == "x" * AROUND + "H100" + "y" * AROUND


def test_passages_that_come_near_each_other_do_not_overlap():
    ((_, one, _), (_, other, _)) = shown("", "x" * 200 + "H100" + "y" * 150 + "H200" + "z" * 200, "H100", "H200")
    assert (one, other) == ("x" * AROUND + "H100" + "y" * AROUND, "y" * (150 - AROUND) + "H200" + "z" * AROUND)


def test_spans_that_overlap_are_one():
    ((_, _, found),) = shown("", "算力紧缺", "算力", "力紧", "紧缺")
    assert found == ["算力紧缺"]


def test_where_nothing_was_found_there_is_none():
    assert passages(article("H100", "H100"), []) == ()


TEXTS = st.text(st.sampled_from("ab .。!\n　é算😀"), max_size=300)


@settings(deadline=None)
@given(TEXTS, TEXTS, st.lists(st.tuples(st.sampled_from(["title", "content"]), st.integers(0, 299), st.integers(1, 30))))
def test_whatever_was_found_passages_are_stretches_of_the_article_with_their_spans_inside(title, content, found):
    raw = article(title, content)
    spans = [(f, a, min(a + n, len(getattr(raw, f)))) for f, a, n in found if a < len(getattr(raw, f))]
    made = passages(raw, spans)
    assert len(made) <= MOST
    assert bool(made) == bool(spans)
    for p in made:
        assert p.text == getattr(raw, p.field)[p.start : p.end]
        assert len(p.text) <= LONGEST + 2 * AROUND + 60
        assert all(p.start <= s.start < s.end <= p.end for s in p.found)
        assert all(a.end <= b.start for a, b in pairwise(p.found))
    for one, other in pairwise(made):
        assert one.field != other.field or one.end <= other.start


def test_a_word_that_is_everywhere_makes_no_endless_passage():
    made = passages(article("", "的" * 100_000), [("content", i, i + 1) for i in range(0, 100_000, 2)])
    assert len(made) == MOST
    assert max(len(p.text) for p in made) <= LONGEST + 2 * AROUND

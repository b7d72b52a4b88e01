"""What the pool is drawn with: the plain ranker, and how each index is asked."""

import pytest
from newsloom_cli import query
from newsloom_query import parse

from . import pooling, stream, ways


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("HBM4良率", ["hbm4", "良率"]),
        ("算力紧缺", ["算力", "力紧", "紧缺"]),
        ("卡", ["卡"]),
        ("$5bn, 70B", ["5bn", "70b"]),
        ("", []),
    ],
)
def test_chinese_is_read_in_pairs_and_english_in_words(text, terms):
    assert list(pooling.terms(text)) == terms


def test_the_plain_ranker_prefers_rare_words_and_short_articles_and_leaves_out_the_rest():
    texts = {"rare": "chips boar", "common": "chips chips", "long": "chips boar " + "and so on " * 20, "none": "salmon"}
    ranked = pooling.BM25(texts.items()).ranked("chips boar")
    assert ranked[0] == "rare"
    assert set(ranked) == {"rare", "common", "long"}
    assert ranked.index("rare") < ranked.index("long")


def test_what_stands_in_quotation_marks_is_a_phrase_for_peers_too():
    way = ways.Way("best_fields", "or", 3)
    match = ways.theirs('"fair use"', "cjk", way)["query"]["multi_match"]
    assert match == {"query": "fair use", "type": "phrase", "fields": ["title.cjk^3", "content.cjk"]}


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("or", {"operator": "or"}),
        ("and", {"operator": "and"}),
        ("75%", {"operator": "or", "minimum_should_match": "75%"}),
    ],
)
def test_a_way_says_how_many_words_must_occur(words, asked):
    match = ways.theirs("fair use", "cjk", ways.Way("cross_fields", words, 1))["query"]["multi_match"]
    assert match == {"query": "fair use", "type": "cross_fields", "fields": ["title.cjk^1", "content.cjk"], **asked}


def test_our_own_search_is_the_one_of_the_command_line():
    asked, measured = query.body(parse("算力 H100", stream.NOW), size=ways.SIZE, now=stream.NOW), ways.ours("算力 H100")
    assert {name: measured[name] for name in ("query", "sort", "size")} == {
        name: asked[name] for name in ("query", "sort", "size")
    }

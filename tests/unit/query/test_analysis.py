"""The terms of a text, where no engine is needed to know them; tests/query compares with Elasticsearch at large."""

import pytest
from newsloom_query import analysis
from newsloom_query.porter import stem


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("H100卡紧缺", ["h100", "卡紧", "紧缺"]),
        ("輝達ＧＰＵ", ["辉达", "gpu"]),
        ("GPT-4's Running", ["gpt", "4", "s", "running"]),
        ("U.S. 1,000 3.5bn x_y don't ABC's", ["u.s", "1,000", "3.5bn", "x_y", "don't", "abc"]),
        ("café straße", ["cafe", "strasse"]),
        ("ｶﾞｽ 한국어 人 民", ["ガス", "한국", "국어", "人", "民"]),
        ("AI🚀 boom", ["ai", "🚀", "boom"]),
        ("x" * 300, ["x" * 255, "x" * 45]),
        ("“…” —", []),
    ],
)
def test_a_text_has_the_terms_that_the_index_has(text, terms):
    assert [t.plain for t in analysis.tokens(text)] == terms


def test_a_term_says_where_it_is_from():
    text = "輝達：H100仍缺货"
    assert [text[t.start : t.end] for t in analysis.tokens(text)] == ["輝達", "H100", "仍缺", "缺货"]


@pytest.mark.parametrize(
    ("word", "stemmed"),
    [("running", "run"), ("ponies", "poni"), ("generalization", "gener"), ("possibly", "possibl"), ("logically", "logic"),
     ("agreed", "agre"), ("feed", "feed"), ("sized", "size"), ("falling", "fall"), ("hopping", "hop"), ("sky", "sky"),
     ("happy", "happi"), ("controll", "control"), ("adoption", "adopt"), ("is", "is"), ("sssss", "sssss"), ("算力", "算力")],
)  # fmt: skip
def test_words_have_the_stems_of_the_index(word, stemmed):
    assert stem(word) == stemmed

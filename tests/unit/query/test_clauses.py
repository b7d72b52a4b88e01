import json
from datetime import UTC, datetime

import pytest
from newsloom_query import clauses, filters, parse
from newsloom_query.meant import units


def read(text):
    return parse(text, datetime(2026, 11, 1, tzinfo=UTC)).root


def asked(text):
    return clauses.query(read(text))["bool"]


def dumped(clause):
    return json.dumps(clause, ensure_ascii=False)


def test_a_quoted_phrase_must_occur_as_it_stands_and_brings_no_other_words():
    [must] = asked('"合理使用"')["must"]
    assert must["bool"]["filter"] == [filters.phrase("合理使用")]
    assert must["bool"]["should"][0]["multi_match"]["type"] == "phrase"
    assert "fair use" not in dumped(asked('"合理使用"'))


def test_no_article_with_the_phrase_is_far_behind_one_that_is_full_of_it():
    [constant] = asked('"合理使用"')["should"]
    assert constant["match_all"]["boost"] == clauses.THERE + clauses.MOST


def test_a_short_alternative_weighs_as_much_as_a_long_one():
    long, short = clauses.query(read("GPU shortage Texas zebra | NVDA"))["dis_max"]["queries"]
    assert (long["bool"]["boost"], short["bool"]["boost"]) == (0.25, 1)


def test_what_is_excluded_must_not_occur():
    assert asked("GPU -bitcoin -theme:chips")["must_not"] == [filters.words("bitcoin"), {"term": {"tags": "chips"}}]


def test_fields_cut_and_do_not_rank():
    assert asked("GPU since:2026-10-01 lang:zh") | {"filter": []} == asked("GPU")
    assert len(asked("GPU since:2026-10-01 lang:zh")["filter"]) == 2


def test_one_of_a_group_must_be_there_and_ranks():
    _, group = asked('"fair use" (NVIDIA | AMD)')["must"]
    assert [q["bool"]["must"] != [] for q in group["dis_max"]["queries"]] == [True, True]


@pytest.mark.parametrize(
    ("text", "does"), [("GPU", True), ("theme:chips", False), ("-GPU since:1d", False), ("lang:zh | a*", True)]
)
def test_a_question_ranks_that_has_words(text, does):
    assert clauses.ranks(read(text)) is does


def test_one_of_the_words_must_be_there():
    [one_of] = asked("GPU zebra")["must"]
    assert len(one_of["bool"]["should"]) == 2


def test_both_of_two_words_come_before_one_of_them():
    most = asked("GPU zebra")["should"][0]["constant_score"]
    assert most["filter"]["bool"]["minimum_should_match"] == "2<60%"
    assert most["boost"] > clauses.THERE * 2


def test_where_one_word_is_most_of_them_nothing_is_asked_twice():
    for text in ("GPU", "GPU zebra yak"):
        most = asked(text)["should"][0]["constant_score"]
        assert most["filter"] == {"match_all": {}}
    for text in (
        "zebra",
        "GPU zebra yak heron",
        "GPU zebra yak heron lion",
    ):  # zebra may be mistyped, alone it then is not there
        most = asked(text)["should"][0]["constant_score"]
        assert most["filter"] != {"match_all": {}}


def test_a_synonym_counts_less_and_one_of_more_words_no_more():
    [unit] = units("大模型")
    boosts = {c["multi_match"]["query"]: c["multi_match"]["boost"] for c in clauses.said(unit)}
    assert boosts["大模型"] == 1 > boosts["llm"] > boosts["large language model"]


def test_other_names_count_only_where_the_tagger_found_who_is_meant():
    [unit] = units("甲骨文")
    _, others = clauses.said(unit)
    assert others["bool"]["filter"] == {"term": {"entities.id": "Q19900"}}


def test_a_mistyped_latin_word_is_looked_for_and_known_or_chinese_ones_are_not():
    assert "fuzziness" in dumped(asked("Nvidea"))
    assert "fuzziness" not in dumped(asked("Nvidia robots 寒武记 GPU"))


def test_a_sum_is_looked_for_as_a_number():
    assert '"amounts.currency": "USD"' in dumped(asked("五十亿美元"))


def test_marked_are_the_words_and_not_the_pairs_of_characters_or_what_is_like_them():
    marked = dumped(clauses.found(read("acelerator 大模型")))
    assert "fuzziness" not in marked
    assert "large language model" in marked
    assert "acelerator 大模型" not in marked


def test_a_whole_article_as_a_question_makes_no_endless_query():
    text = " ".join(f"word{n}" for n in range(200))
    assert len(asked(text)["must"][0]["bool"]["should"]) == clauses.UNITS


@pytest.mark.parametrize("text", ["-GPU", "a | b", "f(x)"])
def test_whatever_is_typed_makes_a_query(text):
    assert clauses.query(read(text))

import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsloom_query import lexicon
from newsloom_query.meant import units

NVIDIA = "Q182477"


def said(text):
    return [unit.text for unit in units(text)]


def entities(text):
    return [unit.entity for unit in units(text) if unit.entity]


@pytest.mark.parametrize("name", ["英伟达", "輝達", "NVIDIA", "nvidia", "ＮＶＩＤＩＡ", "NVDA"])
def test_a_company_is_the_same_in_every_spelling(name):
    [unit] = units(name)
    assert unit.entity == NVIDIA
    assert {"nvidia", "英伟达", "辉达"} <= {unit.text, *unit.others}


@pytest.mark.parametrize(("text", "meant"), [("Apple", True), ("apple pie", False), ("苹果 种植", False), ("苹果 手机", True)])
def test_a_name_with_other_meanings_counts_where_case_and_words_allow(text, meant):
    assert ("Q312" in entities(text)) is meant


def test_a_name_within_a_longer_word_is_none():
    assert entities("metadata") == []


@pytest.mark.parametrize(
    ("text", "meant"),
    [("MU", True), ("buy $MU now", True), ("688256", True), ("mu", False), ("MU particle", False), ("AI", False)],
)
def test_a_short_ticker_is_one_after_a_dollar_or_alone_and_else_a_word(text, meant):
    assert bool(entities(text)) is meant


def test_words_of_the_trade_bring_those_of_the_other_language_and_script():
    [memory, price] = units("記憶體 漲價")
    assert {"内存", "memory", "dram"} <= set(memory.others)
    assert "price increase" in price.others


@pytest.mark.parametrize("text", ["robot", "robots", "機器人"])
def test_a_plural_is_known_too(text):
    assert "humanoid" not in said(text)
    assert {"robot", "机器人"} <= {*units(text)[0].others, units(text)[0].text} | {"robot"}


def test_the_longest_known_word_is_meant():
    assert said("人形機器人") == ["人形机器人"]


@pytest.mark.parametrize("sum_", ["五十亿美元", "50亿美元", "$5bn", "$5 billion", "５０億美元"])
def test_a_sum_is_the_same_however_it_is_written(sum_):
    [unit] = units(sum_)
    assert unit.figure == ("amounts", "currency", "USD", 5e9)


def test_a_quantity_too():
    assert units("1.2GW")[0].figure == units("一点二吉瓦")[0].figure is not None


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("How can publishers charge AI crawlers?", ["publishers", "charge", "crawlers"]),
        ("谁在做HBM的封装设备？", ["hbm", "封装", "设备"]),
    ],
)
def test_a_question_is_asked_by_what_it_is_about(question, wanted):
    assert said(question) == wanted


@pytest.mark.parametrize("text", ["the who", "什么", "AI"])
def test_a_question_of_nothing_but_such_words_asks_for_them(text):
    assert said(text)


@pytest.mark.parametrize("text", ["商业化", "monetization", "Commercialization", "變現"])
def test_a_theme_is_named_in_words_of_both_languages(text):
    assert units(text)[0].theme == "commercialization"


def test_a_phrase_that_few_rules_of_the_themes_look_for_knows_them():
    assert ("open-models", "open weights") in units("开放权重")[0].rules


def test_what_is_asked_twice_counts_once():
    assert said("chips Chips 芯片") == ["chips", "芯片"]


def test_no_word_of_the_glossary_stands_twice_in_one_line_or_alone():
    lines = [line for group in lexicon.data("glossary.yaml").values() for line in group]
    assert all(isinstance(word, str) for line in lines for word in line)
    assert [line for line in lines if len(set(line)) < max(2, len(line))] == []


@given(st.text(max_size=80))
def test_whatever_is_typed_means_something_or_nothing(text):
    assert all(unit.text for unit in units(text))

"""A fingerprint is of the words: script, case, width, spaces and marks count for nothing, their order does."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsloom_schemas.stories import FIGURES, SAMPLE, common
from newsloom_tagger import fingerprint
from newsloom_tagger.fold import fold

CHINESE = "据英伟达发布，H100芯片仍然缺货，价格达到3.5万美元，交付周期延长到11个月，客户排队等待。" * 2
ENGLISH = "The lab said on Monday that its H100 order of 3,200 chips would slip by 11 months, and the price rose 12.5 percent."


def of(content, title="t"):
    return fingerprint.of(fold(title), fold(content))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("據英偉達發佈，H100晶片仍然缺貨，價格達到３.５萬美元", "据英伟达发布 h100晶片仍然缺货……价格达到3.5万美元！"),
        (ENGLISH, ENGLISH.upper().replace(" ", "\n").replace(",", " —")),
    ],
)
def test_script_case_width_spaces_and_marks_count_for_nothing(one, other):
    assert of(one).text == of(other).text


def test_the_order_of_words_counts_and_that_of_paragraphs_hardly():
    words = ENGLISH.split()
    assert common(of(ENGLISH).text, of(" ".join(reversed(words))).text, SAMPLE).shared == 0
    first, second = ENGLISH, "Analysts who had counted on the second half called the news a blow, and cut what they expect."
    turned = common(of(f"{first}\n{second}").text, of(f"{second}\n{first}").text, SAMPLE)
    assert turned.alike > 0.7


def test_a_text_of_a_few_words_has_none():
    assert of("") is None
    assert of("仍缺货。") is None
    assert of("a b c d e f g h i j k l m n o") is None
    assert of("a b c d e f g h i j k l m n o p") is not None


def test_numbers_are_kept_with_what_they_are_of():
    figures = fingerprint.numbers(fold("在2025年，12%的、3,245.12点 5亿 GPT-4 H100 1999 20000 people 11月4日; Q3 1.5bn ８％"))
    assert figures == ["12%", "3245.12点", "5亿", "20000p", "11月", "4日", "1.5b", "8%"]


def test_the_title_is_known_by_its_words():
    assert of(ENGLISH, "GPUs: sold out!").title == of(ENGLISH, "gpus sold out").title
    assert of(ENGLISH, "GPUs: sold out!").title != of(ENGLISH, "GPUs: sold").title


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.Example.com/a", "example.com"),
        ("http://m.example.com:8080/", "example.com"),
        ("https://news.example.com", "news.example.com"),
        ("http://[", ""),
        ("no address", ""),
    ],
)
def test_the_site_is_the_host_as_readers_know_it(url, host):
    assert fingerprint.site(url) == host


def test_without_an_address_there_is_no_site():
    assert fingerprint.at(of(ENGLISH), None).site == ""
    assert fingerprint.at(None, "https://example.com") is None
    assert fingerprint.at(of(ENGLISH), "https://example.com/1").site == "example.com"


@given(st.text(), st.text(alphabet=st.characters(codec=None), max_size=400))
def test_any_text_will_do(title, content):
    found = of(content, title)
    if found:
        assert list(found.text) == sorted(set(found.text))
        assert 0 < len(found.text) <= SAMPLE
        assert len(found.figures) <= FIGURES
        assert 0 <= found.text[0] <= found.text[-1] < 2**40


def test_a_book_takes_no_longer_than_its_first_hundred_thousand_characters():
    started = time.perf_counter()
    assert of(CHINESE * 100_000) is not None
    assert time.perf_counter() - started < 5

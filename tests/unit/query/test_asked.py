import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsloom_query.asked import Asked, read


def test_words_are_free_and_quoted_ones_a_phrase():
    assert read('gross "fair use" margin') == (Asked("gross margin", phrases=("fair use",)),)


@pytest.mark.parametrize("text", ["“供不应求”", "「供不应求」", "＂供不应求＂", '"供不应求"'])
def test_quotes_are_quotes_on_every_keyboard(text):
    assert read(text) == (Asked("", phrases=("供不应求",)),)


def test_a_minus_excludes_a_word_or_phrase_and_is_part_of_a_word_elsewhere():
    assert read('GPU-cluster -bitcoin -"fair use"') == (Asked("GPU-cluster", without=("bitcoin", "fair use")),)


def test_a_star_is_any_ending():
    assert read("chip smuggl*") == (Asked("chip", endings=("smuggl",)),)


def test_a_bar_parts_alternatives_but_not_within_quotes():
    assert read('NVDA | "a|b" AMD') == (Asked("NVDA"), Asked("AMD", phrases=("a|b",)))


def test_a_quotation_mark_without_its_other_half_is_none():
    assert read('the "gross margin') == (Asked("the gross margin"),)


@pytest.mark.parametrize("text", ["?!", '""', "|", "- *", "   "])
def test_what_says_nothing_is_asked_as_it_is(text):
    assert read(text) == (Asked(text.strip()),)


@given(st.text())
def test_whatever_is_typed_can_be_read(text):
    assert read(text)

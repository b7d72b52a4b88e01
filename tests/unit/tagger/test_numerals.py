"""Numbers are read as a person reads them, and what is no number is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsloom_tagger import numerals


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("三亿五千万", 350_000_000), ("两千万", 20_000_000), ("一百二", 120), ("三万五", 35_000), ("一千零五", 1005),
        ("十五", 15),
        ("1.2万亿", 1_200_000_000_000), ("1亿2000万", 120_000_000), ("20亿5,000万", 2_050_000_000), ("三点五亿", 350_000_000),
        ("二十亿零五百万", 2_005_000_000), ("1.9兆", 1_900_000_000_000), ("壹佰万", 1_000_000), ("1.1亿", 110_000_000),
        ("百亿", 10**10),
    ],
)  # fmt: skip
def test_chinese_numbers(text: str, value: int) -> None:
    assert numerals.chinese(text) == value


@pytest.mark.parametrize("text", ["", "二〇二四", "一10", "元", "点五", "3.5.2"])
def test_what_is_no_chinese_number(text: str) -> None:
    assert numerals.chinese(text) is None


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("two hundred and fifty", 250), ("half a million", 500_000), ("3.2 trillion", 3_200_000_000_000),
        ("a billion", 10**9),
        ("twenty-five thousand", 25_000), ("1,40,000", 140_000), ("2.5 lakh", 250_000), ("a hundred thousand", 100_000),
    ],
)  # fmt: skip
def test_english_numbers(words: str, value: int) -> None:
    assert numerals.english(words) == value


def test_words_that_are_no_number() -> None:
    assert numerals.english("many thousand") is None


@given(st.integers(1, 10**15 - 1))
def test_western_digits_are_exact(number: int) -> None:
    assert numerals.western(f"{number:,}") == number
    assert numerals.chinese(str(number)) == number

"""Known strings are found by their hashes, all of them, and nothing else."""

from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from newsloom_tagger import hashing
from newsloom_tagger.fold import encoded
from newsloom_tagger.hashing import Known, digits, hashed, powers

texts = st.text(st.sampled_from("ab \x00芯片") | st.characters(codec="utf-8"), max_size=40)


@given(texts)
def test_windows_hash_as_the_strings_in_them_do(text: str) -> None:
    windows = list(powers(6).windows(digits(encoded(text)), 5))
    assert len(windows) == min(5, len(text))
    for size, hashes in enumerate(windows, 1):
        assert hashes.tolist() == [hashed(text[at : at + size]) for at in range(len(text) - size + 1)]


@given(texts, st.data())
def test_stretches_hash_as_the_strings_in_them_do(text: str, data: st.DataObject) -> None:
    spans = data.draw(st.lists(st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).map(sorted), max_size=9))
    starts, ends = (np.array([span[n] for span in spans], np.intp) for n in (0, 1))
    sums = powers(6).sums(digits(encoded(text)))
    assert powers(6).stretches(sums, starts, ends).tolist() == [hashed(text[start:end]) for start, end in spans]


@settings(max_examples=50)
@given(st.lists(texts.filter(bool), unique=True, min_size=1, max_size=200), st.lists(texts.filter(bool), max_size=50))
def test_known_strings_are_found_and_others_are_not(strings: list[str], others: list[str]) -> None:
    asked = [*others, *strings]
    rows, numbers = Known(strings).find(np.array([hashed(s) for s in asked], np.uint64))
    expected = [(row, strings.index(s)) for row, s in enumerate(asked) if s in strings]
    assert list(zip(rows.tolist(), numbers.tolist(), strict=True)) == expected


def test_tens_of_thousands_of_strings_have_a_place_each() -> None:
    strings = [str(n) for n in range(20_000)]
    rows, numbers = Known(strings).find(np.array([hashed(s) for s in strings], np.uint64))
    assert rows.tolist() == numbers.tolist() == list(range(20_000))


def test_characters_of_no_worth_count_all_the_same() -> None:
    assert len({hashed("a"), hashed("a\x00"), hashed("\x00a"), hashed("\x00")}) == 4


def test_two_strings_of_one_hash_are_refused() -> None:
    with patch.object(hashing, "hashed", return_value=7), pytest.raises(ValueError, match="same hash"):
        Known(["one", "two"])

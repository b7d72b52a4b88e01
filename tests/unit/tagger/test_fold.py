"""Folding makes scripts and cases comparable and moves nothing."""

import re
import sys

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from newsloom_tagger.fold import ASSIGNED, CASED, CODES, decoded, encoded, fold, table


def test_both_scripts_cases_and_widths_are_one() -> None:
    assert fold("輝達、臺積電與ＮＶＩＤＩＡ的Ｈ１００，瞭解著") == "辉达、台积电与nvidia的h100，了解着"


def test_every_character_folds_to_one_that_folds_no_further() -> None:
    for code in range(sys.maxunicode + 1):
        folded = fold(chr(code))
        assert len(folded) == 1
        assert fold(folded) == folded, hex(code)


def test_a_character_folds_the_same_wherever_it_stands() -> None:
    assert fold("ΟΔΟΣ ΟΔΟΣ.") == fold("οδος οδοσ.")


@given(st.text(st.characters(codec=None), max_size=200))
def test_offsets_stay(text: str) -> None:
    assert len(fold(text)) == len(text)


def test_nothing_beyond_the_cased_letters_has_a_case() -> None:
    assert all(chr(code).lower() == chr(code) for code in range(CASED, sys.maxunicode + 1))


def test_nothing_beyond_the_assigned_code_points_is_to_be_read() -> None:
    assert not re.search(r"[\w\s]", decoded(np.arange(ASSIGNED, CODES, dtype=np.uint32)))


def test_thousands_of_traditional_characters_are_known() -> None:
    assert len(table()) > 4000


@given(st.text(st.characters(codec=None), max_size=50))
def test_code_points_are_the_text(text: str) -> None:
    assert decoded(encoded(text)) == text
    assert encoded(text).tolist() == list(map(ord, text))

"""What is an edit that a reader would care about, and what is only noise."""

import time

import pytest
from newsloom_ingestor import edits

TEXT = "NVIDIA raised its outlook on Tuesday. Shares rose 4.2%. 公司称，H100仍然缺货。"


@pytest.mark.parametrize(
    "after",
    [
        TEXT,
        TEXT.replace(" ", "  \n"),
        TEXT.replace("H100", "Ｈ１００"),
        TEXT.replace(".", " .").replace("4 .2", "4.2"),
        f"“{TEXT}”",
        TEXT.upper(),
    ],
)
def test_marks_spaces_width_and_case_are_no_edit(after):
    assert edits.digest("t", after) == edits.digest("T", TEXT)


@pytest.mark.parametrize(
    "after", [TEXT.replace("4.2", "4.3"), TEXT.replace("仍然", "不再"), TEXT + " More.", TEXT.replace("%", "")]
)
def test_words_and_numbers_are_edits(after):
    assert edits.digest("t", after) != edits.digest("t", TEXT)


def test_the_diff_names_the_sentences_that_changed_and_no_others():
    after = TEXT.replace("4.2", "4.3")
    change = edits.change(("Title", TEXT), ("Title", after))
    assert change.diff.splitlines()[3:] == ["-Shares rose 4.2%.", "+Shares rose 4.3%."]
    assert "H100" not in change.diff
    assert 0.2 < change.share < 0.5


def test_a_title_is_compared_too_and_a_new_text_is_all_changed():
    assert "+New title" in edits.change(("Old title", TEXT), ("New title", TEXT)).diff
    assert edits.change(("a", "b"), ("c", "d")).share == 1.0
    assert edits.change(("", ""), ("", "")) == edits.Change(0.0, "")


def test_a_long_diff_is_cut_and_says_so():
    change = edits.change(("", "x" * 30_000), ("", "y" * 30_000))
    assert len(change.diff) <= edits.DIFF_LIMIT
    assert change.diff.endswith("… (the diff is longer)\n")


def test_texts_of_any_size_are_compared_in_bounded_time():
    one, other = "\n".join(f"line {n % 7}" for n in range(1900)), "\n".join(f"line {n % 5}" for n in range(1900))
    started = time.perf_counter()
    edits.change(("", one), ("", other))
    edits.change(("", "a. " * 300_000), ("", "b. " * 300_000))
    assert time.perf_counter() - started < 5


def test_only_a_text_of_some_length_is_one_of_a_kind():
    assert edits.fingerprint("Watch the video.") is None
    assert edits.fingerprint(TEXT * 4) == edits.fingerprint(f"  {TEXT * 4}\n") != edits.fingerprint(TEXT * 5)
    assert edits.digest("\ud800", "\udfff")

"""Counters in commit metadata."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsloom_indexer import counters
from newsloom_indexer.bulk import Outcome
from newsloom_indexer.counters import Counters

COUNTS = st.builds(Counters, *[st.integers(0, 2**62)] * 6)


@given(COUNTS)
def test_what_is_committed_is_read_back(counts):
    assert counters.decode(counters.encode(counts)) == counts


def test_the_form_is_that_which_the_ledger_reads():
    written = '{"indexed":1,"duplicate":2,"stale":3,"rejected":4,"expired":5,"retagged":6}'
    assert counters.encode(Counters(1, 2, 3, 4, 5, 6)) == written


@pytest.mark.parametrize("metadata", [None, "", "x", "[]", "7", '{"indexed":"a"}', '{"indexed":-1}', '{"other":1}', "{"])
def test_metadata_of_another_hand_counts_as_nothing(metadata):
    assert counters.decode(metadata) == Counters()


def test_a_commit_of_an_earlier_version_has_not_counted_what_it_did_not_know():
    assert counters.decode('{"indexed":1,"duplicate":2,"stale":3,"rejected":4}') == Counters(1, 2, 3, 4, 0)


def test_a_later_version_may_add_names():
    assert counters.decode('{"indexed":5,"skipped":1}') == Counters(indexed=5)


@given(COUNTS, st.lists(st.sampled_from(["indexed", "duplicate", "stale", "rejected", "expired", "retagged"])))
def test_every_outcome_counts_once(before, outcomes):
    after = before.plus(Outcome(o) for o in outcomes)
    assert sum(after) - sum(before) == len(outcomes)

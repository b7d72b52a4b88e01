"""Lists that are neither too long nor too large, with everything in its order."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from newsloom_common.batching import batches


@given(st.lists(st.integers(0, 12)), st.integers(1, 4), st.integers(0, 20))
def test_nothing_is_lost_or_moved_and_no_list_has_room_left_for_what_follows(sizes, most, most_bytes):
    found = list(batches(iter(sizes), int, most, most_bytes))

    assert [size for batch in found for size in batch] == sizes
    assert all(len(batch) == 1 or (len(batch) <= most and sum(batch) <= most_bytes) for batch in found)
    for batch, after in pairwise(found):
        assert len(batch) == most or sum(batch) + after[0] > most_bytes


def test_a_list_is_had_before_what_follows_its_successor_is_asked_for():
    asked = []

    next(batches((asked.append(n) or n for n in range(9)), int, 2, 100))

    assert asked == [0, 1, 2]

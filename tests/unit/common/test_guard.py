"""When dead letters are too many to be the articles' own fault."""

import pytest
from newsloom_common.guard import Guard, TooManyDeadError

GOOD, BAD = (False, ""), (True, "no such field")


def test_a_few_bad_records_among_good_ones_pass():
    guard = Guard(0.5, 10)
    for _ in range(20):
        guard.check([GOOD, GOOD, GOOD, BAD, BAD])


def test_more_than_the_ratio_stops_and_says_why_and_what_to_do():
    guard = Guard(0.5, 10)
    guard.check([GOOD] * 5 + [BAD] * 5)
    with pytest.raises(TooManyDeadError, match=r"6 of the last 10 .* no such field.*NEWSLOOM_DEAD_RATIO"):
        guard.check([BAD])


def test_the_first_records_alone_prove_nothing():
    Guard(0.5, 10).check([BAD] * 9)


def test_a_bad_stretch_inside_one_large_batch_is_noticed():
    with pytest.raises(TooManyDeadError):
        Guard(0.5, 10).check([BAD] * 10 + [GOOD] * 100)


def test_a_ratio_of_one_lets_everything_through():
    Guard(1.0, 10).check([BAD] * 50)

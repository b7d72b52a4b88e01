"""What set-up sees between a wanted and a found index."""

import pytest
from newsloom_setup import Report
from newsloom_setup.index import merge, unlike


@pytest.mark.parametrize(
    ("wanted", "found", "names"),
    [
        ({}, {"a": "1"}, []),
        ({"a": 1, "b": True, "c": ["x", 2]}, {"a": "1", "b": "true", "c": ["x", "2"]}, []),
        ({"a": {"b": 1}}, {}, ["a.b"]),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": "1", "c": "3"}}, ["a.c"]),
        ({"a": {"b": 1}}, {"a": "1"}, ["a.b"]),
        ({"a": ["x", "y"]}, {"a": ["y", "x"]}, ["a"]),
    ],
)
def test_differences_are_named_and_what_is_more_there_is_the_users_own(wanted, found, names):
    assert unlike(wanted, found) == names


def test_reports_are_joined_in_order():
    reports = [Report(created=("a",)), Report(kept=("b",), warnings=("w",)), Report(created=("c",))]
    assert merge(reports) == Report(("a", "c"), (), ("b",), ("w",))

from datetime import UTC, datetime, timedelta, timezone

import pytest
from newsloom_common import moments, near

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("7d", NOW - timedelta(days=7)),
        (" 2W ", NOW - timedelta(weeks=2)),
        ("90m", NOW - timedelta(minutes=90)),
        ("12h", NOW - timedelta(hours=12)),
        ("2026-11-01", datetime(2026, 11, 1, tzinfo=UTC)),
        ("2026-11-01T08:00:00+08:00", datetime(2026, 11, 1, 8, tzinfo=timezone(timedelta(hours=8)))),
        ("2026-11-01T08:00Z", datetime(2026, 11, 1, 8, tzinfo=UTC)),
    ],
)
def test_since_takes_spans_and_dates(text, moment):
    assert moments.since(text, NOW) == moment


@pytest.mark.parametrize("text", ["", "yesterday", "7", "d", "7y", "-7d", "7.5d", "2026-13-01", "７d"[1:] + "７"])
def test_anything_else_is_refused_with_the_forms_that_are_taken(text):
    with pytest.raises(ValueError, match=r"neither a span \(30m, 12h, 7d, 2w\) nor a date"):
        moments.since(text, NOW)


@pytest.mark.parametrize(
    ("text", "moment"),
    [("2026-11-01", datetime(2026, 11, 1, 23, 59, 59, 999_000, UTC)),
     ("2026-11-01T08:00Z", datetime(2026, 11, 1, 8, tzinfo=UTC)),
     ("7d", NOW - timedelta(days=7)), ("9999-12-31", datetime(9999, 12, 31, tzinfo=UTC))],
)  # fmt: skip
def test_until_a_day_is_with_that_day(text, moment):
    assert moments.until(text, NOW) == moment


@pytest.mark.parametrize("text", ["0001-01-01T00:00+23:59", "9999-12-31T23:59-23:59"])
def test_a_time_before_all_times_is_refused(text):
    with pytest.raises(ValueError, match="neither a span"):
        moments.since(text, NOW)


KNOWN = ("chips", "compute-scarcity", "consumer-apps", "agents", "open-models", "model-race", "model-releases")


@pytest.mark.parametrize(
    ("word", "meant"),
    [("compute", "compute-scarcity"), ("chip", "chips"), ("agnets", "agents"), ("Open-Models", "open-models"),
     ("model", "model-race")],
)  # fmt: skip
def test_a_word_that_is_not_known_names_the_ones_it_may_have_meant(word, meant):
    assert near.nearest(word, KNOWN)[0] == meant
    assert near.unknown("theme", word, KNOWN, "?").startswith(f"unknown theme '{word}': did you mean {meant}")


@pytest.mark.parametrize("word", ["", "zzzzzz", "算力"])
def test_a_word_like_none_of_them_says_where_they_are_listed(word):
    assert near.unknown("theme", word, KNOWN, "look there") == f"unknown theme {word!r}: look there"

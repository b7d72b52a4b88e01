"""Dates as feeds write them → UTC, and what was wrong with them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsloom_ingestor.dates import Dated, judge, read

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("Mon, 23 Nov 2026 10:00:00 +0800", 2),
        ("Fri, 23 Nov 2026 10:00:00 +0800", 2),  # it was a Monday
        ("23 Nov 26 10:00 EST", 15),
        ("Mon, 23 November 2026 10:00:00 GMT+8", 2),
        ("Mon, 23 Nov 2026 10:00:00 UTC+08:00", 2),
        ("Mon, 23 Nov, 2026 10:00:00 CEST", 8),
        ("Mon,23 Nov 2026 10:00:00 -0000", 10),
        ("Mon, 23 Nov 2026 10:00:00 Etc/GMT", 10),
        ("2026-11-23T10:00:00+08:00", 2),
        ("2026-11-23T10:00:00.123456Z", 10),
        ("2026-11-23 10:00:00 +0800", 2),
        ("20261123T100000Z", 10),
        ("Mon Nov 23 10:00:00 +0000 2026", 10),
        ("Mon Nov 23 10:00:00 PST 2026", 18),
        ("Mon Nov 23 2026 10:00:00 GMT+0800 (China Standard Time)", 2),
        ("Nov 23, 2026 at 3:00 PM EST", 20),
        ("Mon, 2026/11/23 10:00:00 EDT", 14),
        ("周一, 23 十一月 2026 10:00:00 +0800", 2),
        ("1795428000", 10),
        ("1795428000000", 10),
        ("2026-11-22T24:00:00Z", 0),
        ("  2026-11-23T10:00:60Z\n", 10),
    ],
)
def test_dates_with_a_zone_mean_one_moment(written, hour):
    found = read(written)
    assert found.zoned
    assert (found.time.date(), found.time.hour) == (utc(2026, 11, 23).date(), hour)
    assert read(written, chinese=True) == found


@pytest.mark.parametrize(
    ("written", "local"),
    [
        ("2026-11-24 10:00", utc(2026, 11, 24, 10)),
        ("2026-11-24T10:00:30", utc(2026, 11, 24, 10, 0, 30)),
        ("2026/11/24 10:00:00", utc(2026, 11, 24, 10)),
        ("2026年11月24日 10:00", utc(2026, 11, 24, 10)),
        ("2026年11月24日 星期二 下午3:05", utc(2026, 11, 24, 15, 5)),
        ("2026年1月2日10时30分", utc(2026, 1, 2, 10, 30)),
        ("2026年11月24日", utc(2026, 11, 24)),
        ("2026년 11월 24일 오후 01:31:15", utc(2026, 11, 24, 13, 31, 15)),
        ("November 24, 2026 3:00 pm", utc(2026, 11, 24, 15)),
        ("Nov 24, 2026", utc(2026, 11, 24)),
        ("11/24/2026 12:05:00 AM", utc(2026, 11, 24, 0, 5)),
        ("24-Nov-2026 10:00", utc(2026, 11, 24, 10)),
        ("Tue Nov 24 10:00:00 2026", utc(2026, 11, 24, 10)),
        ("Tue, 24 Nov 2026 10:00:00 +9999", utc(2026, 11, 24, 10)),
        ("Tue, 24 Nov 2026 10:00:00 EAST", utc(2026, 11, 24, 10)),
        ("2026-11-24", utc(2026, 11, 24)),
        ("2026-11", utc(2026, 11, 1)),
    ],
)
def test_dates_without_a_zone_are_utc_and_in_chinese_feeds_china_s(written, local):
    assert read(written) == (local, False)
    assert read(written, chinese=True) == (local - timedelta(hours=8), False)


def test_cst_is_china_s_in_a_chinese_feed():
    assert read("Tue Nov 24 10:00:00 CST 2026").time.hour == 16
    assert read("Tue Nov 24 10:00:00 CST 2026", chinese=True).time.hour == 2


@pytest.mark.parametrize(
    "written",
    ["", "yesterday", "3小时前", "0000-00-00T00:00:00Z", "2026-02-31", "2026-13-01", "2026-11-24T25:00:00Z",
     "13/24/2026 1:00 PM", "24/11/2026", "9999-12-31T23:59:59-10:00", "0001-01-01T00:00:00+08:00", "26-11-24", "12345"],
)  # fmt: skip
def test_what_is_no_date_is_none(written):
    assert read(written) is None


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (("2026-11-24T10:00:00Z",), Dated(utc(2026, 11, 24, 10))),
        (("2026-11-24T10:00:00",), Dated(utc(2026, 11, 24, 10), "no-zone")),
        (("2026-11-24T12:05:00Z",), Dated(utc(2026, 11, 24, 12, 5))),
        (("2026-11-24T13:00:00Z",), Dated(None, "future")),
        (("1970-01-01T00:00:00Z",), Dated(None, "absurd")),
        (("2027-01-01T00:00:00Z", "2026-11-24T10:00:00Z"), Dated(utc(2026, 11, 24, 10), "future")),
        (("", "soon", "2026-11-24T10:00:00Z"), Dated(utc(2026, 11, 24, 10))),
        ((), Dated(None)),
    ],
)
def test_a_date_that_cannot_be_is_left_out_and_noted(texts, found):
    assert judge(texts, NOW, chinese=False) == found


def test_a_chinese_date_without_a_zone_is_not_taken_for_the_future():
    assert judge(("2026-11-24 19:50",), NOW, chinese=True) == Dated(utc(2026, 11, 24, 11, 50), "no-zone")
    assert judge(("2026-11-24 19:50",), NOW, chinese=False) == Dated(None, "future")


@given(st.one_of(st.text(max_size=120), st.text("0123456789-/:. TZ年月日GMT+上下午NovPpAaMm,", max_size=60)), st.booleans())
def test_any_text_is_a_time_or_none(text, chinese):
    found = read(text, chinese=chinese)
    assert found is None or found.time.utcoffset() == timedelta(0)


@given(st.datetimes(datetime.fromisoformat("1991-01-01"), datetime.fromisoformat("2068-01-01")), st.integers(-14, 14))
def test_what_standards_write_is_read_back(when, hours):
    zone = f"{'-' if hours < 0 else '+'}{abs(hours):02}"
    moment = (when - timedelta(hours=hours)).replace(tzinfo=UTC, microsecond=0)
    assert read(when.strftime("%Y-%m-%dT%H:%M:%S") + zone + ":00").time == moment
    assert read(when.strftime("%a, %d %b %Y %H:%M:%S ") + zone + "00").time == moment

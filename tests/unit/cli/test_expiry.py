"""`newsloom index expire`: what age is meant, what people see, and that nothing goes that nobody agreed to."""

import io
import re
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from newsloom_cli import __main__ as entry
from newsloom_cli import expiry
from newsloom_cli.commands import index
from newsloom_cli.errors import Problem, WrongInputError
from newsloom_cli.look import expiries
from newsloom_indexer import expiring
from newsloom_indexer.expiring import Expired, StuckError
from rich.console import Console

NOW = datetime(2026, 11, 24, tzinfo=UTC)
MONTHS = [{"key_as_string": f"2024-{n:02}-01T00:00:00.000Z", "doc_count": 1000 * n} for n in range(1, 13)]
MONTHS += [{"key_as_string": "2025-01-01T00:00:00.000Z", "doc_count": 7}]
FOUND = {
    "hits": {"total": {"value": 78_007}},
    "aggregations": {"months": {"buckets": MONTHS}, "themes": {"buckets": [{"key": "chips", "doc_count": 12}]}},
}
EMPTY = {"hits": {"total": {"value": 0}}, "aggregations": {"months": {"buckets": []}, "themes": {"buckets": []}}}
LINE = expiry.planned(FOUND, NOW)


def drawn(renderable):
    out = io.StringIO()
    Console(file=out, width=100, highlight=False).print(renderable)
    return out.getvalue()


def test_the_age_is_the_one_that_is_said_else_that_of_the_indexer(monkeypatch):
    monkeypatch.setenv("NEWSLOOM_ENV_FILE", "/dev/null")
    monkeypatch.setenv("NEWSLOOM_RETENTION", "30d")
    assert expiry.before("7d", NOW) == NOW - timedelta(days=7)
    assert expiry.before(None, NOW) == NOW - timedelta(days=30)


@pytest.mark.parametrize(
    ("older_than", "retention", "said"),
    [
        (None, "never", "NEWSLOOM_RETENTION is never: nothing is too old; --older-than 365d says otherwise"),
        (None, "1y", "NEWSLOOM_RETENTION='1y': never, or a number of days such as 365d"),
        ("1y", "30d", "--older-than 1y: a number of days such as 365d"),
    ],
)
def test_an_age_that_is_none_is_one_sentence(monkeypatch, older_than, retention, said):
    monkeypatch.setenv("NEWSLOOM_RETENTION", retention)
    with pytest.raises(WrongInputError) as raised:
        expiry.before(older_than, NOW)
    assert str(raised.value) == said


def test_what_would_go_is_shown_by_month_and_theme_and_no_more_of_them_than_one_can_read():
    seen = drawn(expiries.planned(LINE))
    assert "78,007 articles from before 2026-11-24" in seen
    assert re.search(r"2024-12 +12,000", seen)
    assert "2025-01" not in seen
    assert "and 1 more" in seen
    assert "chips" in seen
    assert drawn(expiries.planned(expiry.planned(EMPTY, NOW))).strip() == "nothing in the index is from before 2026-11-24"
    assert "78,007 articles from before 2026-11-24 are out" in drawn(expiries.done(LINE | {"seconds": 4.7}))


def test_page_after_page_goes_until_there_is_none_and_each_is_told(monkeypatch):
    pages = iter([Expired(500, more=True), Expired(0, more=True), Expired(7, more=False)])
    monkeypatch.setattr(expiring, "page", lambda *_: next(pages))
    told = []
    assert expiry.apply(None, NOW, told.append)["documents"] == 507
    assert told == [500, 0, 7]


def test_where_elasticsearch_stops_deleting_it_says_how_far_it_came(monkeypatch):
    pages = iter([Expired(500, more=True)])

    def page(*_):
        if done := next(pages, None):
            return done
        raise StuckError("403 cluster_block_exception: blocked")

    monkeypatch.setattr(expiring, "page", page)
    with pytest.raises(Problem, match="500 articles are out of the index, then: 403 cluster_block_exception: blocked"):
        expiry.apply(None, NOW, lambda _: None)


@pytest.mark.parametrize(("more", "code", "went"), [([], 2, 0), (["--dry-run"], 0, 0), (["--yes"], 0, 1)])
def test_nothing_goes_that_nobody_agreed_to(monkeypatch, capfd, more, code, went):
    gone = []

    @contextmanager
    def store():
        yield None

    monkeypatch.setattr(index, "_store", store)
    monkeypatch.setattr(expiry, "plan", lambda *_: LINE)
    monkeypatch.setattr(expiry, "apply", lambda *_: gone.append(1) or {"outcome": "expired", "documents": 1, "seconds": 0.1})
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert (entry.main(["index", "expire", "--older-than", "365d", *more]), len(gone)) == (code, went)
    assert ("Add --yes" in capfd.readouterr().err) == (code == 2)

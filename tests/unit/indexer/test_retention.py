"""When what is too old is taken out, and what happens where it cannot be."""

from datetime import UTC, datetime, timedelta

import pytest
from elasticsearch import TransportError
from newsloom_indexer import retention
from newsloom_indexer.expiring import Doomed, Expired, Note, StuckError, judged, settled
from newsloom_indexer.retention import Retention, pause
from newsloom_schemas.index import kept_for

NOW = datetime(2026, 11, 24, tzinfo=UTC)
YEAR = timedelta(days=365)
A, B, C = Doomed("a", 1_000_001, 1), Doomed("b", 3_000_001, 3), Doomed("c", 1_000_001, 1)


class Log:
    def __init__(self):
        self.lines = []

    def warning(self, line, **_):
        self.lines.append(line)

    info = warning


@pytest.mark.parametrize(("text", "kept"), [("never", None), ("365d", YEAR), ("1d", timedelta(days=1))])
def test_a_retention_is_never_or_a_number_of_days(text, kept):
    assert kept_for(text) == kept


@pytest.mark.parametrize("text", ["", "0d", "-1d", "365", "1y", "1.5d", "NEVER", "999999d", "365d "])
def test_anything_else_is_told_with_the_setting_and_a_form_that_works(text):
    with pytest.raises(ValueError, match=f"NEWSLOOM_RETENTION={text!r}: never, or a number of days such as 365d"):
        kept_for(text)


def test_old_ones_go_quickly_while_nothing_comes_slowly_beside_live_news_and_are_looked_for_each_hour():
    assert pause(more=True, idle=True) < 1 < pause(more=True, idle=False) < 60
    assert pause(more=False, idle=True) == pause(more=False, idle=False) == 3600


def taking(answers, age=YEAR):
    """Return a retention of this age, which gets these answers; and what it asked, and what it said."""
    asked, log = [], Log()

    def page(before):
        asked.append(before)
        answer = answers[len(asked) - 1]
        if isinstance(answer, Exception):
            raise answer
        return answer

    return Retention(age, page, log), asked, log


def turns(kept, n):
    for _ in range(n):
        kept.turn(NOW, idle=True)


def test_pages_are_taken_until_there_is_none_and_then_nobody_is_asked():
    kept, asked, log = taking([Expired(500, more=True), Expired(3, more=False)])
    turns(kept, 5)
    assert asked == [NOW - YEAR] * 2
    assert log.lines == ["expired"] * 2


def test_where_all_is_kept_nobody_is_asked_and_nothing_is_too_old():
    kept, asked, _ = taking([], age=None)
    turns(kept, 3)
    assert (asked, kept.oldest(NOW)) == ([], None)


@pytest.mark.parametrize("problem", [StuckError("403 cluster_block_exception"), TransportError("away")])
def test_what_goes_wrong_is_said_once_and_tried_again_later(problem, monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(retention.time, "monotonic", lambda: clock[0])
    kept, asked, log = taking([problem, Expired(1, more=False)])
    turns(kept, 5)
    assert (len(asked), len(log.lines)) == (1, 1)
    clock[0] += retention.AGAIN
    turns(kept, 5)
    assert (len(asked), log.lines[1:]) == (2, ["expired"])


def test_gone_is_what_was_deleted_now_or_before_and_not_what_was_written_anew():
    answers = [{"status": 200}, {"status": 404, "result": "not_found"}, {"status": 409, "error": {"type": "conflict"}}]
    assert judged((A, B, C), answers) == [A, B]


def test_an_index_that_takes_no_writes_is_no_reason_to_count_anything():
    blocked = {"status": 403, "error": {"type": "cluster_block_exception", "reason": "index is blocked"}}
    with pytest.raises(StuckError, match="403 cluster_block_exception: index is blocked"):
        judged((A, B), [{"status": 200}, blocked])
    missing = {"status": 404, "error": {"type": "index_not_found_exception", "reason": "no such index"}}
    with pytest.raises(StuckError, match="no such index"):
        judged((A,), [missing])


def test_the_note_counts_what_has_gone_and_a_reader_counts_what_is_about_to():
    note = Note(NOW, 10, 12, (A, B, C), (4, 1))
    assert note.revisions_at_most == 17
    assert settled(note, [A, B]) == Note(NOW, 12, 16, (), (4, 1))

"""A consumer that no longer gets records is told apart from one that has none to get."""

from newsloom_tagger.stall import STALLED_AFTER, Stall


def test_records_that_wait_and_never_come_are_a_stall() -> None:
    stall = Stall(0.0)
    assert stall.seen(10.0, 5, behind=True) == ""
    assert stall.seen(STALLED_AFTER, 5, behind=True) == ""
    assert "none has come" in stall.seen(11.0 + STALLED_AFTER, 5, behind=True)


def test_work_done_or_nothing_to_do_is_no_stall() -> None:
    busy, idle = Stall(0.0), Stall(0.0)
    for turn in range(1, 100):
        assert busy.seen(turn * 60.0, turn, behind=True) == ""
        assert idle.seen(turn * 60.0, 0, behind=False) == ""
    assert idle.seen(99 * 60.0 + 5, 0, behind=True) == ""

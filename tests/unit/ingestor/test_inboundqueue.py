"""The desk between the doors and the shell: bounded, and nobody waits there for ever."""

import pytest
from newsloom_ingestor.inboundqueue import BusyError, Desk


class Piece:
    parts = 1


def test_who_comes_while_the_desk_is_full_is_sent_away_and_nothing_of_it_is_kept():
    desk = Desk(lambda: None, size=3)
    desk.hand_in([Piece(), Piece()])
    with pytest.raises(BusyError):
        desk.hand_in([Piece(), Piece()])
    assert len(desk.take(10)) == 2


def test_work_wakes_once_and_again_while_there_is_more():
    woken = []
    desk = Desk(lambda: woken.append(1))
    desk.hand_in([Piece(), Piece()])
    desk.hand_in([Piece()])
    assert len(woken) == 1
    assert len(desk.take(2)) == 2
    assert len(woken) == 2
    assert len(desk.take(2)) == 1
    assert len(woken) == 2
    desk.hand_in([Piece()])
    assert len(woken) == 3


def test_what_was_withdrawn_is_not_done():
    desk = Desk(lambda: None)
    first, second = desk.hand_in([Piece(), Piece()])
    first.cancel()
    (ticket,) = desk.take(10)
    desk.done(ticket, "well")
    assert second.result() == "well"


def test_closing_sends_everybody_home():
    desk = Desk(lambda: None)
    taken, waiting = desk.hand_in([Piece(), Piece()])
    desk.take(1)
    desk.close()
    for future in (taken, waiting):
        with pytest.raises(BusyError, match="stopping"):
            future.result(0)
    with pytest.raises(BusyError):
        desk.hand_in([Piece()])

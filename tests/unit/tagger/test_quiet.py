"""An outage does not fill the disk with the same sentence; our own lines are never held back."""

import logging

from newsloom_tagger.quiet import MINUTE, Quiet


def line(name: str, message: object) -> logging.LogRecord:
    return logging.LogRecord(name, logging.ERROR, "", 0, message, ("x",), None)


def test_a_library_says_the_same_once_a_minute() -> None:
    now = [0.0]
    quiet = Quiet(lambda: now[0])
    said = [quiet.filter(line("aiokafka", "Unable connect to node %s")) for _ in range(100)]
    assert said == [True] + [False] * 99
    assert quiet.filter(line("aiokafka", "Something else"))
    now[0] = MINUTE
    assert quiet.filter(line("aiokafka", "Unable connect to node %s"))


def test_our_own_lines_all_come_through() -> None:
    quiet = Quiet()
    assert all(quiet.filter(line("newsloom", {"event": "batch"})) for _ in range(5))

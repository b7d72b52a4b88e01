"""Time that never steps back: what waits for an hour that is over already would wait for it to come again.

A machine's clock is set back by hand, by NTP after a start with an empty battery, or with a snapshot of the machine. Forward it
is followed at once: a laptop that was asleep has its feeds polled.
"""

import sqlite3
from collections.abc import Callable
from typing import Final

from newsloom_ingestor.schedule import DAY, HOUR

LONGEST_WAIT_S: Final = 3 * DAY  # no feed is told to wait longer: a day, half as long again after failures, a day it rules out
LONGEST_PAGE_S: Final = 6 * HOUR


class Forward:
    """Seconds since 1970 as ``wall`` has them, as long as it goes forward; where it steps back, time goes on from there."""

    def __init__(self, wall: Callable[[], float]) -> None:
        self._wall, self._ahead, self._last = wall, 0.0, 0.0

    def __call__(self) -> float:
        now = self._wall() + self._ahead
        if now < self._last:
            self._ahead += self._last - now
        self._last = max(now, self._last)
        return self._last


def wind_back(db: sqlite3.Connection, now: float) -> None:
    """Bring what a state has written down from a clock that was ahead back to a time that comes."""
    db.execute("UPDATE feed SET next_poll = ? WHERE next_poll > ?", (now, now + LONGEST_WAIT_S))
    db.execute("UPDATE article SET at = ? WHERE at > ?", (now, now))
    db.execute("UPDATE page SET due = ?, since = min(since, ?) WHERE due > ?", (now, now, now + LONGEST_PAGE_S))

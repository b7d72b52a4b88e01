"""Has the consumer stalled? It can, without an error: the loop turns, records wait, none comes (faust issues 175, 523, 596)."""

from typing import Final

STALLED_AFTER: Final = 120.0  # seconds in which the group commits nothing although records wait; a batch takes a tenth of that
EXIT_CODE: Final = 70  # EX_SOFTWARE: a supervisor starts us again


class Stall:
    """Watches one number rise. ``seen(now, done, behind)`` is told, now and then, how far the work is."""

    def __init__(self, now: float, after: float = STALLED_AFTER) -> None:
        self._after = after
        self._done = 0
        self._since = now

    def seen(self, now: float, done: int, *, behind: bool) -> str:
        """Return "" while all is well, else why not. ``done`` counts records, ``behind`` says that more of them wait."""
        if done != self._done or not behind:
            self._done, self._since = done, now
        still = now - self._since
        return f"records wait, and none has come for {still:.0f} s" if still > self._after else ""

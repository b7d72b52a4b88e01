"""A dead-letter topic must not hide an outage: the share of dead letters among the last records, and when it is too much."""

from collections import deque
from collections.abc import Iterable


class TooManyDeadError(Exception):
    """So many records would be dead letters that something else must be wrong; the text says what to do."""


class Guard:
    """Remembers which of the last ``window`` records were dead letters. Before the window is full nothing is too much."""

    def __init__(self, ratio: float, window: int, fate: str = "would be dead letters") -> None:
        self._ratio, self._fate = ratio, fate
        self._recent: deque[bool] = deque(maxlen=window)

    def check(self, dead: Iterable[tuple[bool, str]]) -> None:
        """Take in records, in order, as (dead letter or not, reason); raise TooManyDeadError where it becomes too much."""
        for is_dead, reason in dead:
            self._recent.append(is_dead)
            if is_dead and self._too_many():
                raise TooManyDeadError(
                    f"{sum(self._recent)} of the last {len(self._recent)} records {self._fate}, the last because of: "
                    f"{reason}. Nothing of this batch was put aside. If these records are to go, set NEWSLOOM_DEAD_RATIO=1"
                )

    def _too_many(self) -> bool:
        full = len(self._recent) == self._recent.maxlen
        return full and sum(self._recent) > self._ratio * len(self._recent)

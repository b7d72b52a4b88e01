"""How long to wait before the next attempt."""

from typing import Final

FIRST: Final = 0.5  # seconds
LONGEST: Final = 10.0  # an article waits at most this long once the store is back


def delay(attempt: int, chance: float) -> float:
    """Return the seconds to wait after failure number ``attempt``, from 0: doubled each time, up to half of it cut at random.

    ``chance`` lies in [0, 1); it keeps processes that failed together from coming back together.
    """
    return min(LONGEST, FIRST * 2.0 ** min(attempt, 16)) * (1 - chance / 2)

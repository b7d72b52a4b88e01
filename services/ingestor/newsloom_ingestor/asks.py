"""What feeds ask of their pollers, from the words of their elements. Pure; nonsense counts as nothing."""

from collections.abc import Iterable
from typing import Final

from newsloom_ingestor.document import Asks

HOUR: Final = 3600
DAY: Final = 24 * HOUR
# RSS 1.0 module "syndication": http://web.resource.org/rss/1.0/modules/syndication/
PERIODS: Final = {"hourly": HOUR, "daily": DAY, "weekly": 7 * DAY, "monthly": 30 * DAY, "yearly": 365 * DAY}
DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def pause(ttl: str, period: str, frequency: str) -> int:
    """Return the longer of RSS 2.0's ``ttl`` (minutes) and the syndication module's period, in seconds."""
    every = PERIODS.get(period.strip().lower(), 0)
    return max((_number(ttl) or 0) * 60, every // max(_number(frequency) or 1, 1))


def asks(pause_s: int, hours: Iterable[str], days: Iterable[str], hub: str, self_url: str) -> Asks:
    """RSS 2.0 counts hours from 0 to 23, RSS 0.91 from 1 to 24; both in GMT. A feed that skips all of them says nothing."""
    off = frozenset(number % 24 for text in hours if (number := _number(text)) is not None and number <= 24)
    weekdays = frozenset(DAYS.index(name) for text in days if (name := text.strip().lower()) in DAYS)
    return Asks(pause_s, off if len(off) < 24 else frozenset(), weekdays if len(weekdays) < 7 else frozenset(), hub, self_url)


def _number(text: str) -> int | None:
    digits = text.strip()
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 7 else None

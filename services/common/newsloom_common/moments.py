"""Times as people write them: ``7d``, ``2026-11-24`` → a moment."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
SPAN: Final = re.compile(r"(\d{1,5})([mhdw])", re.ASCII)
DATE: Final = re.compile(r"\d{4}-\d\d-\d\d|\d{8}|\d{4}-W\d\d(?:-\d)?")
TICK: Final = timedelta(milliseconds=1)  # the index keeps no finer times


def since(text: str, now: datetime) -> datetime:
    """Return the moment meant by a span back from now (30m, 12h, 7d, 2w) or an ISO 8601 date or time (UTC without a zone).

    Raises ValueError with the accepted forms.
    """
    try:
        if span := SPAN.fullmatch(text.strip().lower()):
            return now - timedelta(**{UNITS[span[2]]: int(span[1])})
        moment = datetime.fromisoformat(text.strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"{text!r} is neither a span (30m, 12h, 7d, 2w) nor a date (2026-11-24)") from None


def until(text: str, now: datetime) -> datetime:
    """Return the moment as ``since`` does, but the last one of a date: until a day is with that day. Raises ValueError."""
    moment = since(text, now)
    if not DATE.fullmatch(text.strip()):
        return moment
    try:
        return moment + timedelta(days=1) - TICK
    except OverflowError:
        return moment

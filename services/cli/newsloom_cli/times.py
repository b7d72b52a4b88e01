"""Times as people write and read them: ``7d`` → a moment, a moment → ``3 min ago``."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
SPAN: Final = re.compile(r"(\d{1,5})([mhdw])")


def since(text: str, now: datetime) -> datetime:
    """Return the moment meant by a span back from now (30m, 12h, 7d, 2w) or an ISO 8601 date or time (UTC without a zone).

    Raises ValueError with the accepted forms.
    """
    if span := SPAN.fullmatch(text.strip().lower()):
        return now - timedelta(**{UNITS[span[2]]: int(span[1])})
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"{text!r} is neither a span (30m, 12h, 7d, 2w) nor a date (2026-11-24)") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def span(seconds: float) -> str:
    """Return a duration in its largest unit: ``45 s``, ``3 min``, ``2 h``, ``5 days``."""
    for size, unit in ((172_800, "days"), (7_200, "h"), (120, "min")):
        if seconds >= size:
            return f"{seconds / {'days': 86_400, 'h': 3_600, 'min': 60}[unit]:.0f} {unit}"
    return f"{max(0.0, seconds):.0f} s"

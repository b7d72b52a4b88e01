"""Durations as people read them: seconds → ``3 min``."""


def span(seconds: float) -> str:
    """Return a duration in its largest unit: ``45 s``, ``3 min``, ``2 h``, ``5 days``."""
    for size, unit in ((172_800, "days"), (7_200, "h"), (120, "min")):
        if seconds >= size:
            return f"{seconds / {'days': 86_400, 'h': 3_600, 'min': 60}[unit]:.0f} {unit}"
    return f"{max(0.0, seconds):.0f} s"

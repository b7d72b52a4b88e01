"""The simulated week as a picture: a line for each kind of feed, a stroke for each poll, a dot for each article."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

from newsloom_ingestor.schedule import DAY

from bench.simulated import START
from bench.week_sites import KINDS, WEEK, Site

LEFT, WIDTH, ROW, TOP = 330, 980, 24, 46
DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
STYLE: Final = (
    "text{font:13px sans-serif;fill:#c9d1d9}.says{fill:#8b949e;font-size:11px}.polls{stroke:#9fd0ff;stroke-width:1;opacity:.75}"
    ".news{fill:#ffb870}.days{stroke:#30363d}"
)


def draw(sites: Sequence[Site], asked: Mapping[str, Sequence[float]]) -> str:
    """Return the picture, of the first site of each kind."""
    chosen = [next(s for s in sites if s.kind == kind) for kind in KINDS]
    height = TOP + ROW * len(chosen) + 34
    rows = "".join(_row(n, site, asked[site.url]) for n, site in enumerate(chosen))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 20} {height}" role="img">'
        f"<title>When feeds were polled in a simulated week</title><style>{STYLE}</style>"
        f'<rect width="100%" height="100%" rx="8" fill="#0d1117"/>{_days(height)}{rows}'
        f'<text x="{LEFT}" y="{height - 10}" class="says">a stroke: a poll · a dot: an article is published</text></svg>\n'
    )


def _days(height: int) -> str:
    return "".join(
        f'<path class="days" d="M{_x(START + n * DAY):.1f} {TOP - 8}V{height - 30}"/>'
        f'<text x="{_x(START + n * DAY) + 4:.1f}" y="{TOP - 16}">{name}</text>'
        for n, name in enumerate(DAYS)
    )


def _row(number: int, site: Site, asked: Sequence[float]) -> str:
    y = TOP + ROW * number
    strokes = "".join(f"M{_x(at):.1f} {y + 3}v9" for at in asked)
    dots = "".join(f'<circle cx="{_x(at):.1f}" cy="{y + 16}" r="1.6"/>' for at in site.times if START <= at < START + WEEK)
    return (
        f'<text x="14" y="{y + 14}">{escape(site.kind)}</text>'
        f'<text x="112" y="{y + 14}" class="says">{escape(KINDS[site.kind].says)}</text>'
        f'<path class="polls" d="{strokes}"/><g class="news">{dots}</g>\n'
    )


def _x(at: float) -> float:
    return LEFT + WIDTH * (at - START) / WEEK

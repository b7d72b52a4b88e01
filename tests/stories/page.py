"""What was measured → docs/stories.md and its picture."""

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Final

from newsloom_schemas import stories

from . import measuring, reprints
from .measuring import LANGUAGES
from .reprints import HALVES

PAGE: Final = Path(__file__).parents[2] / "docs" / "stories.md"
PICTURE: Final = PAGE.parent / "pictures" / "stories.svg"
TEMPLATE: Final = Path(__file__).with_name("stories.md")
THRESHOLDS: Final = ("SAME", "SAME_SHORT", "SHORT", "SAME_SITE", "PART", "OTHER_FIGURES")
REPORTED: Final = HALVES[1]
COLUMNS: Final = [(language, long) for long in (False, True) for language in LANGUAGES]
SAYS: Final = {("zh", False): "Chinese", ("en", False): "English", ("zh", True): "Chinese, long", ("en", True): "English, long"}
COLOURS: Final = dict(zip(COLUMNS, ("#ffb870", "#9fd0ff", "#b8763a", "#4f8fc0"), strict=True))
LEFT, WIDTH, BAR, GAP, TOP = 430, 470, 8, 10, 44
STYLE: Final = "text{font:13px sans-serif;fill:#c9d1d9}.says{fill:#8b949e;font-size:11px}"
# Measured apart from this, with engines; see tests/flow/test_stories.py and the decision.
RACE: Final = "20 were"  # in two runs of two
COST: Final = (
    "A fingerprint takes 0.1 ms of 6 kB, a fiftieth of what the tagger takes. Finding the stories takes 0.24 ms of processor "
    "time an article where a thousand come at once (0.10 of the indexer, 0.14 of Elasticsearch), 15 % on top of 1.57 ms for "
    "writing them: six runs of 5,000 articles with and without in turn, on two busy cores."
)


def write() -> str:
    """Measure, write the page and the picture, and return the page."""
    found = {way: {c: _found(way, *c) for c in COLUMNS} for way in reprints.WAYS}
    tables = {
        **{name: str(getattr(stories, name)) for name in THRESHOLDS},
        "FOUND": "\n".join(_row(reprints.WAYS[way][0], [_share(c) for c in row.values()]) for way, row in found.items()),
        "APART": "\n".join(_apart()),
        "STREAM": "\n".join(_stream()),
        "RACE": RACE,
        "COST": COST,
    }
    page = TEMPLATE.read_text("utf-8")
    for name, told in tables.items():
        page = page.replace(f"{{{name}}}", told)
    PAGE.write_text(page, "utf-8")
    PICTURE.write_text(draw({way: {c: n.share for c, n in row.items() if n} for way, row in found.items()}), "utf-8")
    return page


def _found(way: str, language: str, long: bool) -> measuring.Count | None:
    return measuring.found(language, way, REPORTED, long=long) if way in reprints.ways(language) else None


def _row(name: str, cells: list[str]) -> str:
    return f"| {name} | {' | '.join(cells)} |"


def _share(count: measuring.Count | None) -> str:
    return f"{count.share:.3f}" if count else "–"


def _apart() -> Iterator[str]:
    told = {language: measuring.apart(language, REPORTED) for language in LANGUAGES}
    for kind in told["zh"]:
        yield _row(kind, [f"{told[lang][kind].together} of {told[lang][kind].of:,}" for lang in LANGUAGES])


def _stream() -> Iterator[str]:
    for column in COLUMNS:
        one = measuring.streamed(column[0], REPORTED, long=column[1])
        yield _row(SAYS[column], [f"{one.reprints:,}", f"{one.joined:,} ({one.joined / one.reprints:.3f})", str(one.wrong)])


def draw(found: dict[str, dict[tuple[str, bool], float]]) -> str:
    """Return the picture: a bar for each kind of reprint, language and length."""
    row = len(COLUMNS) * BAR + GAP
    rows = "".join(_bars(TOP + n * row, way, shares) for n, (way, shares) in enumerate(found.items()))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 70} {TOP + row * len(found) + 10}" role="img">'
        f"<title>How many reprints are found to be one story with what they reprint</title><style>{STYLE}</style>"
        f'<rect width="100%" height="100%" rx="8" fill="#0d1117"/>{_legend()}{rows}</svg>\n'
    )


def _legend() -> str:
    return "".join(
        f'<rect x="{LEFT + n * 125}" y="14" width="12" height="12" fill="{COLOURS[column]}"/>'
        f'<text x="{LEFT + n * 125 + 18}" y="25">{SAYS[column]}</text>'
        for n, column in enumerate(COLUMNS)
    )


def _bars(y: int, way: str, shares: dict[tuple[str, bool], float]) -> str:
    placed = ((y + COLUMNS.index(column) * BAR, COLOURS[column], WIDTH * share, share) for column, share in shares.items())
    bars = "".join(
        f'<rect x="{LEFT}" y="{top}" width="{width:.0f}" height="{BAR - 2}" fill="{colour}"/>'
        f'<text class="says" x="{LEFT + width + 6:.0f}" y="{top + 7}">{share:.2f}</text>'
        for top, colour, width, share in placed
    )
    return f'<text x="14" y="{y + 20}">{escape(reprints.WAYS[way][0])}</text>{bars}\n'

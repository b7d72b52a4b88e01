"""nDCG@10 by kind of query as a picture: a bar a search."""

from html import escape

from . import measuring, page, stream

PICTURE = stream.HERE.parents[1] / "docs" / "pictures" / "relevance.svg"
LEFT, WIDTH, BAR, GAP, TOP = 270, 620, 11, 12, 62
COLOURS = ("#ffb870", "#d6b3ff", "#9fd0ff", "#8b949e")
LEGEND = (0, 110, 390, 470)
STYLE = "text{font:13px sans-serif;fill:#c9d1d9}.says{fill:#8b949e;font-size:11px}.grid{stroke:#30363d}"


def draw(measured: page.Measured) -> str:
    kinds = measuring.kinds()
    row = len(measured) * BAR + GAP
    height = TOP + row * len(kinds) + 30
    rows = "".join(_row(TOP + n * row, kind, measured) for n, kind in enumerate(kinds))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 60} {height}" role="img">'
        f"<title>How well each kind of query is answered, nDCG@10</title><style>{STYLE}</style>"
        f'<rect width="100%" height="100%" rx="8" fill="#0d1117"/>{_legend(measured)}{_grid(height)}{rows}</svg>\n'
    )


def _legend(measured: page.Measured) -> str:
    return "".join(
        f'<rect x="{LEFT + x}" y="14" width="12" height="12" fill="{colour}"/>'
        f'<text x="{LEFT + x + 18}" y="25">{escape(name)}</text>'
        for x, name, colour in zip(LEGEND, measured, COLOURS, strict=True)
    )


def _grid(height: int) -> str:
    return "".join(
        f'<path class="grid" d="M{_x(share):.0f} {TOP - 8}V{height - 26}"/>'
        f'<text class="says" x="{_x(share) - 8:.0f}" y="{TOP - 14}">{share:.1f}</text>'
        for share in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
    )


def _row(y: int, kind: measuring.Group, measured: page.Measured) -> str:
    bars = "".join(
        _bar(y + n * BAR, search.mean(kind.queries).ndcg, colour)
        for n, (search, colour) in enumerate(zip(measured.values(), COLOURS, strict=True))
    )
    return f'<text x="14" y="{y + 26}">{escape(page.SAYS[kind.name])}</text>{bars}\n'


def _bar(y: int, value: float, colour: str) -> str:
    return (
        f'<rect x="{LEFT}" y="{y}" width="{WIDTH * value:.0f}" height="{BAR - 2}" fill="{colour}"/>'
        f'<text class="says" x="{_x(value) + 6:.0f}" y="{y + 9}">{value:.2f}</text>'
    )


def _x(value: float) -> float:
    return LEFT + WIDTH * value

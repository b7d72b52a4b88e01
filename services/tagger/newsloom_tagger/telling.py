"""What speaks for a theme → the one sentence of the article that tells most of it. Pure, and extractive only."""

from collections.abc import Sequence
from typing import Final

from newsloom_schemas.types import Mention

from newsloom_tagger.scoring import Point

SHORT: Final = 12  # code points: a shorter sentence tells little without its neighbours
POOR: Final = 0.3  # times: what such a sentence is worth
TITLE: Final = 0.5  # times: a reader has the title anyway


def telling(points: Sequence[Point]) -> Mention | None:
    """Return the sentence in which most points for a theme lie, the earlier one of two, or None where there is no point."""
    worth: dict[tuple[str, int, int], float] = {}
    fields = {p.field.name: p.field for p in points}
    for p in points:
        around = p.field.whole.around(p.start, p.end)
        key = (p.field.name, around.start, around.end)
        worth[key] = worth.get(key, 0.0) + p.points
    best = max(worth, key=lambda key: worth[key] * _weight(*key), default=None)
    if best is None:
        return None
    name, start, end = best
    return Mention(field=name, start=start, end=end, text=fields[name].text[start:end])  # type: ignore[arg-type]


def _weight(name: str, start: int, end: int) -> float:
    return (TITLE if name == "title" else 1.0) * (POOR if end - start < SHORT else 1.0)

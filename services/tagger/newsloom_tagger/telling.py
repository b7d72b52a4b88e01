"""What speaks for a theme → the one sentence of the article that tells most of it. Pure, and extractive only.

Two voices choose: the points of the rules that speak in a sentence, and the share of the learned decision that it carries,
each as a part of what its best sentence has. The title is chosen only where nothing else speaks: a reader has it anyway.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from newsloom_schemas.types import Mention, Span

from newsloom_tagger.columns import Floats
from newsloom_tagger.reading import Field
from newsloom_tagger.scoring import Point

LEARNED: Final = 2.0  # how much the learned voice counts beside the rules': tried from 0.25 to 8, and flat around this
SHORT: Final = 12  # code points: a shorter sentence tells little without its neighbours
POOR: Final = 0.3  # times: what such a sentence is worth


def telling(
    fields: Sequence[Field], points: Sequence[Sequence[Point]], shares: Sequence[Floats] | None = None
) -> list[Mention | None]:
    """Return for each theme the sentence of an article that tells most of it, the earlier one of two; None where nothing does.

    ``points`` are those for each theme, in these fields; ``shares`` are what the sentences of each field carry of the learned
    decision on each theme: a row for each theme, a column for each sentence.
    """
    told: list[Mention | None] = [None] * len(points)
    for number in sorted(range(len(fields)), key=lambda n: fields[n].name == "title"):
        left = [n for n, mention in enumerate(told) if mention is None]
        if not left:
            break
        name = fields[number].name
        own = [[p for p in points[n] if p.field.name == name] for n in left]
        for n, mention in zip(left, _best(fields[number], own, shares[number][left] if shares else None), strict=True):
            told[n] = mention
    return told


def _best(field: Field, points: Sequence[Sequence[Point]], shares: Floats | None) -> Iterator[Mention | None]:
    """Yield for each theme the best sentence of a field, None where nothing in it speaks for the theme."""
    ends = field.whole.ends
    worth = _parts(_spoken(ends, points))
    if shares is not None:
        worth += LEARNED * _parts(shares)
    worth[:, field.whole.sizes < SHORT] *= POOR
    for row, best, own in zip(worth, worth.argmax(1).tolist(), points, strict=True):
        begin = ends[best - 1] if best else 0
        at = max((p for p in own if begin <= p.start < ends[best]), key=lambda p: p.points, default=None)
        start = at.start if at else begin
        yield _mention(field, field.whole.around(start, start + 1)) if row[best] > 0 else None


def _spoken(ends: list[int], points: Sequence[Sequence[Point]]) -> Floats:
    """Return the points of each theme (a row) in each sentence."""
    places = [n * len(ends) + bisect_right(ends, p.start) for n, own in enumerate(points) for p in own]
    values = np.array([p.points for own in points for p in own], float)
    spoken: Floats = np.bincount(np.array(places, np.intp), values, len(points) * len(ends)).astype(float)
    return spoken.reshape(len(points), len(ends))


def _mention(field: Field, span: Span) -> Mention:
    text = field.text[span.start : span.end]
    return Mention(field=field.name, start=span.start, end=span.end, text=text)  # type: ignore[arg-type]


def _parts(values: Floats) -> Floats:
    """Return what speaks for each theme (a row) as parts of the most that does."""
    for_: Floats = np.maximum(values, 0.0)
    most = for_.max(1, keepdims=True)
    return for_ / np.where(most > 0, most, 1.0)

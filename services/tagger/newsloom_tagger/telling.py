"""What speaks for a theme → the one sentence of the article that tells most of it. Pure, and extractive only.

Two voices choose: the points of the rules that speak in a sentence, and the share of the learned decision that it carries,
each as a part of what its best sentence has. The title is chosen only where nothing else speaks: a reader has it anyway.
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

import numpy as np
from newsloom_schemas.types import Mention, Span

from newsloom_tagger.columns import Floats
from newsloom_tagger.reading import Field
from newsloom_tagger.scoring import Point

LEARNED: Final = 2.0  # how much the learned voice counts beside the rules': tried from 0.25 to 8, and flat around this
SHORT: Final = 12  # code points: a shorter sentence tells little without its neighbours
POOR: Final = 0.3  # times: what such a sentence is worth


def telling(fields: Sequence[Field], points: Sequence[Point], shares: Sequence[Floats] | None = None) -> Mention | None:
    """Return the sentence of the fields that tells most of a theme, the earlier one of two; None where nothing speaks for it.

    ``points`` are those for the theme, in these fields; ``shares`` are what each sentence of each field carries of a learned
    decision.
    """
    for number in sorted(range(len(fields)), key=lambda n: fields[n].name == "title"):
        field = fields[number]
        found = _best(field, [p for p in points if p.field.name == field.name], shares[number] if shares else None)
        if found:
            text = field.text[found.start : found.end]
            return Mention(field=field.name, start=found.start, end=found.end, text=text)  # type: ignore[arg-type]
    return None


def _best(field: Field, points: Sequence[Point], shares: Floats | None) -> Span | None:
    ends = field.whole.ends
    spoken = np.zeros(len(ends))
    for p in points:
        spoken[bisect_right(ends, p.start)] += p.points
    worth = _parts(spoken) + (0.0 if shares is None else LEARNED * _parts(shares))
    worth[field.whole.sizes < SHORT] *= POOR
    best = int(worth.argmax())
    begin = ends[best - 1] if best else 0
    at = max((p for p in points if begin <= p.start < ends[best]), key=lambda p: p.points, default=None)
    start = at.start if at else begin
    return field.whole.around(start, start + 1) if worth[best] > 0 else None


def _parts(values: Floats) -> Floats:
    """Return what speaks for the theme as parts of the most that does."""
    for_: Floats = np.maximum(values, 0.0)
    return for_ / (for_.max() or 1.0)

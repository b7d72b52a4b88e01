"""What speaks for and against a theme → a score from 0 to 1 and the evidence behind it. Pure, and explained by its parts.

A theme collects points. A rule gives its weight: more in the title and in the first sentences, where news says what it is
about; half as much each further time it speaks, since a word repeated is not a second reason. Spans that touch count once,
by the strongest rule in them. One point makes a score of 0.5, and each further point halves the doubt that is left:
``score = 1 - 2 ** (-points / need)``. A long article mentions much in passing, so its ``need`` grows with its length; one
that never says what the stream is about (``subject`` in taxonomy.yaml) needs more too. And a theme that another one dwarfs
is a passing mention: its points shrink with its share of the other's.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from newsloom_schemas.types import Evidence

from newsloom_tagger.evidence import Speaking
from newsloom_tagger.reading import Field

TITLE: Final = 1.5  # times the weight
LEAD: Final = 1.2
LEAD_SENTENCES: Final = 2
REPEATED: Final = 0.5
ORDINARY_LENGTH: Final = 1000  # code points of Latin text, a third as many of Chinese: up to here one point is enough
GROWTH: Final = 0.6  # of the need, with each doubling beyond it
DENSE: Final = 3.0  # a Chinese character says about as much as three Latin ones
CLAUSE: Final = 120  # code points: a longer clause is no better evidence than the phrase alone
OFF_SUBJECT: Final = 1.5  # times the need
PASSING: Final = 0.4  # of the strongest theme's points: below this share a theme counts less and less
SPANS: Final = 8  # the most that a theme carries as evidence
WORTH: Final = 0.4  # of the strongest span's points: a weaker one counts, but is not shown as evidence


class Point(NamedTuple):
    """A stretch of text that counts: the strongest rule in it and the points it gives, below 0 where it speaks against."""

    rule: str
    said: str
    points: float
    field: Field
    start: int
    end: int


class Verdict(NamedTuple):
    """A theme's score, with all that spoke ``for`` and ``against`` it, strongest first."""

    score: float
    for_: tuple[Point, ...]
    against: tuple[Point, ...]


def need(fields: Iterable[Field], *, on_subject: bool) -> float:
    """Return the points that make a score of 0.5 in this article: 1 or more."""
    size = sum(_size(f.text) for f in fields)
    grown = 1.0 + GROWTH * math.log2(max(1.0, size / ORDINARY_LENGTH))
    return grown if on_subject else grown * OFF_SUBJECT


def judge(said: Mapping[int, Sequence[Speaking]], needed: float) -> dict[int, Verdict]:
    """Return the verdict on each theme from what spoke."""
    points = {theme: _points(s) for theme, s in said.items()}
    strongest = max((_sum(p) for p in points.values()), default=0.0)
    return {theme: _verdict(p, needed, PASSING * strongest) for theme, p in points.items()}


def _verdict(points: list[Point], needed: float, substance: float) -> Verdict:
    total = max(0.0, _sum(points))
    counted = total * min(1.0, total / substance) if substance > 0 else total
    score = 1.0 - 2.0 ** (-counted / needed)
    return Verdict(round(score, 4), tuple(p for p in points if p.points > 0), tuple(p for p in points if p.points < 0))


def _sum(points: Iterable[Point]) -> float:
    return sum(p.points for p in points)


def _points(said: Sequence[Speaking]) -> list[Point]:
    return _damped(sorted(_merged(said), key=lambda p: (-abs(p.points), p.field.name != "title", p.start)))


def evidence(points: Sequence[Point]) -> tuple[Evidence, ...]:
    """Return the best spans in reading order, as the contract has them."""
    worth = abs(points[0].points) * WORTH if points else 0.0
    best = sorted((p for p in points[:SPANS] if abs(p.points) >= worth), key=lambda p: (p.field.name != "title", p.start))
    return tuple(
        Evidence(
            field=p.field.name,  # type: ignore[arg-type]
            start=p.start,
            end=p.end,
            text=p.field.text[p.start : p.end],
            rule=p.rule,
            weight=round(p.points, 3),
        )
        for p in best
    )


def _size(text: str) -> float:
    dense = len(text.encode("utf-8", "surrogatepass")) - len(text)  # two more bytes a Chinese character, none a Latin one
    return len(text) + dense * (DENSE - 1) / 2


def _merged(said: Sequence[Speaking]) -> list[Point]:
    """Return one point for each stretch of clauses in which rules of one sign speak."""
    merged: list[Point] = []
    for new in sorted(map(_point, said), key=lambda p: (p.field.name, p.points < 0, p.start, p.end)):
        last = merged[-1] if merged else None
        if last and last.field.name == new.field.name and (last.points < 0) == (new.points < 0) and new.start < last.end:
            strongest = max(last, new, key=lambda p: abs(p.points))
            merged[-1] = strongest._replace(start=last.start, end=max(last.end, new.end))
        else:
            merged.append(new)
    return merged


def _point(s: Speaking) -> Point:
    boost = TITLE if s.field.name == "title" else LEAD if s.start < s.field.sentences[:LEAD_SENTENCES][-1] else 1.0
    return Point(s.rule, s.said, s.weight * boost, s.field, *_clause(s))


def _clause(s: Speaking) -> tuple[int, int]:
    """Return the clause around a phrase, trimmed, or the phrase alone where the clause goes on and on."""
    start, end = s.field.clause(s.start, s.end)
    text = s.field.text[start:end]
    if len(text) > CLAUSE:
        return s.start, s.end
    left = len(text) - len(text.lstrip(EDGE))
    return min(s.start, start + left), max(s.end, start + len(text.rstrip(EDGE)))


EDGE: Final = ' \t\r\n\u3000，。！？；：、,.;:!?—-()（）“”"‘’「」『』'


def _damped(points: list[Point]) -> list[Point]:
    """Return the points, strongest first, each rule's further ones halved again and again."""
    spoken: dict[str, int] = {}
    damped = []
    for p in points:
        times = spoken.get(p.said, 0)
        spoken[p.said] = times + 1
        damped.append(p._replace(points=p.points * REPEATED**times))
    return sorted(damped, key=lambda p: -abs(p.points))

"""What speaks for and against a theme → a score from 0 to 1 and the evidence behind it. Pure, and explained by its parts.

A theme collects points. A rule gives its weight: more in the title and in the first sentences, where news says what it is
about; half as much each further time it speaks, since a word repeated is not a second reason. Spans that touch count once,
by the strongest rule in them. One point makes a score of 0.5, and each further point halves the doubt that is left:
``score = 1 - 2 ** (-points / need)``. A long article mentions much in passing, so its ``need`` grows with its length; one
that never says what the stream is about (``subject`` in taxonomy.yaml) needs more too. And a theme that another one dwarfs
is a passing mention: its points shrink with its share of the other's.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Final, NamedTuple, overload

import numpy as np
from newsloom_schemas.types import Evidence

from newsloom_tagger.columns import FIRST, NONE, Floats, Ints, changes, ranks
from newsloom_tagger.evidence import Speaking
from newsloom_tagger.reading import Field
from newsloom_tagger.signs import EDGE

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


class Points(Sequence[Point]):
    """The points of some rows, from ``first`` to before ``end``; made when they are asked for, as most of them never are."""

    def __init__(self, table: "_Table", first: int, end: int) -> None:
        self._table, self._rows = table, range(first, end)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> Point: ...
    @overload
    def __getitem__(self, index: slice) -> list[Point]: ...
    def __getitem__(self, index: int | slice) -> Point | list[Point]:
        """Return a point, or some."""
        if isinstance(index, slice):
            return [self._table.point(row) for row in self._rows[index]]
        return self._table.point(self._rows[index])


class Verdict(NamedTuple):
    """A theme's score, with all that spoke ``for`` and ``against`` it, strongest first."""

    score: float
    for_: Sequence[Point]
    against: Sequence[Point]


class Verdicts(dict[str, Verdict]):
    """The verdict on each theme that anything was said about, by the theme's id."""

    def __init__(self, table: "_Table | None" = None, verdicts: Iterable[tuple[str, Verdict]] = ()) -> None:
        super().__init__(verdicts)
        self._table = table

    @property
    def labels(self) -> tuple[str, ...]:
        """Return the themes' and rules' names that ``spoken`` numbers, with a colon between them."""
        return self._table.spoken.labels if self._table else ()

    @property
    def spoken(self) -> Ints:
        """Return the number of the rule of each point."""
        return self._table.rule if self._table else NONE

    def said(self) -> Iterator[tuple[str, str]]:
        """Yield for every point its rule's label, and what it said."""
        if self._table is None:
            return iter(())
        sayings = map(self._table.spoken.sayings.__getitem__, self._table.said.tolist())
        return zip(map(self.labels.__getitem__, self.spoken.tolist()), sayings, strict=True)


class _Table(NamedTuple):
    """Points as columns, spans as offsets on the page; by theme, those for it first, the strongest of them first."""

    spoken: Speaking
    theme: Ints
    rule: Ints
    said: Ints
    points: Floats
    field: Ints
    start: Ints
    end: Ints

    def point(self, row: int) -> Point:
        """Return the point of a row."""
        spoken = self.spoken
        field, begin = spoken.page.fields[self.field[row]], int(spoken.page.begins[self.field[row]])
        span = int(self.start[row]) - begin, int(self.end[row]) - begin
        return Point(spoken.rules[self.rule[row]], spoken.sayings[self.said[row]], float(self.points[row]), field, *span)

    def rows(self, chosen: Ints) -> "_Table":
        """Return some of the rows."""
        columns = (self.theme, self.rule, self.said, self.field, self.start, self.end)
        theme, rule, said, field, start, end = (column[chosen] for column in columns)
        return _Table(self.spoken, theme, rule, said, self.points[chosen], field, start, end)


def need(fields: Iterable[Field], *, on_subject: bool) -> float:
    """Return the points that make a score of 0.5 in this article: 1 or more."""
    size = sum(_size(f) for f in fields)
    grown = 1.0 + GROWTH * math.log2(max(1.0, size / ORDINARY_LENGTH))
    return grown if on_subject else grown * OFF_SUBJECT


def judge(spoken: Speaking, needed: float) -> Verdicts:
    """Return the verdict on each theme that anything was said about, from what spoke."""
    if not len(spoken.theme):
        return Verdicts()
    table = _damped(_merged(spoken))
    first = changes(table.theme).nonzero()[0]
    scores = _scores(np.add.reduceat(table.points, first), needed).tolist()
    verdicts = map(Verdict, scores, *_sides(table, first))
    themes = (spoken.themes[theme] for theme in table.theme[first].tolist())
    return Verdicts(table, zip(themes, verdicts, strict=True))


def _sides(table: _Table, first: Ints) -> tuple[Iterator[Points], Iterator[Points]]:
    """Return the points for and against each theme whose points begin at ``first``."""
    against = first + np.add.reduceat(table.points >= 0, first, dtype=np.intp)
    begins, middles, ends = first.tolist(), against.tolist(), [*first[1:].tolist(), len(table.theme)]
    return map(partial(Points, table), begins, middles), map(partial(Points, table), middles, ends)


def _scores(totals: Floats, needed: float) -> Floats:
    for_, substance = np.maximum(0.0, totals), PASSING * totals.max()
    counted = for_ * np.minimum(1.0, for_ / substance) if substance > 0 else for_
    return (1.0 - 2.0 ** (-counted / needed)).round(4)


def evidence(points: Sequence[Point]) -> tuple[Evidence, ...]:
    """Return the best spans in reading order, as the contract has them."""
    worth = abs(points[0].points) * WORTH if points else 0.0
    best = sorted((p for p in points[:SPANS] if abs(p.points) >= worth), key=lambda p: (p.field.name != "title", p.start))
    return tuple(map(_evidence, best))


def _evidence(p: Point) -> Evidence:
    around = p.field.whole.around(p.start, p.end)
    return Evidence(
        field=p.field.name,  # type: ignore[arg-type]
        start=p.start,
        end=p.end,
        text=p.field.text[p.start : p.end],
        rule=p.rule,
        weight=round(p.points, 3),
        sentence=None if (around.start, around.end) == (p.start, p.end) else around,
    )


def _size(field: Field) -> float:
    dense = field.size - len(field.text)  # two more bytes a Chinese character, none a Latin one
    return len(field.text) + dense * (DENSE - 1) / 2


def _merged(spoken: Speaking) -> _Table:
    """Return one point for each stretch of clauses in which rules of one sign speak: the strongest in it."""
    starts, ends = _clauses(spoken)
    sides, bits = spoken.theme * 2 + (spoken.weight < 0), len(spoken.page.folded).bit_length()
    order = (sides << 2 * bits | starts << bits | ends).argsort(kind="stable")
    sides, starts, ends = sides[order], starts[order], ends[order]
    reached = np.maximum.accumulate(sides << bits | ends)
    begins = np.concatenate((FIRST, (sides << bits | starts)[1:] >= reached[:-1]))
    first = begins.nonzero()[0]
    fields = spoken.page.begins.searchsorted(spoken.start, "right") - 1
    points = spoken.weight * _boost(spoken, fields)
    best = order[_strongest(np.abs(points[order]), first, np.cumsum(begins) - 1)]
    theme, rule, said, field = (column[best] for column in (spoken.theme, spoken.rule, spoken.said, fields))
    return _Table(spoken, theme, rule, said, points[best], field, starts[first], np.maximum.reduceat(ends, first))


def _strongest(sizes: Floats, first: Ints, stretch: Ints) -> Ints:
    """Return the first of the largest sizes in each stretch."""
    rows = (sizes == np.maximum.reduceat(sizes, first)[stretch]).nonzero()[0]
    firsts: Ints = rows[changes(stretch[rows])]
    return firsts


def _boost(spoken: Speaking, fields: Ints) -> Floats:
    """Return how many times its weight each rule counts for the place that it speaks at."""
    page = spoken.page
    titles = np.array([field.name == "title" for field in page.fields], bool)
    leads = page.begins + [field.sentences[:LEAD_SENTENCES][-1] for field in page.fields]
    return np.where(titles[fields], TITLE, np.where(spoken.start < leads[fields], LEAD, 1.0))


def _clauses(spoken: Speaking) -> tuple[Ints, Ints]:
    """Return the clauses around what was said, trimmed, or the phrase alone where the clause goes on and on."""
    page, start, end = spoken.page, spoken.start, spoken.end
    low = page.bounds[page.bounds.searchsorted(start, "right") - 1]
    high = page.bounds[page.bounds.searchsorted(np.maximum(start, end - 1), "right")]
    solid = (page.signs & EDGE == 0).nonzero()[0]
    left = np.minimum(solid[solid.searchsorted(low)], high)
    right = np.maximum(solid[solid.searchsorted(high) - 1] + 1, low)
    short = high - low <= CLAUSE
    return np.where(short, np.minimum(start, left), start), np.where(short, np.maximum(end, right), end)


def _damped(table: _Table) -> _Table:
    """Return the points in their order, each reason's further ones halved again and again, beginning with the strongest."""
    table = table.rows(np.lexsort((table.start, -np.abs(table.points), table.theme)))
    times = ranks(table.theme * len(table.spoken.sayings) + table.said)
    points = table.points * REPEATED**times
    return table._replace(points=points).rows(np.lexsort((-np.abs(points), points < 0, table.theme)))

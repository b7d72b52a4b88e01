"""What speaks for and against a theme → a score from 0 to 1 and the evidence behind it. Pure, and explained by its parts.

A theme collects points. A rule gives its weight: more in the title and in the first sentences, where news says what it is
about; half as much each further time it speaks, since a word repeated is not a second reason. Spans that touch count once,
by the strongest rule in them. One point makes a score of 0.5, and each further point halves the doubt that is left:
``score = 1 - 2 ** (-points / need)``. A long article mentions much in passing, so its ``need`` grows with its length; one
that never says what the stream is about (``subject`` in taxonomy.yaml) needs more too. And a theme that another one dwarfs
is a passing mention: its points shrink with its share of the other's.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final, NamedTuple, overload

import numpy as np
from newsloom_schemas.types import Evidence

from newsloom_tagger.columns import FIRST, NONE, Flags, Floats, Ints, changes, ranks
from newsloom_tagger.evidence import Heard, Speaking
from newsloom_tagger.fold import Codes
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
TINY: Final = np.finfo(float).tiny  # in place of a 0 that would be divided by
WORTH: Final = 0.4  # of the strongest span's points: a weaker one counts, but is not shown as evidence


class Point(NamedTuple):
    """A stretch of text that counts: the strongest rule in it and the points it gives, below 0 where it speaks against."""

    rule: str
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
            return self._table.some(self._rows[index])
        return self._table.some(self._rows[index : index + 1 or None])[0]


class Verdict(NamedTuple):
    """A theme's score, with all that spoke ``for`` and ``against`` it, strongest first."""

    score: float
    for_: Sequence[Point]
    against: Sequence[Point]


class Verdicts(Mapping[str, Verdict]):
    """The verdict on each theme that anything was said about in an article, by the theme's id; made when it is asked for."""

    def __init__(self, board: "Board", article: int) -> None:
        self._board, self._article = board, article

    @cached_property
    def _rows(self) -> dict[str, int]:
        """The row of the board for each theme."""
        board = self._board
        first, end = board.theme.searchsorted((self._article * board.themes, (self._article + 1) * board.themes)).tolist()
        names = (board.table.spoken.themes[theme % board.themes] for theme in board.theme[first:end].tolist())
        return {name: row for row, name in enumerate(names, first)}

    def __getitem__(self, theme: str) -> Verdict:
        """Return the verdict on a theme. Raises KeyError where nothing was said about it."""
        return self._board.verdict(self._rows[theme])

    def __iter__(self) -> Iterator[str]:
        """Yield the themes' ids."""
        return iter(self._rows)

    def __len__(self) -> int:
        """Return how many themes anything was said about."""
        return len(self._rows)

    def said(self) -> Iterator[tuple[str, str]]:
        """Yield for every point its rule's label, and what it said."""
        spoken = self._board.table.spoken
        for rule, said in zip(*self._board.said(self._article), strict=True):
            yield spoken.labels[rule], spoken.sayings.words(said)


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

    def some(self, rows: range) -> list[Point]:
        """Return the points of some rows."""
        own = slice(rows.start, rows.stop, rows.step)
        rules, fields, begins = self.spoken.rules, self.spoken.page.fields, self.spoken.page.begins
        begin = begins[self.field[own]]
        columns = (self.rule[own], self.points[own], self.field[own], self.start[own] - begin, self.end[own] - begin)
        values = zip(*(column.tolist() for column in columns), strict=True)
        return [Point(rules[rule], points, fields[field], start, end) for rule, points, field, start, end in values]

    @classmethod
    def empty(cls, spoken: Speaking) -> "_Table":
        """Return a table without points."""
        return cls(spoken, NONE, NONE, NONE, np.zeros(0), NONE, NONE, NONE)

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


class Board(NamedTuple):
    """The verdicts on some articles: a row for each theme of each article that anything was said about.

    ``theme`` is the article's number times ``themes``, how many there are, plus the theme's, and rises. The points of the
    table for it are those from ``first`` on, those against it from ``middle`` on, up to ``end``.
    """

    table: "_Table"
    themes: int
    theme: Ints
    score: Floats
    first: Ints
    middle: Ints
    end: Ints

    def verdict(self, row: int) -> Verdict:
        """Return the verdict of a row."""
        first, middle, end = int(self.first[row]), int(self.middle[row]), int(self.end[row])
        return Verdict(float(self.score[row]), Points(self.table, first, middle), Points(self.table, middle, end))

    def said(self, article: int) -> tuple[list[int], list[int]]:
        """Return for every point of an article the number of its rule and of what it said."""
        rows = slice(*self.table.theme.searchsorted((article * self.themes, (article + 1) * self.themes)).tolist())
        return self.table.rule[rows].tolist(), self.table.said[rows].tolist()

    @property
    def scores(self) -> Floats:
        """Return the scores, a row for each article, a column for each theme; 0 where nothing was said."""
        scores = np.zeros(self.table.spoken.page.size * self.themes)
        scores[self.theme] = self.score
        return scores.reshape(-1, self.themes)


def needs(heard: Heard) -> list[float]:
    """Return the points that make a score of 0.5 in each of the articles."""
    page = heard.speaking.page
    return [need(page.of(n), on_subject=on) for n, on in enumerate(heard.on_subject.tolist())]


def judge(spoken: Speaking, needed: Sequence[float]) -> Board:
    """Return the verdicts on the articles of a page, from what speaks and from what each of them needs for a score of 0.5."""
    themes = len(spoken.themes)
    table = _damped(_merged(spoken)) if len(spoken.theme) else _Table.empty(spoken)
    first = changes(table.theme).nonzero()[0]
    rows = table.theme[first]
    scores = _scores(_sums(table.points, first), rows // themes, np.array(needed))
    middle = first + _sums(table.points >= 0, first).astype(np.intp)
    return Board(table, themes, rows, scores, first, middle, np.append(first[1:], len(table.theme)))


def _sums(values: Floats | Flags, first: Ints) -> Floats:
    """Return the sums of the values from each first on."""
    sums: Floats = np.add.reduceat(values, first, dtype=float) if len(first) else np.zeros(0)
    return sums


def _scores(totals: Floats, articles: Ints, needed: Floats) -> Floats:
    best = np.zeros(len(needed))
    for_ = np.maximum(0.0, totals)
    np.maximum.at(best, articles, for_)
    substance = np.maximum(PASSING * best, TINY)[articles]
    counted = for_ * np.minimum(1.0, for_ / substance)
    return (1.0 - 2.0 ** (-counted / needed[articles])).round(4)


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
    themes, bits = spoken.article * len(spoken.themes) + spoken.theme, len(spoken.page.folded).bit_length()
    sides = themes * 2 + (spoken.weight < 0)
    order = (sides << 2 * bits | starts << bits | ends).argsort(kind="stable")
    sides, starts, ends = sides[order], starts[order], ends[order]
    reached = np.maximum.accumulate(sides << bits | ends)
    begins = np.concatenate((FIRST, (sides << bits | starts)[1:] >= reached[:-1]))
    first = begins.nonzero()[0]
    fields = spoken.page.begins.searchsorted(spoken.start, "right") - 1
    points = spoken.weight * _boost(spoken, fields)
    best = order[_strongest(np.abs(points[order]), first, np.cumsum(begins) - 1)]
    theme, rule, said, field = (column[best] for column in (themes, spoken.rule, spoken.said, fields))
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
    page, start, end = spoken.page, spoken.start.copy(), spoken.end.copy()
    low = page.bounds[page.bounds.searchsorted(start, "right") - 1]
    high = page.bounds[page.bounds.searchsorted(np.maximum(start, end - 1), "right")]
    short = (high - low <= CLAUSE).nonzero()[0]
    left, right = _trimmed(page.signs, low[short], high[short])
    start[short], end[short] = np.minimum(start[short], left), np.maximum(end[short], right)
    return start, end


def _trimmed(signs: Codes, low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """Return the stretches without what is no part of evidence at their ends, an empty one where there is nothing else."""
    while len(rows := ((low < high) & (signs[low] & EDGE != 0)).nonzero()[0]):
        low[rows] += 1
    while len(rows := ((low < high) & (signs[high - 1] & EDGE != 0)).nonzero()[0]):
        high[rows] -= 1
    return low, high


def _damped(table: _Table) -> _Table:
    """Return the points in their order, each reason's further ones halved again and again, beginning with the strongest."""
    table = table.rows(np.lexsort((table.start, -np.abs(table.points), table.theme)))
    times = ranks(table.theme * len(table.spoken.sayings.hashes) + table.said)
    points = table.points * REPEATED**times
    return table._replace(points=points).rows(np.lexsort((-np.abs(points), points < 0, table.theme)))

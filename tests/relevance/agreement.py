"""Grades of two judges → how far they agree, and whether searches stand in the same order by either's. Pure.

How far they agree is told by the pairs drawn for it (drawing.pairs), as many of each kind and grade, which is harder than what
is graded on the whole: most of that is plainly 0. Weighted back to how often each kind and grade occurs, it is what one would
see if everything was graded twice. The order of searches is told by the queries of which all that any search shows was graded
twice (drawing.queries); an article that only one of the two has graded counts for neither.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from . import drawing, judged, measuring, metrics
from .metrics import Counts, Grades

JUDGES = ("first judge", "second judge", "settled")


class Twice(NamedTuple):
    """A pair with the grades of both judges, and how many pairs of its kind and first grade it stands for."""

    kind: str
    first: int
    second: int
    weight: float


@cache
def twice() -> tuple[Twice, ...]:
    """Return the drawn pairs that both have graded."""
    kinds, second = {q.id: q.kind for q in judged.queries()}, judged.second()
    rows = [(kinds[q], judged.first()[q][a], second[q][a]) for q, a in sorted(drawing.pairs()) if a in second.get(q, {})]
    drawn = Counter((kind, first) for kind, first, _ in rows)
    there = Counter((kinds[q], grade) for q, grades in judged.first().items() for grade in grades.values())
    return tuple(Twice(kind, a, b, there[kind, a] / drawn[kind, a]) for kind, a, b in rows)


def counts(rows: Sequence[Twice], weighted: bool = False) -> Counts:
    """Return how often the first judge gave i where the second gave j; weighted: in how many of all pairs that would be."""
    weights = [row.weight for row in rows] if weighted else None
    return metrics.confusion([row.first for row in rows], [row.second for row in rows], weights)


def near(seen: Counts, steps: int) -> float:
    """Return the share of pairs in which the two are at most so many grades apart."""
    within = sum(seen[i, j] for i in range(len(seen)) for j in range(len(seen)) if abs(i - j) <= steps)
    return float(within / seen.sum())


def grades() -> dict[str, dict[str, Grades]]:
    """Return judge → query id → grades, of the queries drawn and of what both have graded: the same articles for each."""
    sources = dict(zip(JUDGES, (judged.first(), judged.second(), judged.grades()), strict=True))
    return {judge: {q.id: _shared(q.id, source) for q in drawing.queries()} for judge, source in sources.items()}


def _shared(query: str, source: Mapping[str, Grades]) -> Grades:
    both = judged.first()[query].keys() & judged.second()[query].keys()
    return {article: source[query][article] for article in both}


def ndcgs(search: measuring.Search, by: Mapping[str, Grades]) -> list[float]:
    return [metrics.ndcg(search.rankings[query], grades, drawing.DEPTH) for query, grades in by.items()]


def covered(measured: Mapping[str, measuring.Search]) -> float:
    """Return the share of what the searches show for the queries drawn that both judges have graded."""
    by = grades()[JUDGES[0]]
    shares = [metrics.judged(search.rankings[q], by[q], drawing.DEPTH) for search in measured.values() for q in by]
    return sum(shares) / len(shares)

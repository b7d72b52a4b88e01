"""A ranking and grades → how good it is. Pure.

Grades are 0 to 3. An article is relevant from grade 2 on: one that only touches what was asked is no answer.
"""

from collections.abc import Mapping, Sequence
from math import log2
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

RELEVANT = 2
Grades = Mapping[str, int]
Counts = npt.NDArray[np.float64]


class Scores(NamedTuple):
    """What one ranking is worth; each between 0 and 1."""

    ndcg: float  # nDCG@10
    rr: float  # 1 over the rank of the first relevant article, 0 where there is none among those found
    recall: float  # share of the relevant articles among the first 20, of 20 where there are more
    nothing: float  # 1 where nothing at all was found
    judged: float  # share of the first 10 that somebody judged; below 1, nDCG is too low by what those would be worth
    useful: float  # share of the first 10 of those shown that at least touch what was asked; 1 where nothing is shown


def scores(ranking: Sequence[str], grades: Grades) -> Scores:
    return Scores(
        ndcg=ndcg(ranking, grades, 10),
        rr=reciprocal_rank(ranking, grades),
        recall=recall(ranking, grades, 20),
        nothing=float(not ranking),
        judged=judged(ranking, grades, 10),
        useful=useful(ranking, grades, 10),
    )


def dcg(gains: Sequence[int]) -> float:
    """Return the discounted cumulated gain: a grade counts less the later it comes.

    Järvelin and Kekäläinen, Cumulated gain-based evaluation of IR techniques, ACM TOIS 20 (2002): the grade itself is the gain,
    its logarithm to the base 2. Their discount begins at the third place; here, as in trec_eval, at the second (rank + 1).
    """
    return sum(gain / log2(rank + 1) for rank, gain in enumerate(gains, 1))


def ndcg(ranking: Sequence[str], grades: Grades, depth: int) -> float:
    """Return DCG as a share of what the best order of all judged articles would have; not judged counts as 0."""
    best = dcg(sorted(grades.values(), reverse=True)[:depth])
    return dcg([grades.get(document, 0) for document in ranking[:depth]]) / best if best else 0.0


def reciprocal_rank(ranking: Sequence[str], grades: Grades) -> float:
    return next((1 / rank for rank, document in enumerate(ranking, 1) if grades.get(document, 0) >= RELEVANT), 0.0)


def recall(ranking: Sequence[str], grades: Grades, depth: int) -> float:
    relevant = {document for document, grade in grades.items() if grade >= RELEVANT}
    return len(relevant.intersection(ranking[:depth])) / min(len(relevant), depth) if relevant else 0.0


def judged(ranking: Sequence[str], grades: Grades, depth: int) -> float:
    first = ranking[:depth]
    return sum(document in grades for document in first) / len(first) if first else 1.0


def useful(ranking: Sequence[str], grades: Grades, depth: int) -> float:
    """Return the precision of what is shown, be it ten articles or two: what a reader does not go through in vain."""
    first = ranking[:depth]
    return sum(grades.get(document, 0) >= 1 for document in first) / len(first) if first else 1.0


def mean(all_scores: Sequence[Scores]) -> Scores:
    return Scores(*(float(np.mean(column)) for column in zip(*all_scores, strict=True)))


class Difference(NamedTuple):
    """A mean difference and the interval that holds it in 95 of 100 draws."""

    mean: float
    low: float
    high: float


def difference(ours: Sequence[float], theirs: Sequence[float], draws: int = 10_000) -> Difference:
    """Return ours minus theirs over the same queries, by the paired percentile bootstrap (Efron 1979; Sakai 2006 for nDCG)."""
    pairs = np.subtract(ours, theirs)
    chosen = np.random.default_rng(7).integers(0, len(pairs), (draws, len(pairs)))
    low, high = np.percentile(pairs[chosen].mean(axis=1), [2.5, 97.5])
    return Difference(float(pairs.mean()), float(low), float(high))


def confusion(first: Sequence[int], second: Sequence[int], weights: Sequence[float] | None = None, grades: int = 4) -> Counts:
    """Return how often (or of what weight) the first judge gave i where the second gave j, shape (grades, grades)."""
    seen = np.zeros((grades, grades))
    np.add.at(seen, (np.asarray(first), np.asarray(second)), 1 if weights is None else np.asarray(weights))
    return seen


def weighted_kappa(seen: Counts) -> float:
    """Return Cohen's kappa (1968) of two judges with quadratic weights: 1 is agreement, 0 what chance would give."""
    by_chance = np.outer(seen.sum(axis=1), seen.sum(axis=0)) / seen.sum()
    apart = np.subtract.outer(np.arange(len(seen)), np.arange(len(seen))) ** 2
    return float(1 - (apart * seen).sum() / (apart * by_chance).sum())

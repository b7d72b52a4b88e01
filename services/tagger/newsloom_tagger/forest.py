"""Small decision trees whose leaves add up: how they are asked. ``fitting`` grows them. Pure.

Every tree is complete and three questions deep, so that all are asked at once: question k has its two next ones at 2k + 1 (the
answer was: no more than the threshold) and 2k + 2 (more).
"""

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Bits = NDArray[np.int8]
DEPTH: Final = 3
QUESTIONS: Final = 2**DEPTH - 1


class Forest(NamedTuple):
    """A row for each tree. ``factors`` says what question k is about; ``leaves`` are added to ``start``."""

    factors: NDArray[np.integer[Any]]
    thresholds: Floats
    leaves: Floats
    start: float


def total(forest: Forest, known: Floats) -> Floats:
    """Return the sum of all trees' leaves for each row of factors (..., factors) → (...)."""
    rows = known.reshape(-1, known.shape[-1]).T
    more = (rows.take(forest.factors.T, axis=0) > forest.thresholds.T[..., None]).view(np.int8)  # (questions, trees, rows)
    first = more[0]
    second = _answer(first, more[1], more[2])
    third = _answer(first, _answer(second, more[3], more[4]), _answer(second, more[5], more[6]))
    at = (first << 2 | second << 1 | third) + np.arange(0, forest.leaves.size, 2**DEPTH)[:, None]
    sums: Floats = forest.start + forest.leaves.ravel().take(at).sum(0)
    return sums.reshape(known.shape[:-1])


def _answer(asked: Bits, less: Bits, more: Bits) -> Bits:
    """Return the answer to the question that the answer ``asked`` leads to: 0 to ``less``, 1 to ``more``."""
    return less ^ asked & (less ^ more)

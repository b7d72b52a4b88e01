"""Small decision trees whose leaves add up: how they are asked. ``fitting`` grows them. Pure.

Every tree is complete and three questions deep, so that all are asked at once: question k has its two next ones at 2k + 1 (the
answer was: no more than the threshold) and 2k + 2 (more).
"""

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
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
    more = known[..., forest.factors] > forest.thresholds
    trees = np.arange(len(forest.leaves))
    at = more[..., 0].astype(np.intp) + 1
    for _ in range(DEPTH - 1):
        at = 2 * at + 1 + np.take_along_axis(more, at[..., None], -1)[..., 0]
    sums: Floats = forest.start + forest.leaves[trees, at - QUESTIONS].sum(-1)
    return sums

"""Columns of numbers, a row for each of many things: the few steps that NumPy has no word for."""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.signedinteger[Any]]
Floats = NDArray[np.floating[Any]]
Flags = NDArray[np.bool_]
NONE: Final = np.zeros(0, np.intp)
FIRST: Final = np.ones(1, bool)
# How much it counts that something is there so often: 1 + log of how often. Nothing is there more often than the last.
LOGS: Final = np.concatenate(([0.0], 1 + np.log(np.arange(1, 1 << 16)))).astype(np.float32)


class Table(NamedTuple):
    """Rows of numbers of unequal length: row n is ``numbers[first[n] : first[n] + counts[n]]``."""

    numbers: Ints
    first: Ints
    counts: Ints

    def places(self, chosen: Ints) -> tuple[Ints, Ints]:
        """Return which choice each number of the chosen rows belongs to, and its place among all numbers."""
        return spread(self.first[chosen], self.counts[chosen])


def table(rows: Iterable[Sequence[int]]) -> Table:
    """Return a table of the rows."""
    listed = list(rows)
    counts = np.array([len(row) for row in listed], np.intp)
    return Table(np.fromiter(chain.from_iterable(listed), np.intp), np.cumsum(counts) - counts, counts)


def spread(first: Ints, counts: Ints) -> tuple[Ints, Ints]:
    """Return so many numbers from each ``first`` on, all in a row; before them, which first each belongs to."""
    which = np.arange(len(counts)).repeat(counts)
    return which, np.arange(len(which)) + (first - np.cumsum(counts) + counts)[which]


def changes(values: Ints) -> Flags:
    """Say of each value whether it differs from the one before it; the first one does."""
    return np.concatenate((FIRST, values[1:] != values[:-1]))[: len(values)]


def numbered(keys: NDArray[Any]) -> tuple[Ints, Ints]:
    """Return where the first of each distinct key is, and the number of each key among these.

    NumPy's ``unique`` does the same, after a look at masked arrays that costs more than this.
    """
    order = keys.argsort(kind="stable")
    first = changes(keys[order])
    numbers = np.empty(len(keys), np.intp)
    numbers[order] = np.cumsum(first) - 1
    return order[first], numbers


def ranks(keys: Ints) -> Ints:
    """Return how many of the keys before each are equal to it."""
    order = keys.argsort(kind="stable")
    first = changes(keys[order])
    rank = np.empty_like(keys)
    rank[order] = np.arange(len(keys)) - first.nonzero()[0][np.cumsum(first) - 1]
    return rank

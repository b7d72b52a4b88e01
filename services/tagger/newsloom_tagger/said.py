"""What the rules said of an article → how a learned model decides from that about every theme. Pure.

A rule counts points for its own theme only. Here everything that any rule said is one word of a text about the article, and
words of that text tell of other themes too: that layoffs are named speaks against a product launch.
"""

import math
from collections.abc import Iterator
from itertools import repeat, tee

import numpy as np

from newsloom_tagger.columns import LOGS, Floats
from newsloom_tagger.model import Machines
from newsloom_tagger.scoring import Verdicts


def words(verdicts: Verdicts) -> Iterator[str]:
    """Yield what was said: the theme and the rule's name, and once more with the phrase that it spoke at."""
    for label, said in verdicts.said():
        yield label
        yield f"{label}:{said}"


class Listener:
    """The machines over what was said, ready to decide with; built once, then read only."""

    def __init__(self, machines: Machines) -> None:
        self._machines = machines
        self._weights = np.ascontiguousarray(machines.weights.T)
        self._size = len(machines.features)  # the number, too, of all that no machine knows
        self._labels = {feature: number for number, feature in enumerate(machines.features)}
        self._said = {split: number for feature, number in self._labels.items() for split in _splits(feature)}

    def decisions(self, verdicts: Verdicts) -> Floats:
        """Return a number for each theme and a last one for any theme at all, above 0 where they say yes."""
        labels, said = tee(verdicts.said())
        unknown = repeat(self._size)
        known = *map(self._labels.get, (label for label, _ in labels), unknown), *map(self._said.get, said, unknown)
        counts = np.bincount(known or [self._size], minlength=self._size + 1)[:-1]
        values = LOGS.take(counts, mode="clip") * self._machines.idf
        decisions: Floats = self._weights @ (values / (math.sqrt(values @ values) or 1.0))
        return decisions + self._machines.intercepts


def _splits(feature: str) -> Iterator[tuple[str, str]]:
    """Yield how a feature may have been put together from a label and what was said: either may have colons."""
    parts = feature.split(":")
    return ((":".join(parts[:n]), ":".join(parts[n:])) for n in range(2, len(parts)))

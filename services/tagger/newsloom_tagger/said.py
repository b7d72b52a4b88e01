"""What the rules said of an article → how a learned model decides from that about every theme. Pure.

A rule counts points for its own theme only. Here everything that any rule said is one word of a text about the article, and
words of that text tell of other themes too: that layoffs are named speaks against a product launch.
"""

import math
from collections.abc import Iterator
from itertools import repeat

import numpy as np

from newsloom_tagger.columns import LOGS, NONE, Floats, Ints
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
        self._labels: tuple[tuple[str, ...], Ints] = (), NONE
        self._size = len(machines.features)  # the number, too, of all that no machine knows
        self._features = {feature: number for number, feature in enumerate(machines.features)}
        self._said = {split: number for feature, number in self._features.items() for split in _splits(feature)}

    def decisions(self, verdicts: Verdicts) -> Floats:
        """Return a number for each theme and a last one for any theme at all, above 0 where they say yes."""
        said = np.fromiter(map(self._said.get, verdicts.said(), repeat(self._size)), np.intp, len(verdicts.spoken))
        known = np.concatenate((self._rules(verdicts.labels)[verdicts.spoken], said))
        counts = np.bincount(known, minlength=self._size + 1)[:-1]
        values = LOGS.take(counts, mode="clip") * self._machines.idf
        decisions: Floats = self._weights @ (values / (math.sqrt(values @ values) or 1.0))
        return decisions + self._machines.intercepts

    def _rules(self, labels: tuple[str, ...]) -> Ints:
        """Return the number of each label. A taxonomy's are always the same, so the last ones are kept."""
        kept = self._labels
        if kept[0] is not labels:
            kept = self._labels = labels, np.array([self._features.get(n, self._size) for n in labels], np.intp)
        return kept[1]


def _splits(feature: str) -> Iterator[tuple[str, str]]:
    """Yield how a feature may have been put together from a label and what was said: either may have colons."""
    parts = feature.split(":")
    return ((":".join(parts[:n]), ":".join(parts[n:])) for n in range(2, len(parts)))

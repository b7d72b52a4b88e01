"""What the rules said of an article → how a learned model decides from that about every theme. Pure.

A rule counts points for its own theme only. Here everything that any rule said is one word of a text about the article, and
words of that text tell of other themes too: that layoffs are named speaks against a product launch.
"""

from collections.abc import Iterator
from operator import itemgetter

import numpy as np

from newsloom_tagger.forest import Floats
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
        self._labels = {feature: number for number, feature in enumerate(machines.features)}
        self._said = {split: number for feature, number in self._labels.items() for split in _splits(feature)}

    def decisions(self, verdicts: Verdicts) -> Floats:
        """Return a number for each theme and a last one for any theme at all, above 0 where they say yes."""
        pairs = list(verdicts.said())
        known = [*map(self._labels.get, map(itemgetter(0), pairs)), *map(self._said.get, pairs)]
        counts = np.bincount([n for n in known if n is not None], minlength=1)
        there = counts.nonzero()[0]
        values = (1 + np.log(counts[there])) * self._machines.idf[there]
        decisions: Floats = values / (np.linalg.norm(values) or 1.0) @ self._machines.weights[there]
        return decisions + self._machines.intercepts


def _splits(feature: str) -> Iterator[tuple[str, str]]:
    """Yield how a feature may have been put together from a label and what was said: either may have colons."""
    parts = feature.split(":")
    return ((":".join(parts[:n]), ":".join(parts[n:])) for n in range(2, len(parts)))

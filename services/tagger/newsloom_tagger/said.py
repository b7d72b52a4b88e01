"""What the rules said of an article → how a learned model decides from that about every theme. Pure.

A rule counts points for its own theme only. Here everything that any rule said is one word of a text about the article, and
words of that text tell of other themes too: that layoffs are named speaks against a product launch.
"""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from newsloom_tagger.columns import LOGS, Floats, Ints
from newsloom_tagger.hashing import BASE, Hashes, Known, hashed
from newsloom_tagger.model import Machines
from newsloom_tagger.scoring import Board, Verdicts


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
        self._features = Known(machines.features)
        self._labels: tuple[tuple[str, ...], _Labels] = (), _labels(self._features, ())

    def decisions(self, board: Board, articles: Sequence[int]) -> Floats:
        """Return for each of the articles a number for each theme and a last one for any theme at all, above 0 for yes."""
        counts = self._counts(board, articles)
        decisions = [self._decided(LOGS.take(row, mode="clip") * self._machines.idf) for row in counts]
        return np.array(decisions).reshape(len(articles), -1) + self._machines.intercepts

    def _decided(self, values: Floats) -> Floats:
        decided: Floats = self._weights @ (values / (math.sqrt(values @ values) or 1.0))
        return decided

    def _counts(self, board: Board, articles: Sequence[int]) -> Ints:
        """Return how often each feature was said of each article."""
        table, size = board.table, len(self._machines.features)
        owners = np.full(table.spoken.page.size, -1)
        owners[articles] = np.arange(len(articles))
        owner = owners[table.theme // board.themes]
        own = (owner >= 0).nonzero()[0]
        labels, rule, owner = self._known(table.spoken.labels), table.rule[own], owner[own]
        rows, said = self._features.find(
            labels.hashes[rule] + labels.powers[rule] * table.spoken.sayings.hashes[table.said[own]]
        )
        named = labels.features[rule]
        heard = named >= 0
        found = np.concatenate((owner[heard] * size + named[heard], owner[rows] * size + said))
        return np.bincount(found, minlength=len(articles) * size).reshape(len(articles), size)

    def _known(self, labels: tuple[str, ...]) -> "_Labels":
        """Return what is known of the labels. A taxonomy's are always the same, so the last ones are kept."""
        kept = self._labels
        if kept[0] is not labels:
            kept = self._labels = labels, _labels(self._features, labels)
        return kept[1]


class _Labels(NamedTuple):
    """Of each label: its own number among the features, or -1; and what makes a hash of "label:" and of what it said one.

    The hash of both in a row is ``hashes`` plus ``powers`` times the hash of what was said.
    """

    features: Ints
    hashes: Hashes
    powers: Hashes


def _labels(features: Known, labels: tuple[str, ...]) -> _Labels:
    numbers = np.full(len(labels), -1)
    rows, found = features.find(np.array([hashed(label) for label in labels], np.uint64))
    numbers[rows] = found
    begun = [hashed(f"{label}:") for label in labels]
    powers = [pow(BASE, len(label) + 1, 1 << 64) for label in labels]
    return _Labels(numbers, np.array(begun, np.uint64), np.array(powers, np.uint64))

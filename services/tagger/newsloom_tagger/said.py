"""What the rules said of an article → how a learned model decides from that about every theme. Pure.

A rule counts points for its own theme only. Here everything that any rule said is one word of a text about the article, and
words of that text tell of other themes too: that layoffs are named speaks against a product launch.
"""

from collections.abc import Iterator, Mapping

import numpy as np

from newsloom_tagger.forest import Floats
from newsloom_tagger.model import Machines
from newsloom_tagger.scoring import Verdict


def words(verdicts: Mapping[str, Verdict]) -> Iterator[str]:
    """Yield what was said, by theme: the rule's name, and once more with the phrase that it spoke at."""
    for theme, verdict in verdicts.items():
        for point in (*verdict.for_, *verdict.against):
            yield f"{theme}:{point.rule}"
            yield f"{theme}:{point.rule}:{point.said}"


class Listener:
    """The machines over what was said, ready to decide with; built once, then read only."""

    def __init__(self, machines: Machines) -> None:
        self._machines = machines
        self._numbers = {feature: number for number, feature in enumerate(machines.features)}

    def decisions(self, verdicts: Mapping[str, Verdict]) -> Floats:
        """Return a number for each theme and a last one for any theme at all, above 0 where they say yes."""
        known = [n for n in map(self._numbers.get, words(verdicts)) if n is not None]
        there, counts = np.unique(np.array(known, np.intp), return_counts=True)
        values = (1 + np.log(counts)) * self._machines.idf[there]
        decisions: Floats = values / (np.linalg.norm(values) or 1.0) @ self._machines.weights[there]
        return decisions + self._machines.intercepts

"""Two fingerprints → whether two articles are one story: the same text, cut, edited, re-ordered, with other text around. Pure.

The thresholds are measured, on reprints and on articles that only look like them: docs/stories.md.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from newsloom_schemas.types import Fingerprint

SAMPLE: Final = 64  # hashes of runs that a fingerprint has at most
FIGURES: Final = 16  # and of numbers
SAME: Final = 0.15  # of all runs of two texts: so many in common make them one story. Unrelated texts have 0.1 at most
SAME_SHORT: Final = 0.5  # where one of them is shorter than SHORT runs, and a set phrase is much of it
SHORT: Final = 40
SAME_SITE: Final = 0.5  # on one site, where forms, notices and what each page ends with are common to all articles
PART: Final = 0.3  # a text that has less in common with one that holds most of it (PART_HELD) is one of many in a round-up
PART_HELD: Final = 0.6
HELD: Final = 0.8  # of a short version's runs: so many are in the long one of the same title
HELD_RUNS: Final = 3  # at least
OTHER_FIGURES: Final = 0.35  # of the fewer numbers: where less of them are in the other, a form was filled in anew
TELLING_FIGURES: Final = 3  # numbers that both must have to tell that


class Common(NamedTuple):
    """What two samples have in common: ``alike`` is the share of all, ``held`` of the smaller one; ``shared`` is how many."""

    alike: float
    held: float
    shared: int
    smaller: int


def same_story(one: Fingerprint | None, other: Fingerprint | None) -> bool:
    """Whether two articles tell the same story. One without a fingerprint is a story of its own."""
    return resemblance(one, other) > 0


def resemblance(one: Fingerprint | None, other: Fingerprint | None) -> float:
    """Return how much of all their text two articles of one story have in common, up to 1; 0 where it is not one story."""
    if one is None or other is None or _filled_in_anew(one, other):
        return 0.0
    text = common(one.text, other.text, SAMPLE)
    titled = one.title == other.title
    if titled and text.held >= HELD and text.shared >= HELD_RUNS:
        return text.alike
    if text.held >= PART_HELD and text.alike < PART:
        return 0.0
    return text.alike if text.alike >= _needed(one, other, titled=titled) else 0.0


def common(one: Sequence[int], other: Sequence[int], most: int) -> Common:
    """Compare two bottom-k samples: up to the lowest of their ends both are complete."""
    ends = [sample[-1] for sample in (one, other) if len(sample) == most]
    low = min(ends, default=None)
    a, b = ({h for h in sample if low is None or h <= low} for sample in (one, other))
    shared, smaller = len(a & b), min(len(a), len(b))
    return Common(shared / max(1, len(a | b)), shared / max(1, smaller), shared, smaller)


def _filled_in_anew(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether the numbers differ as those of two reports do that have their sentences from one form."""
    figures = common(one.figures, other.figures, FIGURES)
    return figures.smaller >= TELLING_FIGURES and figures.held < OTHER_FIGURES


def _needed(one: Fingerprint, other: Fingerprint, *, titled: bool) -> float:
    """Return how much two texts must have in common."""
    if one.site and one.site == other.site:
        return SAME_SITE if titled else 2.0
    return SAME_SHORT if min(len(one.text), len(other.text)) < SHORT else SAME

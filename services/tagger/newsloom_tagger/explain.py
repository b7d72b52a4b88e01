"""A theme's verdict → the answer to "why this theme, or why not"."""

from msgspec import Struct
from newsloom_schemas.types import Evidence

from newsloom_tagger.scoring import Verdict, evidence
from newsloom_tagger.taxonomy import ThemeRules


class Explanation(Struct, frozen=True, kw_only=True, rename={"for_": "for"}):
    """What spoke ``for`` and ``against`` a theme; ``tagged`` says whether the score reached the threshold."""

    id: str
    score: float
    threshold: float
    tagged: bool
    for_: tuple[Evidence, ...]
    against: tuple[Evidence, ...]


def explanation(theme: ThemeRules, verdict: Verdict, threshold: float) -> Explanation:
    """Return the explanation of a verdict."""
    return Explanation(
        id=theme.id,
        score=verdict.score,
        threshold=threshold,
        tagged=bool(verdict.for_) and verdict.score >= threshold,
        for_=evidence(verdict.for_),
        against=evidence(verdict.against),
    )

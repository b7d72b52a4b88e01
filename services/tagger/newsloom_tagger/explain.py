"""A judgement on a theme → the answer to "why this theme, or why not"."""

from msgspec import Struct
from newsloom_schemas.types import Evidence

from newsloom_tagger.combine import Judgement


class Explanation(Struct, frozen=True, kw_only=True, rename={"for_": "for"}):
    """What spoke ``for`` and ``against`` a theme; ``tagged`` says whether the score reached the threshold."""

    id: str
    score: float
    threshold: float
    tagged: bool
    for_: tuple[Evidence, ...]
    against: tuple[Evidence, ...]


def explanation(judged: Judgement) -> Explanation:
    """Return the explanation of a judgement."""
    return Explanation(
        id=judged.theme.id,
        score=judged.score,
        threshold=judged.threshold,
        tagged=judged.tagged,
        for_=judged.for_,
        against=judged.against,
    )

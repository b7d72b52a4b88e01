"""What the index holds of an article, and what a taxonomy says of it now → what that changes. Pure."""

from collections.abc import Collection, Mapping
from typing import Final, Literal, NamedTuple

from msgspec.structs import replace
from newsloom_schemas.types import Retag, TaggedArticle

MUCH: Final = 0.1  # a score that moves by more is worth showing
Kind = Literal["gained", "lost", "changed"]
Scores = Mapping[str, float]


class Move(NamedTuple):
    """What becomes of a theme of an article; a score is None where the article does not have the theme."""

    theme: str
    kind: Kind
    before: float | None
    after: float | None


def scores(article: TaggedArticle) -> dict[str, float]:
    """Return the article's themes with their scores."""
    return {t.id: t.score for t in article.themes}


def moves(before: Scores, after: Scores) -> list[Move]:
    """Return what becomes of the themes that are not about the same as before, by their ids."""
    found = [
        Move(t, kind, before.get(t), after.get(t)) for t in before.keys() | after.keys() if (kind := _kind(t, before, after))
    ]
    return sorted(found)


def _kind(theme: str, before: Scores, after: Scores) -> Kind | None:
    if theme not in before:
        return "gained"
    if theme not in after:
        return "lost"
    return "changed" if abs(after[theme] - before[theme]) > MUCH else None


def concerned(found: Collection[Move], themes: Collection[str]) -> list[Move]:
    """Return the moves of these themes, of all themes where none is named."""
    return [m for m in found if not themes or m.theme in themes]


def differs(held: TaggedArticle, new: TaggedArticle) -> bool:
    """Say whether anything at all is understood otherwise than before."""
    return held != replace(new, tagger=held.tagger, tagged_at=held.tagged_at, retag=held.retag)


def retagged(new: TaggedArticle, run: str, found: Collection[Move]) -> TaggedArticle:
    """Return the article as it is published: saying that it was tagged anew, and which themes it gained and lost."""
    gained, lost = (tuple(m.theme for m in found if m.kind == kind) for kind in ("gained", "lost"))
    return replace(new, retag=Retag(run=run, gained=gained, lost=lost))

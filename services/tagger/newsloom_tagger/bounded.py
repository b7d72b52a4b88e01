"""What was found in an article → as much of it as is worth telling: a page of a million numbers must make no huge message."""

from collections.abc import Sequence
from typing import Final, TypeVar

from msgspec.structs import replace
from newsloom_schemas.types import Entity

MOST: Final = 1_000  # of each kind: no labelled article has more than 24 of any; a report as long as a book has a few hundred
Fact = TypeVar("Fact")


def first(facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """Return the first facts of one kind, which are in the order of the text, the title first."""
    return tuple(facts[:MOST])


def mentioned(entities: Sequence[Entity]) -> tuple[Entity, ...]:
    """Return the entities with the first mentions of all; one that is mentioned only later is left out."""
    if sum(len(e.mentions) for e in entities) <= MOST:
        return tuple(entities)
    places = sorted((m.field != "title", m.start, n) for n, e in enumerate(entities) for m in e.mentions)
    counts = [0] * len(entities)
    for *_, n in places[:MOST]:
        counts[n] += 1
    return tuple(replace(e, mentions=e.mentions[:count]) for e, count in zip(entities, counts, strict=True) if count)

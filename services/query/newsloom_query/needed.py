"""Many queries, one article → the few queries that can match it at all: those of which it has what they need. Pure.

Of a query it is known what no article can do without: of all its conditions one, the rarest as far as one can tell, and of
alternatives one each. So a thousand queries cost little more than those that are near.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final, TypeAlias

from newsloom_query.lexicon import Unit
from newsloom_query.matching import sought_of, units_of
from newsloom_query.seen import Seen
from newsloom_query.tree import All, Beginning, Either, HasEntity, HasFigure, HasTheme, Node, Phrase, Query, Words

# What an article can have: ("word", a term of the index), ("entity", its id), ("theme", its id), ("figure", its unit).
Key: TypeAlias = tuple[str, str]
RARITY: Final = {"entity": 0, "word": 1, "figure": 2, "theme": 3}


def needed(node: Node) -> frozenset[Key] | None:  # noqa: PLR0911 - a line for each kind of condition
    """Return keys of which every article that is meant has one; None where it can do without any that we know."""
    match node:
        case All(nodes):
            return _rarest(needed(n) for n in nodes)
        case Either(nodes):
            return _any(needed(n) for n in nodes)
        case Words(text):
            return _rarest(_unit(u) for u in units_of(text))
        case Phrase(text):
            return _phrase(text, beginning=False)
        case Beginning(text):
            return _phrase(text, beginning=True)
        case HasTheme(name):
            return frozenset({("theme", name)})
        case HasEntity(ids=ids):
            return frozenset(("entity", i) for i in ids)
        case HasFigure(unit=unit):
            return frozenset({("figure", unit)})
    return None


class Needs:
    """Queries by what they need; ``near`` finds those that an article has it of."""

    def __init__(self, queries: Sequence[Query]) -> None:
        """Take the queries; they are known by their places in the sequence."""
        self._by_key: dict[str, dict[str, list[int]]] = {kind: defaultdict(list) for kind in RARITY}
        self._always: list[int] = []
        for place, query in enumerate(queries):
            self._add(place, needed(query.root))

    def near(self, seen: Seen) -> list[int]:
        """Return the places of the queries that may match the article, in order; no other one does."""
        found = set(self._always)
        for kind, has in _kinds(seen):
            by_key = self._by_key[kind]
            for key in has & by_key.keys():
                found.update(by_key[key])
        return sorted(found)

    def _add(self, place: int, keys: Collection[Key] | None) -> None:
        if keys is None:
            self._always.append(place)
        for kind, key in keys or ():
            self._by_key[kind][key].append(place)


def _kinds(seen: Seen) -> Iterator[tuple[str, set[str]]]:
    """Yield what the article has, by kind."""
    yield "word", set().union(*(text.places for text in seen.texts.values()))
    yield "entity", set(seen.entities)
    yield "theme", set(seen.themes)
    yield "figure", {a.currency for a in seen.tagged.amounts} | {q.unit for q in seen.tagged.quantities}


def _unit(unit: Unit) -> frozenset[Key] | None:
    """Return what a free word needs, in any of its ways."""
    ways = [_phrase(text, beginning=False) for text in (unit.text, *(() if unit.entity else unit.others))]
    if unit.entity:
        ways.append(frozenset({("entity", unit.entity)}))
    if unit.figure:
        ways.append(frozenset({("figure", unit.figure.unit)}))
    return _any(ways)


def _phrase(text: str, *, beginning: bool) -> frozenset[Key] | None:
    """Return the longest word of a phrase; not its last one where that may go on, and nothing of a phrase without words."""
    sought = sought_of(text, beginning=beginning)
    whole = sought.terms if sought.kind == "whole" else sought.terms[:-1]
    if not whole:
        return None if sought.terms else frozenset()
    return frozenset(("word", term) for term in max(whole, key=lambda terms: max(map(len, terms))))


def _any(ways: Iterable[frozenset[Key] | None]) -> frozenset[Key] | None:
    """Return what one of these ways needs; None where one of them needs nothing."""
    found: set[Key] = set()
    for way in ways:
        if way is None:
            return None
        found |= way
    return frozenset(found)


def _rarest(parts: Iterable[frozenset[Key] | None]) -> frozenset[Key] | None:
    """Return the keys that fewest articles will have, of conditions that must all be met."""
    known = [keys for keys in parts if keys is not None]
    return min(known, key=_commonness, default=None)


def _commonness(keys: frozenset[Key]) -> tuple[int, int, int]:
    """Return how common keys are likely to be: by their kind, their number, and how short the words are."""
    kinds = max((RARITY[kind] for kind, _ in keys), default=-1)
    return kinds, len(keys), -min((len(key) for _, key in keys), default=0)

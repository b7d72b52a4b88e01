"""A query and one article → whether the article is meant, and by which places of it. Pure.

The same as ``filters.strict`` has Elasticsearch find, evaluated here: for what arrives, and for saved searches. It comes in two
steps, for most articles do not match: first yes or no, then the places that say why.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from itertools import chain, islice
from typing import Any, Final, NamedTuple

import numpy as np
from newsloom_schemas.types import FieldName, Mention, TaggedArticle

from newsloom_query import analysis, filters, meant, spelling, tree
from newsloom_query.lexicon import Figure, Unit
from newsloom_query.seen import FIELDS, Seen, Text
from newsloom_query.tree import Limits, Node, Query, Scope

MOST: Final = 50  # places of a match that are told
KEYWORD: Final = 256  # characters of a name; the index leaves a longer one out
ADDRESS: Final = 8191
Place = tuple[FieldName, int, int]


class Match(NamedTuple):
    """That an article is meant, and the places that say why, in the order of the text: at most ``MOST``, maybe none."""

    spans: tuple[Mention, ...]


def matches(query: Query, article: TaggedArticle | Seen) -> Match | None:
    """Return why the article is meant by the query, or None. Who asks more than once of an article makes one ``Seen`` of it."""
    seen = article if isinstance(article, Seen) else Seen(article)
    return Match(spans(query.root, seen)) if holds(query.root, seen) else None


def holds(node: Node, seen: Seen) -> bool:
    """Whether the article meets the condition."""
    return HOLDS[type(node)](node, seen)


def spans(node: Node, seen: Seen) -> tuple[Mention, ...]:
    """Return the places of the article that meet the conditions which speak for it."""
    places = dict.fromkeys(islice(_speaking(node, seen), MOST * 4))
    ordered = sorted(places, key=lambda p: (FIELDS.index(p[0]), p[1], -p[2]))[:MOST]
    return tuple(Mention(field=f, start=s, end=e, text=seen.texts[f].text[s:e]) for f, s, e in ordered)


def _speaking(node: Node, seen: Seen) -> Iterator[Place]:
    """Yield the places that speak for a condition that holds: of alternatives, only of those that do."""
    if isinstance(node, tree.All | tree.Either):
        for child in node.nodes:
            if isinstance(node, tree.All) or holds(child, seen):
                yield from _speaking(child, seen)
    elif type(node) in PLACES:
        yield from PLACES[type(node)](node, seen)


def _any(places: Iterator[Place]) -> bool:
    return next(places, None) is not None


@lru_cache(maxsize=10_000)
def units_of(text: str) -> tuple[Unit, ...]:
    """Return the things that free words ask for; an article needs each."""
    return meant.units(text)


def _unit(unit: Unit, seen: Seen) -> Iterator[Place]:
    """Yield the places where a free word is, in one of its ways."""
    yield from _phrase(unit.text, "article", seen)
    if unit.entity:
        yield from _mentions(seen, (unit.entity,))
    else:
        yield from chain.from_iterable(_phrase(other, "article", seen) for other in unit.others)
    if unit.figure:
        f: Figure = unit.figure
        yield from _figures(seen, f.path, f.unit, filters.same(f.value))


def _words(text: str, seen: Seen) -> bool:
    units = units_of(text)
    return bool(units) and all(_any(_unit(u, seen)) for u in units)


def _phrase(text: str, scope: Scope, seen: Seen) -> Iterator[Place]:
    yield from _found(sought_of(text, beginning=False), scope, seen)


class Sought(NamedTuple):
    """The terms of a phrase by position, as any of those at a position will do, and how its last one may go on.

    ``kind``: it may not (whole), anyhow (prefix), or it is one Chinese character, either half of a pair (half).
    """

    terms: tuple[frozenset[str], ...]
    kind: str


@lru_cache(maxsize=50_000)
def sought_of(text: str, *, beginning: bool) -> Sought:
    """Return what is looked for where these words are meant as they stand."""
    tokens = analysis.tokens(text)
    terms = tuple(frozenset({t.plain, t.stem}) for t in tokens)
    if tokens and analysis.lone(tokens[-1].plain):
        return Sought(terms, "prefix" if len(terms) > 1 else "half")
    if beginning and len(terms) == 1:
        return Sought((frozenset({tokens[0].plain}),), "prefix")
    return Sought(terms, "prefix" if beginning else "whole")


def _found(sought: Sought, scope: Scope, seen: Seen) -> Iterator[Place]:
    for field in FIELDS if scope == "article" else FIELDS[:1]:
        text = seen.texts[field]
        for first in _positions(sought, text):
            yield field, text.tokens[first].start, text.tokens[first + len(sought.terms) - 1].end


def _positions(sought: Sought, text: Text) -> Iterator[int]:
    """Yield the positions at which the terms stand one behind the other."""
    if not sought.terms:
        return
    *firsts, last = sought.terms
    ends = sorted({p for term in _going_on(last, sought.kind, text) for p in text.places.get(term, ())})
    for end in ends:
        start = end - len(firsts)
        if start >= 0 and all(_stands(terms, start + n, text) for n, terms in enumerate(firsts)):
            yield start


def _stands(terms: frozenset[str], position: int, text: Text) -> bool:
    token = text.tokens[position]
    return token.plain in terms or token.stem in terms


def _going_on(terms: frozenset[str], kind: str, text: Text) -> Iterator[str]:
    if kind == "whole":
        yield from terms
        return
    for term in terms:
        for known in text.terms[bisect_left(text.terms, term) :]:
            if not known.startswith(term):
                break
            if kind == "prefix" or len(known) <= 2:
                yield known
    if kind == "half":
        yield from chain.from_iterable(text.seconds.get(term, ()) for term in terms)


def _mentions(seen: Seen, ids: tuple[str, ...]) -> Iterator[Place]:
    for e in seen.tagged.entities if not seen.entities.isdisjoint(ids) else ():
        if e.id in ids:
            yield from ((m.field, m.start, m.end) for m in e.mentions)


def _figures(seen: Seen, path: str, unit: str, limits: Limits) -> Iterator[Place]:
    for f in getattr(seen.tagged, path):
        kind = f.currency if path == "amounts" else f.unit
        if kind == unit and _overlap(f.value, f.high, limits):
            yield f.field, f.start, f.end


def _overlap(value: float, high: float | None, limits: Limits) -> bool:
    most = value if high is None else max(value, high)
    return _within(most, Limits(low=limits.low, open=limits.open)) and _within(
        value, Limits(high=limits.high, open=limits.open)
    )


def _within(value: float, limits: Limits) -> bool:
    low, high = limits.low, limits.high
    if limits.open:
        return (low is None or value > low) and (high is None or value < high)
    return (low is None or value >= low) and (high is None or value <= high)


def _scored(score: float, limits: Limits) -> bool:
    """Whether a score is within the limits: the index keeps scores in four bytes."""
    low, high = (None if n is None else float(np.float32(n)) for n in (limits.low, limits.high))
    return _within(float(np.float32(score)), Limits(low, high, limits.open))


def _speak(seen: Seen, names: tuple[str, ...]) -> Iterator[Place]:
    for q in seen.tagged.quotes:
        speaker = q.speaker or ""
        if len(speaker) <= KEYWORD and any(spelling.holds(name, speaker) for name in names):
            yield q.field, q.start, q.end


def _brought(name: str, address: str, title: str) -> bool:
    hosted = len(address) <= ADDRESS and spelling.is_hosted(name, address)
    return hosted or (len(title) <= KEYWORD and spelling.holds(name, title))


def _themed(node: tree.HasTheme, seen: Seen) -> bool:
    score = seen.themes.get(node.id)
    return score is not None and _scored(score, node.limits)


def _telling(name: str, seen: Seen) -> Iterator[Place]:
    """Yield the sentence that tells most of the theme, or else what speaks for it."""
    telling = (m for t in seen.tagged.themes if t.id == name for m in ((t.telling,) if t.telling else t.evidence[:1]))
    yield from ((m.field, m.start, m.end) for m in telling)


PLACES: Final[Mapping[type, Callable[[Any, Seen], Iterator[Place]]]] = {
    tree.Words: lambda it, seen: chain.from_iterable(_unit(u, seen) for u in units_of(it.text)),
    tree.Phrase: lambda it, seen: _phrase(it.text, it.scope, seen),
    tree.Beginning: lambda it, seen: _found(sought_of(it.text, beginning=True), it.scope, seen),
    tree.HasTheme: lambda it, seen: _telling(it.id, seen),
    tree.HasEntity: lambda it, seen: _mentions(seen, it.ids),
    tree.HasFigure: lambda it, seen: _figures(seen, it.path, it.unit, it.limits),
    tree.Speaks: lambda it, seen: _speak(seen, it.names),
}
HOLDS: Final[Mapping[type, Callable[[Any, Seen], bool]]] = {
    tree.All: lambda it, seen: all(HOLDS[type(n)](n, seen) for n in it.nodes),
    tree.Either: lambda it, seen: any(HOLDS[type(n)](n, seen) for n in it.nodes),
    tree.Not: lambda it, seen: not HOLDS[type(it.node)](it.node, seen),
    tree.Words: lambda it, seen: _words(it.text, seen),
    tree.HasTheme: _themed,
    tree.HasEntity: lambda it, seen: not seen.entities.isdisjoint(it.ids),
    tree.From: lambda it, seen: any(_brought(it.name, f.url, f.title) for f in seen.feeds),
    tree.InLanguage: lambda it, seen: seen.tagged.language == it.code,
    tree.CameAs: lambda it, seen: seen.tagged.article.origin == it.origin,
    tree.Since: lambda it, seen: seen.at >= it.at,
    tree.Until: lambda it, seen: seen.at <= it.at,
    **dict.fromkeys(
        (tree.Phrase, tree.Beginning, tree.HasFigure, tree.Speaks), lambda it, seen: _any(PLACES[type(it)](it, seen))
    ),
}

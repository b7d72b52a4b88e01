"""A query → the Elasticsearch filter that finds exactly the articles that are meant: it ranks nothing. Pure.

What it means is what ``matching`` evaluates on one article; tests/query holds the two against each other.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from newsloom_query import analysis, meant, spelling, tree
from newsloom_query.lexicon import Figure, Unit
from newsloom_query.tree import Limits, Node, Query, Scope

Clause = dict[str, Any]
SCOPES: Final[dict[Scope, tuple[str, ...]]] = {"title": ("article.title",), "article": ("article.title", "article.content")}
FEEDS: Final = ("article.feed", "article.also_in")
ENDINGS: Final = 10_000  # words that a beginning of several words may go on to; of one word there is no limit
SAME: Final = 0.001  # as near as that a figure is the same
KEYS: Final = {"amounts": "currency", "quantities": "unit"}


def strict(query: Query) -> Clause:
    """Return a query to be used as a filter."""
    return node(query.root)


def node(it: Node) -> Clause:
    """Return the filter of a part of a query."""
    return FILTERS[type(it)](it)


def words(text: str) -> Clause:
    """Return the filter for free words: each of them in one of its ways."""
    found = [some(_ways(unit)) for unit in meant.units(text)]
    return every(found) if found else {"match_none": {}}


def _ways(unit: Unit) -> Iterator[Clause]:
    yield phrase(unit.text)
    if unit.entity:
        yield {"term": {"entities.id": unit.entity}}
    else:
        yield from (phrase(other) for other in unit.others)
    if unit.figure:
        yield figure(unit.figure)


def figure(f: Figure) -> Clause:
    """Return the filter for the same figure, however it is written."""
    return _figures(f.path, f.unit, same(f.value))


def same(value: float) -> Limits:
    """Return the limits within which a number is the same: doubles are not exact, and people round."""
    return Limits(value * (1 - SAME), value * (1 + SAME))


def phrase(text: str, scope: Scope = "article") -> Clause:
    """Return the filter for words in this order.

    One Chinese character alone is a half of each pair that it is in; at the end of a phrase it may be the first half of one.
    """
    terms = [token.plain for token in analysis.tokens(text)]
    if terms and analysis.lone(terms[-1]):
        return _lone(terms[0], scope) if len(terms) == 1 else _going_on(text, scope)
    return some({"match_phrase": {name: text}} for name in SCOPES[scope])


def _lone(character: str, scope: Scope) -> Clause:
    pairs = (character, f"{character}?", f"?{character}")
    return some({"wildcard": {name: {"value": pair}}} for name in SCOPES[scope] for pair in pairs)


def _going_on(text: str, scope: Scope) -> Clause:
    return some({"match_phrase_prefix": {name: {"query": text, "max_expansions": ENDINGS}}} for name in SCOPES[scope])


def _beginning(text: str, scope: Scope) -> Clause:
    terms = [token.plain for token in analysis.tokens(text)]
    if len(terms) != 1:
        return _going_on(text, scope)
    if analysis.lone(terms[0]):
        return _lone(terms[0], scope)
    return some({"prefix": {name: {"value": terms[0]}}} for name in SCOPES[scope])


def _theme(name: str, limits: Limits) -> Clause:
    if limits == Limits():
        return {"term": {"tags": name}}
    return _nested("themes", [{"term": {"themes.id": name}}, {"range": {"themes.score": _range(limits)}}])


def _figures(path: str, unit: str, limits: Limits) -> Clause:
    return _nested(path, [{"term": {f"{path}.{KEYS[path]}": unit}}, *_within(path, limits)])


def _within(path: str, limits: Limits) -> Iterator[Clause]:
    """Yield the conditions for a number or a range of them that has a part within the limits."""
    if limits.high is not None:
        yield {"range": {f"{path}.value": _range(Limits(high=limits.high, open=limits.open))}}
    if limits.low is not None:
        low = _range(Limits(limits.low, open=limits.open))
        yield some({"range": {f"{path}.{end}": low}} for end in ("value", "high"))


def _range(limits: Limits) -> Clause:
    tail = "" if limits.open else "e"
    return {f"{way}{tail}": n for way, n in (("gt", limits.low), ("lt", limits.high)) if n is not None}


def _source(name: str) -> Clause:
    host, title = spelling.hosted(name), spelling.holding(name)
    return some({"regexp": {f"{feed}.{key}": p}} for feed in FEEDS for key, p in (("url", host), ("title", title)))


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")


def _nested(path: str, conditions: Iterable[Clause]) -> Clause:
    return {"nested": {"path": path, "query": every(conditions)}}


def every(clauses: Iterable[Clause]) -> Clause:
    """Return the filter for all of the conditions."""
    found = list(clauses)
    return found[0] if len(found) == 1 else {"bool": {"filter": found}}


def some(clauses: Iterable[Clause]) -> Clause:
    """Return the filter for one of the conditions at least."""
    found = list(clauses)
    return found[0] if len(found) == 1 else {"bool": {"should": found, "minimum_should_match": 1}}


FILTERS: Final[Mapping[type, Callable[[Any], Clause]]] = {
    tree.All: lambda it: every(map(node, it.nodes)) if it.nodes else {"match_all": {}},
    tree.Either: lambda it: some(map(node, it.nodes)),
    tree.Not: lambda it: {"bool": {"must_not": [node(it.node)]}},
    tree.Words: lambda it: words(it.text),
    tree.Phrase: lambda it: phrase(it.text, it.scope),
    tree.Beginning: lambda it: _beginning(it.text, it.scope),
    tree.HasTheme: lambda it: _theme(it.id, it.limits),
    tree.HasEntity: lambda it: {"terms": {"entities.id": list(it.ids)}},
    tree.HasFigure: lambda it: _figures(it.path, it.unit, it.limits),
    tree.Speaks: lambda it: some({"regexp": {"quotes.speaker": spelling.holding(name)}} for name in it.names),
    tree.From: lambda it: _source(it.name),
    tree.InLanguage: lambda it: {"term": {"language": it.code}},
    tree.CameAs: lambda it: {"term": {"article.origin": it.origin}},
    tree.Since: lambda it: {"range": {"@timestamp": {"gte": _moment(it.at)}}},
    tree.Until: lambda it: {"range": {"@timestamp": {"lte": _moment(it.at)}}},
}

"""What is asked for → clauses of an Elasticsearch query that ranks: what `newsloom search` shows. Pure.

Each unit of a question counts once, by whichever of its words says most (dis_max): an article is not twice as good because it
has a name in two spellings. BM25 says how much of it an article is about; that it is there at all counts a constant, as a rare
synonym would else outweigh everything; and articles with most of the units come before all others, by another constant, so
that what is far behind the best can be cut off (see query.NOISE). Weights are in BM25's own measure, where a plain word says
3 to 8; chosen on the open queries of tests/relevance.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from newsloom_query import filters, tree
from newsloom_query.lexicon import Figure, Unit
from newsloom_query.meant import units
from newsloom_query.tree import Node

Clause = dict[str, Any]
FIELDS: Final = ("article.title^1.3", "article.content")  # BM25 already gives more for a word in so short a field as a title
SAME: Final = 0.3  # how much the weaker of two ways to say it counts beside the stronger
OTHER: Final = 0.7  # words that mean the same
ENTITY: Final = 2.0  # the tagger found the name, however it is written
THEME: Final = 8.0  # times the theme's score, at most 1
RULE: Final = 1.0  # a rule that looks for this word spoke
FIGURE: Final = 6.0  # the same sum or quantity, however it is written
MISTYPED: Final = 0.5
THERE: Final = 7.0  # the unit is there
MOST: Final = 10.0  # for each unit, where most of them are there
MOST_ARE: Final = "2<60%"  # both of two, three fifths of more, rounded down:
ONE_IS_MOST: Final = (1, 3)
PAIRS: Final = 0.3  # all words and pairs of characters, as loosely as can be: it orders what the units leave equal
UNITS: Final = 12  # of a question, and
LETTERS: Final = 500  # of it are read: who pastes a whole article is answered from its beginning
LONG: Final = 5  # letters from which a word may be mistyped
TEXTS: Final = (tree.Words, tree.Phrase, tree.Beginning)


def query(root: Node) -> Clause:
    """Return the query for a question that ``ranks``.

    Each of its alternatives counts as if it had one unit: none is cut for being short. Fields only cut, they do not rank.
    """
    asked = tree.alternatives(root)
    parts = [_one(tree.parts(node), alone=len(asked) == 1) for node in asked]
    return parts[0] if len(parts) == 1 else {"dis_max": {"queries": parts}}


def ranks(root: Node) -> bool:
    """Whether a question has words by which one article answers it better than another."""
    return any(tree.leaves(root, TEXTS))


def found(root: Node) -> Clause:
    """Return the query whose words are marked in what is found: no pairs of characters, nothing mistyped."""
    clauses = (clause for leaf in tree.leaves(root, TEXTS) for clause in _marked(leaf))
    return {"bool": {"should": list(clauses)}}


def _marked(leaf: Node) -> Iterator[Clause]:
    if isinstance(leaf, tree.Words):
        yield from (clause for unit in _meant([leaf]) for clause in said(unit))
    else:
        yield _text(leaf)


def _one(conditions: Sequence[Node], *, alone: bool) -> Clause:
    meant = _meant(conditions)
    return {
        "bool": {
            "must": [*_musts(conditions), *([_any(meant)] if meant else [])],
            "filter": [filters.node(c) for c in conditions if not isinstance(c, (*TEXTS, tree.Not, tree.Either))],
            "should": list(_beside(meant)) or [{"match_all": {"boost": THERE + MOST}}],  # what must occur does so in every hit
            "must_not": [filters.node(c.node) for c in conditions if isinstance(c, tree.Not)],
            "boost": 1.0 if alone else 1 / max(1, len(meant)),
        }
    }


def _meant(conditions: Sequence[Node]) -> tuple[Unit, ...]:
    words = " ".join(c.text for c in conditions if isinstance(c, tree.Words))
    return units(words[:LETTERS])[:UNITS] if words else ()


def _musts(conditions: Sequence[Node]) -> Iterator[Clause]:
    """Yield what must be there as it stands, and groups of which one must be."""
    for c in conditions:
        if isinstance(c, tree.Either):
            yield query(c)
        elif isinstance(c, tree.Phrase | tree.Beginning):
            yield {"bool": {"filter": [filters.node(c)], "should": [_text(c)]}}


def _text(it: Node) -> Clause:
    """Return the clause for a phrase or a beginning as it ranks; of a beginning the usual endings are enough for that."""
    fields = {"fields": [f for f in FIELDS if f.split("^")[0] in filters.SCOPES[it.scope]]}  # type: ignore[union-attr]
    if isinstance(it, tree.Phrase):
        clause = phrase(it.text)
        return {"multi_match": clause["multi_match"] | fields}
    return {"multi_match": {"query": it.text, "type": "phrase_prefix", **fields}}  # type: ignore[union-attr]


def _any(meant: Sequence[Unit]) -> Clause:
    return {"bool": {"should": [_unit(u) for u in meant]}}


def _beside(meant: Sequence[Unit]) -> Iterator[Clause]:
    """Yield what only ranks: whether most units are there, and all words at their loosest."""
    if meant:
        yield _constant(_most(meant), MOST * len(meant))
        text = " ".join(u.text for u in meant if not u.entity)  # a name finds the same whichever of its spellings is typed
        yield {"multi_match": {"query": text, "fields": list(FIELDS), "boost": PAIRS}}
        yield from (near for u in meant for near in _near(u))


def _most(meant: Sequence[Unit]) -> Clause:
    """Return the clause for most of the units. Where one of them is enough it is there anyhow: asking again costs a fifth."""
    near = _mistyped if len(meant) > 1 else lambda _: ()  # beside other words that are there, a mistyped one is meant
    if len(meant) in ONE_IS_MOST and not (len(meant) == 1 and any(_mistyped(meant[0]))):
        return {"match_all": {}}
    return {"bool": {"should": [_there(u, *near(u)) for u in meant], "minimum_should_match": MOST_ARE}}


def phrase(text: str, boost: float = 1.0) -> Clause:
    """Return the clause for words in this order: a single word, too, for Chinese ones are several pairs of characters."""
    return {"multi_match": {"query": text, "type": "phrase", "fields": list(FIELDS), "tie_breaker": SAME, "boost": boost}}


def _unit(unit: Unit) -> Clause:
    said = {"dis_max": {"queries": [*_ways(unit), *_mistyped(unit)], "tie_breaker": SAME}}
    return {"function_score": {"query": said, "functions": [{"weight": THERE}], "boost_mode": "sum"}}


def _there(unit: Unit, *more: Clause) -> Clause:
    return {"bool": {"should": [*_ways(unit), *more]}}


def _constant(clause: Clause, boost: float) -> Clause:
    return {"constant_score": {"filter": clause, "boost": boost}}


def _ways(unit: Unit) -> list[Clause]:
    """Return all ways to say the unit."""
    return [*said(unit), *_known(unit)]


def said(unit: Unit) -> Iterator[Clause]:
    """Yield the words for a unit.

    Many names have other meanings: the other names count only where the tagger found who is meant. A phrase scores the sum of
    its terms: the same in more words must not count for more.
    """
    yield phrase(unit.text)
    if unit.entity and unit.others:
        names = {"dis_max": {"queries": [phrase(other) for other in unit.others]}}
        yield {"bool": {"must": names, "filter": {"term": {"entities.id": unit.entity}}}}
    else:
        yield from (phrase(other, OTHER * min(1.0, _size(unit.text) / _size(other))) for other in unit.others)


def _size(text: str) -> int:
    """Return how many terms of the index a text is: words, or pairs of Chinese characters."""
    return sum(1 if word.isascii() else max(1, len(word) - 1) for word in text.split())


def _known(unit: Unit) -> Iterator[Clause]:
    if unit.entity:
        yield {"term": {"entities.id": {"value": unit.entity, "boost": ENTITY}}}
    if unit.figure:
        yield _figure(unit.figure)
    if unit.theme:
        yield _theme(unit.theme)


def _near(unit: Unit) -> Iterator[Clause]:
    """Yield what says something near the unit, and so only ranks.

    Asked of the article, which has a copy of what its themes have: of the nested ones it costs more. Few rules of
    different themes share a name.
    """
    for theme, rule in unit.rules:
        spoke = {"term": {"themes.evidence.rule": {"value": rule, "boost": RULE}}}
        yield {"bool": {"must": spoke, "filter": {"term": {"tags": theme}}}}


def _theme(name: str) -> Clause:
    score = {"field": "themes.score", "factor": THEME}
    about = {"query": {"term": {"themes.id": name}}, "field_value_factor": score, "boost_mode": "replace"}
    return {"nested": {"path": "themes", "score_mode": "max", "query": {"function_score": about}}}


def _figure(f: Figure) -> Clause:
    """Return the clause for the same figure: as numbers, to a thousandth, as doubles are not exact."""
    value = {"range": {f"{f.path}.value": {"gte": f.value * 0.999, "lte": f.value * 1.001}}}
    same = {"bool": {"filter": [{"term": {f"{f.path}.{f.kind}": f.unit}}, value]}}
    return {"nested": {"path": f.path, "score_mode": "max", "query": _constant(same, FIGURE)}}


def _mistyped(unit: Unit) -> Iterator[Clause]:
    """Yield words a letter or two away, for a Latin word that is no known one. Its first letter is taken as right.

    Alone they are not the word, and so are far behind where it is found itself.
    """
    if (
        len(unit.text) >= LONG
        and unit.text.isascii()
        and unit.text.isalpha()
        and not (unit.entity or unit.others or unit.theme)
    ):
        near = {"query": unit.text, "fields": list(FIELDS), "fuzziness": "AUTO", "prefix_length": 1, "boost": MISTYPED}
        yield {"multi_match": near}

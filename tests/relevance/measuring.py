"""Rankings and grades → what each search is worth, all together and kind by kind."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from elasticsearch import Elasticsearch

from . import engines, judged, metrics, ways
from .metrics import Scores

OURS, INDEX = "newsloom", "newsloom's index, asked as a peer"
RIVALS = ("cjk", "standard")
FEW = 5  # answers


class Search(NamedTuple):
    """What one search found for every query, how it was asked, and what that is worth."""

    asked: str
    rankings: engines.Rankings
    scores: Mapping[str, Scores]

    def of(self, queries: Sequence[judged.Query]) -> list[Scores]:
        return [self.scores[q.id] for q in queries]

    def mean(self, queries: Sequence[judged.Query]) -> Scores:
        return metrics.mean(self.of(queries))


class Group(NamedTuple):
    name: str
    queries: list[judged.Query]


def ours(client: Elasticsearch) -> Search:
    return _search("as newsloom search asks", engines.ours(client, _texts()))


def rival(client: Elasticsearch, analyser: str) -> Search:
    return _best(lambda way: engines.theirs(client, _texts(), analyser, way))


def index(client: Elasticsearch) -> Search:
    """Return what our documents and analysis are worth without our way of asking: it parts the two."""
    return _best(lambda way: engines.loosely(client, _texts(), way))


def measure(client: Elasticsearch) -> dict[str, Search]:
    engines.fill(client)
    return {OURS: ours(client), INDEX: index(client), **{name: rival(client, name) for name in RIVALS}}


def _best(ask: Callable[[ways.Way], engines.Rankings]) -> Search:
    """Return the way that does best: all are tried on the queries that are judged here, the held-out ones too."""
    tried = [_search(str(way), ask(way)) for way in ways.ways()]
    return max(tried, key=lambda search: search.mean(judged.queries()).ndcg)


def halves() -> list[Group]:
    return [
        Group("all", list(judged.queries())),
        _group("open", lambda q: not q.held_out),
        _group("held out", lambda q: q.held_out),
    ]


def few() -> list[Group]:
    """Return the queries that few articles so much as touch, and those of two rare words."""
    touched = {q.id: sum(g >= 1 for g in judged.grades()[q.id].values()) for q in judged.queries()}
    return [
        _group(f"at most {FEW} answers", lambda q: touched[q.id] <= FEW),
        _group("two rare words", lambda q: q.kind == "tail"),
    ]


def kinds() -> list[Group]:
    names = dict.fromkeys(q.kind for q in judged.queries())
    return [_group(name, lambda q, name=name: q.kind == name) for name in names]


def difference(ours: Search, theirs: Search, queries: Sequence[judged.Query]) -> metrics.Difference:
    return metrics.difference([s.ndcg for s in ours.of(queries)], [s.ndcg for s in theirs.of(queries)])


def _group(name: str, belongs: Callable[[judged.Query], bool]) -> Group:
    return Group(name, [q for q in judged.queries() if belongs(q)])


def _texts() -> dict[str, str]:
    return {q.id: q.query for q in judged.queries()}


def _search(asked: str, rankings: engines.Rankings) -> Search:
    return Search(asked, rankings, {name: metrics.scores(found, judged.grades()[name]) for name, found in rankings.items()})

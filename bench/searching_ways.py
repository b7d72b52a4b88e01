"""A search, asked as `newsloom search` does and as a plain multi_match, with and without passages → how long it took."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from elasticsearch import Elasticsearch
from msgspec import Struct
from newsloom_cli import grouping, query
from newsloom_query import parse
from newsloom_schemas.index import ALIAS

from bench.recombined import NOW

Body = dict[str, Any]
Answer = Mapping[str, Any]
SIZE: Final = 10
FIELDS: Final = ("article.title^3", "article.content")


class Asked(Struct, frozen=True, kw_only=True):
    """Milliseconds: as Elasticsearch says; from the words to the hits, the client's work included; of the processor, there."""

    text: str
    took: float
    whole: float
    cpu: float


Way = Callable[["Store", str], Asked]


@dataclass(frozen=True)
class Store:
    """Elasticsearch: its client, and the seconds of the processor that it has had so far."""

    client: Elasticsearch
    cpu: Callable[[], float]


def ours(text: str) -> Body:
    """Return the search as `newsloom search` makes it, each story once."""
    return grouping.collapsed(query.body(parse(text, NOW), size=SIZE, now=NOW))


def peer(text: str) -> Body:
    """Return what one would write first: any word, the title three times as good, the same fields shown and marked."""
    asked: Body = {"match_all": {}} if text == "*" else {"multi_match": {"query": text, "fields": list(FIELDS)}}
    shown = {"article.title": {"number_of_fragments": 0}, "article.content": {"number_of_fragments": 3, "fragment_size": 100}}
    return {
        "size": SIZE,
        "track_total_hits": True,
        "_source": list(query.SOURCE),
        "query": asked,
        "highlight": {"fields": shown},
    }


def unmarked(make: Callable[[str], Body]) -> Callable[[str], Body]:
    """Return a search without its passages."""
    return lambda text: {name: part for name, part in make(text).items() if name != "highlight"}


def _asked(search: Callable[[Elasticsearch, str], Answer]) -> Way:
    def ask(store: Store, text: str) -> Asked:
        before, started = store.cpu(), time.perf_counter()
        answer = search(store.client, text)
        query.hits(answer)
        whole = time.perf_counter() - started
        return Asked(text=text, took=float(answer["took"]), whole=1000 * whole, cpu=1000 * (store.cpu() - before))

    return ask


def _once(make: Callable[[str], Body]) -> Way:
    return _asked(lambda client, text: client.search(index=ALIAS, body=make(text)).body)


def _twice(make: Callable[[str], Body]) -> Way:
    """A search, and what else tells the stories that it finds: both count."""

    def search(client: Elasticsearch, text: str) -> Answer:
        body = make(text)
        first = client.search(index=ALIAS, body=body).body
        others = client.search(index=ALIAS, body=grouping.siblings(body, first)).body
        return {**grouping.joined(first, others), "took": first["took"] + others["took"]}

    return _asked(search)


WAYS: Final[Mapping[str, Way]] = {
    "newsloom": _twice(ours),
    "newsloom, no passages": _twice(unmarked(ours)),
    "multi_match": _once(peer),
    "multi_match, no passages": _once(unmarked(peer)),
}

"""What is asked of each index: our own search as `newsloom search` asks it, and the peers' as one would write them. Pure.

The peers get every usual form of multi_match, and are measured by the one that does best with them.
"""

from collections.abc import Iterator
from itertools import product
from typing import Any, NamedTuple

from newsloom_cli import query
from newsloom_query import parse

from . import stream

PEERS = "relevance-peers"
ANALYSERS = ("cjk", "standard", "english")
SIZE = 20
Body = dict[str, Any]


class Way(NamedTuple):
    """A form of multi_match over title and content."""

    type: str
    words: str  # how many words must occur: "or", "and", or minimum_should_match
    title: int  # how many times as much a word in the title counts

    def __str__(self) -> str:
        words = {"or": "any word", "and": "all words"}.get(self.words, f"{self.words} of the words")
        return f"multi_match, {self.type}, {words}, title ×{self.title}"


def ways() -> list[Way]:
    kinds = product(("best_fields", "most_fields", "cross_fields"), ("or", "75%", "and"), (1, 3))
    return [Way(*kind) for kind in kinds]


def ours(text: str) -> Body:
    return {**query.body(parse(text, stream.NOW), size=SIZE, now=stream.NOW), "highlight": {"fields": {}}, "_source": False}


def loosely(text: str, way: Way) -> Body:
    """Return a search of our own index as a peer asks its own."""
    return _match(text, way, [f"article.title^{way.title}", "article.content"])


def theirs(text: str, analyser: str, way: Way) -> Body:
    """Return a peer's search. One in quotation marks is a phrase for it, too, or it would be asked another question."""
    return _match(text, way, [f"title.{analyser}^{way.title}", f"content.{analyser}"])


def _match(text: str, way: Way, fields: list[str]) -> Body:
    match: Body = {"query": text, "fields": fields}
    if len(text) > 1 and text[0] == text[-1] == '"':
        match |= {"query": text[1:-1], "type": "phrase"}
    else:
        match |= {"type": way.type, **_words(way.words)}
    newest = {"@timestamp": "desc"}
    return {"size": SIZE, "_source": False, "query": {"multi_match": match}, "sort": ["_score", newest]}


def _words(words: str) -> Body:
    return {"operator": words} if words in {"or", "and"} else {"operator": "or", "minimum_should_match": words}


def mapping() -> Body:
    """Return the peers' index: title and content in each of Elasticsearch's own analysers."""
    text = {"type": "text", "index": False, "fields": {name: {"type": "text", "analyzer": name} for name in ANALYSERS}}
    return {"properties": {"title": text, "content": text, "@timestamp": {"type": "date"}}}


def actions(articles: Any) -> Iterator[Body]:
    for article in articles:
        yield {"index": {"_id": article.id}}
        yield {"title": article.title, "content": article.content, "@timestamp": article.published_at.isoformat()}

"""Hits of a search → stories: each once, by its best hit, with what else tells it. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

Json = dict[str, Any]
Answer = Mapping[str, Any]
FIELD: Final = "story"
NAME: Final = "also"
ALSO: Final = 10  # further articles of a story that are named; they are counted all
SOURCE: Final = ("article.id", "article.title", "article.url", "article.feed")
LACKING: Final = {"exists": {"field": FIELD}}


def collapsed(body: Json) -> Json:
    """Return the search with each story once."""
    others = {"name": NAME, "size": ALSO + 1, "_source": list(SOURCE), "sort": [{"@timestamp": "asc"}]}
    return {**body, "collapse": {"field": FIELD, "inner_hits": others}}


def lacking(answer: Answer) -> bool:
    """Whether there are hits from before there were stories: Elasticsearch takes all of them for one."""
    return any(not _story(hit) for hit in answer["hits"]["hits"])


def of_lacking(body: Json) -> Json:
    """Return the search for what has no story, each article by itself."""
    query = {"bool": {"must": [body["query"]], "must_not": [LACKING]}}
    return {**{name: value for name, value in body.items() if name != "collapse"}, "query": query}


def merged(answer: Answer, others: Answer, size: int) -> Json:
    """Return the answer with the hits of ``others`` in the place of the one that stood for them, in order, ``size`` at most."""
    found = [hit for hit in answer["hits"]["hits"] if _story(hit)] + list(others["hits"]["hits"])
    found.sort(key=lambda hit: hit["sort"], reverse=True)
    return {**answer, "hits": {**answer["hits"], "hits": found[:size]}}


def told(hit: Answer) -> Json:
    """Return the story of a hit, its first articles besides the hit itself, and how many there are."""
    inner = hit.get("inner_hits", {}).get(NAME, {}).get("hits", {"hits": [], "total": {"value": 1}})
    return {
        "story": _story(hit) or hit["_id"],
        "also": [_article(other) for other in inner["hits"] if other["_id"] != hit["_id"]][:ALSO],
        "more": inner["total"]["value"] - 1,
    }


def articles(hits: Sequence[Answer]) -> int:
    """Return how many articles the stories of these hits have."""
    return sum(1 + told(hit)["more"] for hit in hits)


def _story(hit: Answer) -> str | None:
    story: str | None = hit["_source"].get(FIELD)
    return story


def _article(hit: Answer) -> Json:
    article = hit["_source"]["article"]
    return {"id": hit["_id"], "title": article["title"], "url": article.get("url"), "feed": article.get("feed")}

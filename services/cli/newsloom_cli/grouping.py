"""Hits of a search → stories: each once, by its best hit, with what else tells it. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

Json = dict[str, Any]
Answer = Mapping[str, Any]
FIELD: Final = "story"
ALL: Final = "all that tell it"
ALSO: Final = 10  # further articles of a story that are named; they are counted all
FETCHED: Final = 100  # of all stories of a page together
SOURCE: Final = ("article.id", "article.title", "article.url", "article.feed")
LACKING: Final = {"exists": {"field": FIELD}}


def collapsed(body: Json) -> Json:
    """Return the search with each story once."""
    return {**body, "collapse": {"field": FIELD}}


def siblings(body: Json, answer: Answer) -> Json:
    """Return the search for what else tells the stories that were found, the first articles first, within the same limits.

    It is a search by itself: as inner hits of the first one they double what it costs, for Elasticsearch would ask the whole
    question again for each story. Mostly there is nothing to be found.
    """
    told = [story for hit in answer["hits"]["hits"] if (story := _story(hit))]
    shown = [hit["_id"] for hit in answer["hits"]["hits"]]
    limits = [*body["query"]["bool"].get("filter", ()), {"terms": {FIELD: told}}]
    return {
        "size": FETCHED,
        "track_total_hits": False,
        "_source": [*SOURCE, FIELD],
        "query": {"bool": {"filter": limits, "must_not": {"ids": {"values": shown}}}},
        "sort": [{"@timestamp": "asc"}],
        "aggs": {ALL: {"terms": {"field": FIELD, "size": max(1, len(told))}}},
    }


def joined(answer: Answer, others: Answer) -> Json:
    """Return the answer with what else tells each story, from the answer to ``siblings``."""
    counts = {bucket["key"]: bucket["doc_count"] for bucket in others["aggregations"][ALL]["buckets"]}
    named: dict[str | None, list[Answer]] = {}
    for other in others["hits"]["hits"]:
        named.setdefault(_story(other), []).append(other)
    found = [{**hit, ALL: (counts.get(_story(hit), 0), named.get(_story(hit), []))} for hit in answer["hits"]["hits"]]
    return {**answer, "hits": {**answer["hits"], "hits": found}}


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
    """Return the story of a ``joined`` hit, its first articles besides the hit itself, and how many there are."""
    more, others = hit.get(ALL, (0, []))
    return {"story": _story(hit) or hit["_id"], "also": [_article(other) for other in others][:ALSO], "more": more}


def articles(hits: Sequence[Answer]) -> int:
    """Return how many articles the stories of these hits have."""
    return sum(1 + told(hit)["more"] for hit in hits)


def _story(hit: Answer) -> str | None:
    story: str | None = hit["_source"].get(FIELD)
    return story


def _article(hit: Answer) -> Json:
    article = hit["_source"]["article"]
    return {"id": hit["_id"], "title": article["title"], "url": article.get("url"), "feed": article.get("feed")}

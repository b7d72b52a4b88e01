"""What is searched for → the body of an Elasticsearch search, and its answer → hits. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

# Highlights are marked with characters of the private use area, which no text holds, and become <em> in JSON.
OPEN: Final = "\ue000"
CLOSE: Final = "\ue001"
SOURCE: Final = ("article.id", "article.title", "article.url", "article.published_at", "article.fetched_at",
                 "article.feed", "article.revision", "language", "themes.id", "themes.score")  # fmt: skip
FRAGMENT: Final = 100  # characters
HIGHLIGHT_LIMIT: Final = 999_999  # characters; past a million Elasticsearch refuses instead of stopping
EVERYTHING: Final = frozenset({"", "*"})
NOISE: Final = 0.3  # of the best hit's score: what is below has few of the words; tests/relevance has what it costs and brings
RECENT: Final = 0.05  # how much more an article of today counts; half of it after HALF
HALF: Final = "30d"


def body(
    text: str, *, themes: Sequence[str] = (), since: datetime | None = None, size: int = 10, now: datetime | None = None
) -> dict[str, Any]:
    """Return the search for ``text`` among the articles of any of ``themes`` (all if none), not older than ``since``.

    ``"…"`` is a phrase and must occur, ``|`` is or, ``-`` is not. An empty text or ``*`` finds all, newest first. With
    ``now``, of articles that are as good the newer ones come first.
    """
    from newsloom_query import asked, clauses  # half a second that no other command need wait for

    everything = text.strip() in EVERYTHING
    read = () if everything else asked.read(text)
    marked = {"highlight_query": clauses.found(read)} if read else {}
    return {
        "size": size,
        "track_total_hits": True,
        "_source": list(SOURCE),
        "query": {
            "bool": {"must": [_recent(clauses.query(read), now)] if read else [], "filter": list(_filters(themes, since))}
        },
        "sort": [*([] if everything else ["_score"]), {"@timestamp": "desc"}],
        "track_scores": True,
        "highlight": marked | _highlight(),
    }


def _recent(query: dict[str, Any], now: datetime | None) -> dict[str, Any]:
    """Return the query with a little more for newer articles: so little that only what is as good changes places."""
    if now is None:
        return query
    decay = {"@timestamp": {"origin": now.isoformat(), "scale": HALF, "decay": 0.5}}
    functions = [{"weight": 1}, {"exp": decay, "weight": RECENT}]
    return {"function_score": {"query": query, "functions": functions, "score_mode": "sum", "boost_mode": "multiply"}}


def _filters(themes: Sequence[str], since: datetime | None) -> Iterator[dict[str, Any]]:
    if themes:
        yield {"terms": {"tags": list(themes)}}
    if since:
        yield {"range": {"@timestamp": {"gte": since.isoformat()}}}


def _highlight() -> dict[str, Any]:
    return {
        "pre_tags": [OPEN],
        "post_tags": [CLOSE],
        "max_analyzed_offset": HIGHLIGHT_LIMIT,
        "fields": {
            "article.title": {"number_of_fragments": 0},
            "article.content": {"number_of_fragments": 3, "fragment_size": FRAGMENT},
        },
    }


def hits(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what the command prints of each hit; highlights still carry the private marks."""
    return [_hit(h) for h in kept(answer)]


def kept(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the hits that are not far behind the best one."""
    found = answer["hits"]["hits"]
    best = max((hit["_score"] for hit in found), default=0)
    return [hit for hit in found if hit["_score"] >= NOISE * best]


def total(answer: Mapping[str, Any]) -> int:
    """Return how many hits there are: what is far behind is none, as soon as the answer reaches down to it."""
    good = len(kept(answer))
    return good if good < len(answer["hits"]["hits"]) else int(answer["hits"]["total"]["value"])


def _hit(hit: Mapping[str, Any]) -> dict[str, Any]:
    source, lit = hit["_source"], hit.get("highlight", {})
    article = source["article"]
    return {
        "id": hit["_id"],
        "score": hit["_score"],
        "title": article["title"],
        "url": article.get("url"),
        "published_at": article.get("published_at"),
        "fetched_at": article["fetched_at"],
        "revision": article.get("revision", 1),
        "language": source["language"],
        "feed": article.get("feed"),
        "themes": source.get("themes", []),
        "highlights": {name: lit[f"article.{name}"] for name in ("title", "content") if f"article.{name}" in lit},
    }


def as_json(hit: Mapping[str, Any]) -> dict[str, Any]:
    """Return the hit with ``<em>`` around what was found."""
    lit = {k: [f.replace(OPEN, "<em>").replace(CLOSE, "</em>") for f in v] for k, v in hit["highlights"].items()}
    return {**hit, "highlights": lit}

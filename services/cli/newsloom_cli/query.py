"""What is searched for → the body of an Elasticsearch search, and its answer → hits. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

# Highlights are marked with characters of the private use area, which no text holds, and become <em> in JSON.
OPEN: Final = "\ue000"
CLOSE: Final = "\ue001"
FIELDS: Final = ("article.title^3", "article.content")  # a word in the title says more about what an article is about
SOURCE: Final = ("article.id", "article.title", "article.url", "article.published_at", "article.fetched_at",
                 "article.feed", "article.revision", "language", "themes.id", "themes.score")  # fmt: skip
FRAGMENT: Final = 100  # characters
HIGHLIGHT_LIMIT: Final = 999_999  # characters; past a million Elasticsearch refuses instead of stopping
EVERYTHING: Final = frozenset({"", "*"})


def body(text: str, *, themes: Sequence[str] = (), since: datetime | None = None, size: int = 10) -> dict[str, Any]:
    """Return the search for ``text`` among the articles of any of ``themes`` (all if none), not older than ``since``.

    All words must occur; ``"…"`` is a phrase, ``|`` is or, ``-`` is not. An empty text or ``*`` finds all, newest first.
    """
    everything = text.strip() in EVERYTHING
    return {
        "size": size,
        "track_total_hits": True,
        "_source": list(SOURCE),
        "query": {"bool": {"must": [_words(text)] if not everything else [], "filter": list(_filters(themes, since))}},
        "sort": [*([] if everything else ["_score"]), {"@timestamp": "desc"}],
        "track_scores": True,
        "highlight": _highlight(),
    }


def _words(text: str) -> dict[str, Any]:
    # simple_query_string never fails on what a person types, and lets all words of mixed languages be demanded.
    return {"simple_query_string": {"query": text, "fields": list(FIELDS), "default_operator": "and"}}


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
    return [_hit(h) for h in answer["hits"]["hits"]]


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

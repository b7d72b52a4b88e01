"""What is searched for → the body of an Elasticsearch search, and its answer → hits. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from newsloom_cli import grouping

if TYPE_CHECKING:
    from newsloom_query import Query

Json = dict[str, Any]
Weights = Mapping[str, float]
# Highlights are marked with characters of the private use area, which no text holds, and become <em> in JSON.
OPEN: Final = "\ue000"
CLOSE: Final = "\ue001"
SOURCE: Final = ("article.id", "article.title", "article.url", "article.published_at", "article.fetched_at",
                 "article.feed", "article.revision", "language", "themes.id", "themes.score", "story")  # fmt: skip
FRAGMENT: Final = 100  # characters
HIGHLIGHT_LIMIT: Final = 999_999  # characters; past a million Elasticsearch refuses instead of stopping
EVEN: Final[Weights] = MappingProxyType({})
PLAIN: Final = "plain"  # the score without the weights of sources
NOISE: Final = 0.3  # of the best hit's score: what is below has few of the words; tests/relevance has what it costs and brings
RECENT: Final = 0.05  # how much more an article of today counts; half of it after HALF
HALF: Final = "30d"


def body(
    asked: "Query", *, cut: Sequence[Json] = (), size: int = 10, now: datetime | None = None, weights: Weights = EVEN
) -> Json:
    """Return the search for what is asked among the articles that ``cut`` leaves (see ``limits``).

    Best hits come first; where nothing is asked that ranks, the newest. With ``now``, of articles that are as good the newer
    ones come first. ``weights``: hosts of feeds, and how many times as good as others their articles are.
    """
    from newsloom_query import clauses, strict  # half a second that no other command need wait for

    ranks = clauses.ranks(asked.root)
    ranked = [_weighted(_recent(clauses.query(asked.root), now), weights)] if ranks else []
    marked = {"highlight_query": clauses.found(asked.root)} if ranks else {}
    meant = [] if ranks or asked.everything else [strict(asked)]
    return {
        "size": size,
        "track_total_hits": True,
        "_source": list(SOURCE),
        "query": {"bool": {"must": ranked, "filter": [*cut, *meant]}},
        "sort": [*(["_score"] if ranks else []), {"@timestamp": "desc"}],
        "track_scores": True,
        "highlight": marked | _highlight(),
    }


def _recent(query: Json, now: datetime | None) -> Json:
    """Return the query with a little more for newer articles: so little that only what is as good changes places."""
    if now is None:
        return query
    decay = {"@timestamp": {"origin": now.isoformat(), "scale": HALF, "decay": 0.5}}
    functions = [{"weight": 1}, {"exp": decay, "weight": RECENT}]
    return {"function_score": {"query": query, "functions": functions, "score_mode": "sum", "boost_mode": "multiply"}}


def _weighted(query: Json, weights: Weights) -> Json:
    """Return the query with the weights of the articles' hosts. The score without them says what is a hit (``kept``)."""
    if not weights:
        return query
    from newsloom_query import spelling

    functions = [
        {"filter": {"regexp": {"article.feed.url": spelling.hosted(host)}}, "weight": weight}
        for host, weight in weights.items()
    ]
    plain = {"bool": {"must": [query], "_name": PLAIN}}
    return {"function_score": {"query": plain, "functions": functions, "score_mode": "first", "boost_mode": "multiply"}}


def limits(themes: Sequence[str], since: datetime | None) -> list[Json]:
    """Return what cuts: only articles of any of ``themes`` (all if none), not older than ``since``."""
    return list(_limits(themes, since))


def _limits(themes: Sequence[str], since: datetime | None) -> Iterator[Json]:
    if themes:
        yield {"terms": {"tags": list(themes)}}
    if since:
        yield {"range": {"@timestamp": {"gte": since.isoformat()}}}


def _highlight() -> Json:
    return {
        "pre_tags": [OPEN],
        "post_tags": [CLOSE],
        "max_analyzed_offset": HIGHLIGHT_LIMIT,
        "fields": {
            "article.title": {"number_of_fragments": 0},
            "article.content": {"number_of_fragments": 3, "fragment_size": FRAGMENT},
        },
    }


def hits(answer: Mapping[str, Any]) -> list[Json]:
    """Return what the command prints of each hit; highlights still carry the private marks."""
    return [_hit(h) for h in kept(answer)]


def kept(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the hits that are not far behind the best one. How good their sources are cuts none."""
    found = answer["hits"]["hits"]
    best = max(map(_plain, found), default=0)
    return [hit for hit in found if _plain(hit) >= NOISE * best]


def _plain(hit: Mapping[str, Any]) -> float:
    scores = hit.get("matched_queries")
    return float(scores[PLAIN] if isinstance(scores, dict) and PLAIN in scores else hit["_score"])


def total(answer: Mapping[str, Any]) -> int:
    """Return how many articles are hits: what is far behind is none, as soon as the answer reaches down to it."""
    good = kept(answer)
    return grouping.articles(good) if len(good) < len(answer["hits"]["hits"]) else int(answer["hits"]["total"]["value"])


def _hit(hit: Mapping[str, Any]) -> Json:
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
        **grouping.told(hit),
        "highlights": {name: lit[f"article.{name}"] for name in ("title", "content") if f"article.{name}" in lit},
    }


def as_json(hit: Mapping[str, Any]) -> Json:
    """Return the hit with ``<em>`` around what was found."""
    lit = {k: [f.replace(OPEN, "<em>").replace(CLOSE, "</em>") for f in v] for k, v in hit["highlights"].items()}
    return {**hit, "highlights": lit}

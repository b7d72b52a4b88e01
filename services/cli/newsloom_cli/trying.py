"""What a search would have found: a question to the index, and its answer by day. Pure.

It is asked with the strict meaning that alerts have, and what was found is shown as alerts show it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from newsloom_notifier.decide import alert
from newsloom_query import Match, Query, matches, strict
from newsloom_schemas.alerts import Alert, SavedSearch
from newsloom_schemas.types import TaggedArticle

from newsloom_cli import exporting

EXACT: Final = 40_000  # stories that are counted one by one; Elasticsearch's own bound
STORIES: Final = {"stories": {"cardinality": {"field": "story", "precision_threshold": EXACT}}}
SHOWN: Final = ("article", "story", "themes", "passages")  # of an alert, in a sample
DAYS: Final = {"date_histogram": {"field": "@timestamp", "calendar_interval": "day"}, "aggs": STORIES}


def body(query: Query, since: datetime, size: int) -> dict[str, Any]:
    """Return the search for the articles since then: their number and that of their stories by day, the newest as samples."""
    return {
        "size": size,
        "track_total_hits": True,
        "_source": [*exporting.FIELDS, "story"],
        "query": {"bool": {"filter": [strict(query), {"range": {"@timestamp": {"gte": since.isoformat()}}}]}},
        "sort": [{"@timestamp": "desc"}],
        "collapse": {"field": "story"},
        "aggs": {**STORIES, "days": DAYS},
    }


def samples(query: Query, found: Mapping[str, Any], now: datetime) -> list[Alert]:
    """Return the alerts that the newest of these articles would have raised."""
    return [_sample(query, hit["_source"], now) for hit in found["hits"]["hits"]]


def answer(query: Query, since: datetime, found: Mapping[str, Any], newest: Sequence[Alert]) -> dict[str, Any]:
    """Return what the command prints."""
    days = found["aggregations"]["days"]["buckets"]
    return {
        "query": query.text,
        "since": since.isoformat(),
        "articles": found["hits"]["total"]["value"],
        "stories": found["aggregations"]["stories"]["value"],
        "days": [{"day": d["key_as_string"][:10], "articles": d["doc_count"], "stories": d["stories"]["value"]} for d in days],
        "samples": [{k: v for k, v in msgspec.to_builtins(one).items() if k in SHOWN} for one in newest],
    }


def _sample(query: Query, source: Mapping[str, Any], now: datetime) -> Alert:
    """Return the alert that this article would have raised."""
    tagged = msgspec.convert(exporting.tagged(source), TaggedArticle)
    search = SavedSearch(name="try", query=query.text, created_at=now)
    found = matches(query, tagged) or Match(())
    return alert(search, found, tagged, source.get("story") or tagged.article.id, now)

"""What a search would have found: a question to the index, and its answer by day. Pure.

It is asked with the strict meaning that alerts have, and what was found is shown as alerts show it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from newsloom_notifier.decide import alert
from newsloom_query import Match, Query, matches, strict
from newsloom_schemas.alerts import Alert, SavedSearch
from newsloom_schemas.types import TaggedArticle

from newsloom_cli import exporting

EXACT: Final = 40_000  # stories that are counted one by one; Elasticsearch's own bound
# An article that was indexed before there were stories is one of its own.
STORIES: Final = {
    "stories": {"cardinality": {"field": "story", "precision_threshold": EXACT}},
    "lone": {"missing": {"field": "story"}},
}
REPRINTS: Final = 5  # articles that are looked at for each sample: of a story one is shown
SPANS: Final = ((timedelta(days=62), "day"), (timedelta(days=400), "week"))  # what is older is counted by month
SHOWN: Final = ("article", "story", "themes", "passages")  # of an alert, in a sample


def body(query: Query, since: datetime, now: datetime, samples: int) -> dict[str, Any]:
    """Return the search for the articles since then: their number and that of their stories by day, the newest as samples."""
    by = {"date_histogram": {"field": "@timestamp", "calendar_interval": interval(since, now)}, "aggs": STORIES}
    return {
        "size": samples * REPRINTS,
        "track_total_hits": True,
        "_source": [*exporting.FIELDS, "story"],
        "query": {"bool": {"filter": [strict(query), {"range": {"@timestamp": {"gte": since.isoformat()}}}]}},
        "sort": [{"@timestamp": "desc"}],
        "aggs": {**STORIES, "days": by},
    }


def interval(since: datetime, now: datetime) -> str:
    """Return what is counted together: a day, or of a long time a week or a month."""
    return next((name for span, name in SPANS if now - since <= span), "month")


def samples(query: Query, found: Mapping[str, Any], now: datetime, most: int) -> list[Alert]:
    """Return the alerts that the newest of these articles would have raised, one a story."""
    told: dict[str, Alert] = {}
    for hit in found["hits"]["hits"]:
        one = _sample(query, hit["_source"], now)
        told.setdefault(one.story, one)
    return list(told.values())[:most]


def answer(query: Query, since: datetime, now: datetime, found: Mapping[str, Any], newest: Sequence[Alert]) -> dict[str, Any]:
    """Return what the command prints."""
    return {
        "query": query.text,
        "since": since.isoformat(),
        "articles": found["hits"]["total"]["value"],
        "stories": _stories(found["aggregations"]),
        "by": interval(since, now),
        "days": [
            {"day": d["key_as_string"][:10], "articles": d["doc_count"], "stories": _stories(d)}
            for d in found["aggregations"]["days"]["buckets"]
        ],
        "samples": [{k: v for k, v in msgspec.to_builtins(one).items() if k in SHOWN} for one in newest],
    }


def _stories(counted: Mapping[str, Any]) -> int:
    return int(counted["stories"]["value"]) + int(counted["lone"]["doc_count"])


def _sample(query: Query, source: Mapping[str, Any], now: datetime) -> Alert:
    """Return the alert that this article would have raised."""
    tagged = msgspec.convert(exporting.tagged(source), TaggedArticle)
    search = SavedSearch(name="try", query=query.text, created_at=now)
    found = matches(query, tagged) or Match(())
    return alert(search, found, tagged, source.get("story") or tagged.article.id, now)

"""Every metric of the indexer."""

from collections.abc import Mapping
from typing import Final

from newsloom_common import lag
from prometheus_client import Counter, Gauge, Histogram

ARTICLES: Final = Counter(
    "newsloom_indexer_articles_total",
    "Records of news.tagged by outcome: indexed, duplicate, stale, rejected, expired or retagged. Worry when rejected grows.",
    ["outcome"],
)
EXPIRED: Final = Counter(
    "newsloom_indexer_expired_total", "Documents that were taken out of the index because of their age. No worry."
)
BULK_SECONDS: Final = Histogram(
    "newsloom_indexer_bulk_seconds",
    "Time of one bulk request to Elasticsearch, answered or not. Worry when most take more than some seconds.",
)
STORY_SECONDS: Final = Histogram(
    "newsloom_indexer_story_seconds",
    "Time to find the earlier articles of the stories of one request. Worry when it is more than that of the request.",
)
REPRINTS: Final = Counter(
    "newsloom_indexer_reprints_total",
    "Articles written that tell a story which another article told first. No worry.",
)
LAG: Final = Gauge(
    "newsloom_indexer_lag_records",
    "Records of a partition of news.tagged that this member has still to read. Worry when it grows for minutes.",
    ["partition"],
)


def tell_lag(behind: Mapping[int, int]) -> None:
    """Show how many records are left, by partition."""
    lag.show(LAG, behind)

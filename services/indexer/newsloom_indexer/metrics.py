"""Every metric of the indexer."""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

ARTICLES: Final = Counter("newsloom_indexer_articles_total", "Records that reached an outcome.", ["outcome"])
BULK_SECONDS: Final = Histogram("newsloom_indexer_bulk_seconds", "Time of one bulk request, answered or not.")
LAG: Final = Gauge("newsloom_indexer_lag", "Records of news.tagged that are not yet committed.", ["partition"])

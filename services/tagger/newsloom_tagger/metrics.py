"""Every metric of the tagger."""

from collections.abc import Mapping
from typing import Final

from newsloom_common import lag
from prometheus_client import Counter, Gauge, Histogram

ARTICLES: Final = Counter(
    "newsloom_tagger_articles_total",
    "Records, live and older, that reached an outcome: tagged, or dead with the stage that failed. Worry when dead ones grow.",
    ["outcome"],
)
THEMES: Final = Counter(
    "newsloom_tagger_themes_total", "Articles tagged with a theme. Worry when a lively theme stands still for days.", ["theme"]
)
BATCH_SECONDS: Final = Histogram(
    "newsloom_tagger_batch_seconds",
    "Time from a batch's records to their acknowledgement. Worry when most take more than 10 seconds.",
)
LAG: Final = Gauge(
    "newsloom_tagger_lag_records",
    "Records of a partition of news.raw that this member has still to tag. Worry when it grows for minutes.",
    ["partition"],
)


def tell_lag(behind: Mapping[int, int]) -> None:
    """Show how many records are left, by partition."""
    lag.show(LAG, behind)

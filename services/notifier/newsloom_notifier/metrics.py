"""Every metric of the notifier."""

from collections.abc import Mapping
from typing import Final

from newsloom_common import lag
from prometheus_client import Counter, Gauge, Histogram

ARTICLES: Final = Counter(
    "newsloom_notifier_articles_total",
    "Records of news.tagged by what became of them: matched, told before, unmatched and others. Worry when unreadable grows.",
    ["outcome"],
)
ALERTS_TOLD: Final = Counter(
    "newsloom_notifier_alerts_total",
    "Alerts acknowledged on news.alerts. Worry when it stands still for days.",
)
SEARCHES_THERE: Final = Gauge(
    "newsloom_notifier_searches",
    "Saved searches: on, paused, or bad, which cannot be asked. Worry when bad is above 0.",
    ["state"],
)
MATCH_SECONDS: Final = Histogram(
    "newsloom_notifier_match_seconds",
    "Time to ask all searches about a batch of articles. Worry when most take more than 5 seconds.",
)
LAG: Final = Gauge(
    "newsloom_notifier_lag_records",
    "Records of a partition of news.tagged that this member has still to read. Worry when it grows for minutes.",
    ["partition"],
)


def tell_lag(behind: Mapping[int, int]) -> None:
    """Show how many records are left, by partition."""
    lag.show(LAG, behind)


def tell_searches(counts: Mapping[str, int]) -> None:
    """Show how many searches there are."""
    for state, number in counts.items():
        SEARCHES_THERE.labels(state).set(number)

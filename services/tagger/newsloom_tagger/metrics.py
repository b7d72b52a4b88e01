"""Every metric of the tagger."""

from typing import Final

from prometheus_client import Counter, Histogram

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

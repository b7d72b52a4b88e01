"""Every metric of the tagger."""

from typing import Final

from prometheus_client import Counter, Histogram

ARTICLES: Final = Counter("newsloom_tagger_articles_total", "Records, live and older, that reached an outcome.", ["outcome"])
THEMES: Final = Counter("newsloom_tagger_themes_total", "Articles tagged with a theme.", ["theme"])
BATCH_SECONDS: Final = Histogram("newsloom_tagger_batch_seconds", "Time from a batch's records to their acknowledgement.")

"""TOPICS: every Kafka topic, in flow order. Set-up creates them from this table; nothing else does."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from newsloom_schemas.alerts import Alert, SavedSearch
from newsloom_schemas.types import DeadLetter, FeedHealth, RawArticle, TaggedArticle

DAY: Final = 24 * 60 * 60 * 1000
FOREVER: Final = -1
RAW: Final = "news.raw"
BACKFILL: Final = "news.backfill"
TAGGED: Final = "news.tagged"
DEAD: Final = "news.dead"
FEEDS: Final = "news.feeds"
SEARCHES: Final = "news.searches"
ALERTS: Final = "news.alerts"
THEME_PREFIX: Final = "news.theme."


@dataclass(frozen=True, slots=True)
class Topic:
    """A row of the table: retention in milliseconds, ``FOREVER`` where nothing is deleted.

    Of a ``compacted`` topic the newest record of each key is kept, older ones may go.

    ``key`` and ``message`` describe the records; producers and consumers name services (``*`` is anyone who subscribes).
    """

    name: str
    message: type
    key: str
    partitions: int
    retention_ms: int
    producers: tuple[str, ...]
    consumers: tuple[str, ...]
    about: str
    max_message_bytes: int = 8 * 1024 * 1024
    compacted: bool = False


# The raw topics are the archive from which everything else can be made again, so they keep their records: a tagger that was
# away for long finds them, and what was read in from elsewhere can be tagged anew like what came in live.
TOPICS: Final[tuple[Topic, ...]] = (
    Topic(RAW, RawArticle, "article id", 6, FOREVER, ("ingestor",), ("tagger",), "articles as published, the archive"),
    Topic(
        BACKFILL, RawArticle, "article id", 6, FOREVER, ("cli",), ("tagger",),
        "older articles, read in by `newsloom backfill`, understood when nothing live waits",
    ),
    Topic(
        TAGGED, TaggedArticle, "article id", 6, 90 * DAY, ("tagger", "cli"), ("indexer", "notifier", "*"),
        "every article, understood",
    ),
    Topic(
        THEME_PREFIX + "{theme}", TaggedArticle, "article id", 1, 90 * DAY, ("tagger", "cli"), ("*",),
        "the articles of one theme; one whose themes lack it, while its retag.lost names it, is taken back",
    ),
    # Dead letters carry the original record and headers on top, hence the head room over the other topics.
    Topic(
        DEAD, DeadLetter, "the original key", 1, FOREVER, ("ingestor", "tagger", "indexer", "cli"), ("*",),
        "what could not be processed, byte for byte, with the reason; marks (ce_type newsloom.mark.v1) say what was done",
        9 * 1024 * 1024,
    ),
    Topic(
        FEEDS, FeedHealth, "feed address", 1, FOREVER, ("ingestor",), ("*",), "how each feed stands after its latest poll",
        64 * 1024, compacted=True,
    ),
    # One partition each: whoever follows them sees searches and alerts in the order in which they were made.
    Topic(
        SEARCHES, SavedSearch, "search name", 1, FOREVER, ("cli",), ("notifier", "*"),
        "the saved searches; a record without a value removes its search", 64 * 1024, compacted=True,
    ),
    Topic(
        ALERTS, Alert, "search name", 1, 90 * DAY, ("notifier",), ("notifier", "*"),
        "new articles that saved searches ask for, once for each search and story", 1024 * 1024,
    ),
)  # fmt: skip


def theme_topic(theme: str) -> str:
    """Name of the topic of a theme: ``news.theme.compute-scarcity``."""
    return THEME_PREFIX + theme


def expand(themes: Iterable[str]) -> tuple[Topic, ...]:
    """Return the table with the theme row repeated for each theme id, as it stands on a broker."""
    ids = tuple(themes)
    return tuple(
        row
        for topic in TOPICS
        for row in ([replace(topic, name=theme_topic(i)) for i in ids] if topic.name.startswith(THEME_PREFIX) else [topic])
    )

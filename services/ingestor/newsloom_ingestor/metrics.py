"""Every metric of this service."""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

LONG: Final = (
    0.1,
    0.25,
    0.5,
    1.0,
    2.5,
    5.0,
    10.0,
    20.0,
    30.0,
    60.0,
    90.0,
)  # seconds; fetching ends after 30, of sitemaps after 90

FEEDS: Final = Gauge(
    "newsloom_ingestor_feeds",
    "Feeds that are configured: well, waiting for their first poll, silent, failing or gone. Worry when many fail at once.",
    ["state"],
)
POLLS: Final = Counter(
    "newsloom_ingestor_polls_total",
    "Polls of feeds: new, nothing-new, not-modified, failed or gone. Worry when it stands still, or most fail.",
    ["outcome"],
)
POLL_SECONDS: Final = Histogram("newsloom_ingestor_poll_seconds", "Time to fetch and parse a feed.", buckets=LONG)
BYTES: Final = Counter(
    "newsloom_ingestor_fetched_bytes_total", "Bytes of feeds and of pages that were fetched, once decompressed.", ["kind"]
)
ARTICLES: Final = Counter(
    "newsloom_ingestor_articles_total",
    "Articles that feeds list, at each poll, and pages give: new, known, page (it is fetched first), edited-text and others.",
    ["outcome"],
)
SKIPPED: Final = Counter(
    "newsloom_ingestor_articles_skipped_total", "Entries of feeds that are no articles, by what they lack.", ["reason"]
)
PUBLISHED: Final = Counter(
    "newsloom_ingestor_articles_published_total", "Articles acknowledged on news.raw. Worry when it stands still for hours."
)
DEAD: Final = Counter(
    "newsloom_ingestor_articles_dead_total", "Articles that Kafka refused, acknowledged on news.dead. Worry when it grows."
)
FOUND: Final = Counter("newsloom_ingestor_articles_found_total", "Articles found on news.raw after a kill, not sent again.")
OUTBOX: Final = Gauge(
    "newsloom_ingestor_outbox_records", "Records that wait to be acknowledged. Worry when it stays above 0 for minutes."
)
PAGES: Final = Counter(
    "newsloom_ingestor_pages_total",
    "Pages of articles that were fetched: text, less, later, failed, no text, robots.txt, a refusal of the page or a wall.",
    ["outcome"],
)
PAGE_SECONDS: Final = Histogram("newsloom_ingestor_page_seconds", "Time to fetch and read a page.", buckets=LONG)
PAGES_WAITING: Final = Gauge(
    "newsloom_ingestor_pages_waiting", "Articles that wait for their page. Worry when it grows for hours."
)
PUSHED: Final = Counter(
    "newsloom_ingestor_pushed_total", "Articles and addresses that were pushed in, by outcome.", ["outcome"]
)
REQUESTS: Final = Counter("newsloom_ingestor_requests_total", "Requests from outside, by door and status.", ["door", "status"])
DELIVERIES: Final = Counter("newsloom_ingestor_hub_deliveries_total", "What hubs brought, by its signature.", ["signature"])
SUBSCRIPTIONS: Final = Gauge("newsloom_ingestor_hub_subscriptions", "WebSub subscriptions whose lease runs.")
ARCHIVED: Final = Counter("newsloom_ingestor_archived_total", "Documents kept in the WARC archive, by kind.", ["kind"])
ARCHIVE_MISSED: Final = Counter("newsloom_ingestor_archive_missed_total", "Documents that could not be archived.")
ARCHIVE_BYTES: Final = Gauge("newsloom_ingestor_archive_bytes", "Size of the WARC files that are finished.")

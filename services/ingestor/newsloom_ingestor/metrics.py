"""Every metric of this service."""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

# Seconds; fetching ends after 30, of sitemaps after 90.
LONG: Final = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0, 60.0, 90.0)

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
POLL_SECONDS: Final = Histogram(
    "newsloom_ingestor_poll_seconds", "Time to fetch and parse a feed. Worry when most take more than 10 seconds.", buckets=LONG
)
BYTES: Final = Counter(
    "newsloom_ingestor_fetched_bytes_total",
    "Bytes of feeds and of pages that were fetched, once decompressed. No worry.",
    ["kind"],
)
ARTICLES: Final = Counter(
    "newsloom_ingestor_articles_total",
    "Articles of polls and pages: new, known, page (fetched first), edited-text, others. Worry when new stands still for long.",
    ["outcome"],
)
SKIPPED: Final = Counter(
    "newsloom_ingestor_articles_skipped_total",
    "Entries of feeds that are no articles, by what they lack. Worry when it grows faster than articles do.",
    ["reason"],
)
PUBLISHED: Final = Counter(
    "newsloom_ingestor_articles_published_total", "Articles acknowledged on news.raw. Worry when it stands still for hours."
)
DEAD: Final = Counter(
    "newsloom_ingestor_articles_dead_total", "Articles that Kafka refused, acknowledged on news.dead. Worry when it grows."
)
FOUND: Final = Counter(
    "newsloom_ingestor_articles_found_total", "Articles found on news.raw after a kill, not sent again. No worry."
)
OUTBOX: Final = Gauge(
    "newsloom_ingestor_outbox_records", "Records that wait to be acknowledged. Worry when it stays above 0 for minutes."
)
PAGES: Final = Counter(
    "newsloom_ingestor_pages_total",
    "Pages that were fetched: text, less, later, failed, no text, robots.txt, a refusal or a wall. Worry when most fail.",
    ["outcome"],
)
PAGE_SECONDS: Final = Histogram(
    "newsloom_ingestor_page_seconds", "Time to fetch and read a page. Worry when most take more than 10 seconds.", buckets=LONG
)
PAGES_WAITING: Final = Gauge(
    "newsloom_ingestor_pages_waiting", "Articles that wait for their page. Worry when it grows for hours."
)
PUSHED: Final = Counter(
    "newsloom_ingestor_pushed_total",
    "Articles and addresses that were pushed in, by outcome. Worry when refused grows.",
    ["outcome"],
)
REQUESTS: Final = Counter(
    "newsloom_ingestor_requests_total",
    "Requests from outside, by door and status. Worry when statuses from 500 on grow, or 401 does.",
    ["door", "status"],
)
DELIVERIES: Final = Counter(
    "newsloom_ingestor_hub_deliveries_total",
    "What hubs brought, by its signature. Worry when wrong or missing ones grow.",
    ["signature"],
)
SUBSCRIPTIONS: Final = Gauge(
    "newsloom_ingestor_hub_subscriptions", "WebSub subscriptions whose lease runs. Worry when it falls to 0."
)
ARCHIVED: Final = Counter(
    "newsloom_ingestor_archived_total", "Documents kept in the WARC archive, by kind. No worry.", ["kind"]
)
ARCHIVE_MISSED: Final = Counter(
    "newsloom_ingestor_archive_missed_total", "Documents that could not be archived. Worry when it grows: the disk may be full."
)
ARCHIVE_BYTES: Final = Gauge(
    "newsloom_ingestor_archive_bytes", "Size of the WARC files that are finished. No worry: it is bounded."
)

"""Every metric of this service."""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

POLLS: Final = Counter("newsloom_ingestor_polls_total", "Polls of feeds, by what they gave", ["outcome"])
PUBLISHED: Final = Counter("newsloom_ingestor_articles_published_total", "Articles acknowledged on news.raw")
DEAD: Final = Counter("newsloom_ingestor_articles_dead_total", "Articles that Kafka refused, acknowledged on news.dead")
FOUND: Final = Counter("newsloom_ingestor_articles_found_total", "Articles found on news.raw after a kill, not sent again")
SKIPPED: Final = Counter("newsloom_ingestor_articles_skipped_total", "Entries of feeds that are no articles", ["reason"])
OUTBOX: Final = Gauge("newsloom_ingestor_outbox_records", "Records that wait to be acknowledged")
FEEDS: Final = Gauge("newsloom_ingestor_feeds", "Feeds that are configured")
PAGES: Final = Counter("newsloom_ingestor_pages_total", "Pages of articles that were fetched, by what they gave", ["outcome"])
PAGE_SECONDS: Final = Histogram("newsloom_ingestor_page_seconds", "Time to fetch and read a page")
PAGES_WAITING: Final = Gauge("newsloom_ingestor_pages_waiting", "Articles that wait for their page")
POLL_SECONDS: Final = Histogram("newsloom_ingestor_poll_seconds", "Time to fetch and parse a feed")
PUSHED: Final = Counter("newsloom_ingestor_pushed_total", "Articles and addresses that were pushed in, by outcome", ["outcome"])
REQUESTS: Final = Counter("newsloom_ingestor_requests_total", "Requests from outside, by door and status", ["door", "status"])
DELIVERIES: Final = Counter("newsloom_ingestor_hub_deliveries_total", "What hubs brought, by its signature", ["signature"])
SUBSCRIPTIONS: Final = Gauge("newsloom_ingestor_hub_subscriptions", "WebSub subscriptions whose lease runs")
ARCHIVED: Final = Counter("newsloom_ingestor_archived_total", "Documents kept in the WARC archive, by kind", ["kind"])
ARCHIVE_MISSED: Final = Counter("newsloom_ingestor_archive_missed_total", "Documents that could not be archived")
ARCHIVE_BYTES: Final = Gauge("newsloom_ingestor_archive_bytes", "Size of the WARC files that are finished")

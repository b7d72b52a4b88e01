"""One poll of one feed: fetch it, read it. Runs in a fetcher's thread and touches nothing that is shared."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Final

from newsloom_ingestor import sitemapindex
from newsloom_ingestor.asking import Fetch, ask
from newsloom_ingestor.decide import FeedState, Polled, Read
from newsloom_ingestor.fetch import Fetched, FetchFailed, Limits, NotModified, Validators, fetch
from newsloom_ingestor.hosts import GAP_S
from newsloom_ingestor.opml import Source
from newsloom_ingestor.parse import FeedError, Parsed, parse
from newsloom_ingestor.workers import WorkerDiedError, WorkerKilledError

FOLLOW_S: Final = 60.0  # that the sitemaps of an index may take: a fetcher is theirs as long
Parse = Callable[..., Parsed]  # ``parse``, wherever it runs


def poll(  # noqa: PLR0913, PLR0917 - those that do the work may be others
    source: Source,
    feed: FeedState,
    limits: Limits,
    now: datetime,
    fetch: Fetch = fetch,
    parse: Parse = parse,
    pause: Callable[[float], None] = time.sleep,
) -> Polled:
    """Return what the feed gives. A document that cannot be read is a failure of the feed."""
    started = time.monotonic()

    def sitemap(url: str) -> Read | FetchFailed:
        pause(GAP_S)
        answer = fetch(url, Validators(), limits, now)
        return _read(source, answer, now, parse) if isinstance(answer, Fetched) else _unasked(answer)

    answer = ask(feed, limits, now, fetch)
    result = _read(source, answer, now, parse) if isinstance(answer, Fetched) else answer
    if isinstance(result, Read) and result.parsed.sitemaps:
        result = sitemapindex.follow(result, feed.validators, sitemap, lambda: time.monotonic() - started > FOLLOW_S)
    return Polled(source.url, result, time.monotonic() - started)


def _unasked(answer: NotModified | FetchFailed) -> FetchFailed:
    return FetchFailed("HTTP 304 unasked", "hard") if isinstance(answer, NotModified) else answer


def _read(source: Source, fetched: Fetched, now: datetime, parse: Parse) -> Read | FetchFailed:
    try:
        parsed = parse(
            fetched.data,
            source.url,
            content_type=fetched.content_type,
            fetched_at=now,
            category=source.category,
            base=fetched.url,
        )
    except FeedError as error:
        return FetchFailed(f"not a feed: {error}", "hard")
    except (WorkerKilledError, WorkerDiedError) as error:
        return FetchFailed(f"could not be read: {error}", "hard")
    except Exception as error:  # noqa: BLE001 - a defect of ours that one feed brings out must not end the others
        return FetchFailed(f"could not be read: {type(error).__name__}: {error}", "hard")
    return Read(fetched, parsed)

"""How a feed is asked for: with its validators, and now and then once more without them, to see whether they tell the truth.

Some servers answer 304 although their feed changed, for days. The proof is two requests right after each other: nothing
changed, says the one with validators; new articles, says the one without. A server that was caught is not asked that way again.
"""

from collections.abc import Callable
from datetime import datetime

from newsloom_ingestor.decide import FeedState
from newsloom_ingestor.fetch import Fetched, Limits, NotModified, Response, Validators

Fetch = Callable[[str, Validators, Limits, datetime], Response]


def ask(feed: FeedState, limits: Limits, now: datetime, fetch: Fetch) -> Response:
    """Return what the feed's server says, and in the end has."""
    bare = Validators(digest=feed.validators.digest)
    answer = fetch(feed.address, feed.validators if feed.trusted else bare, limits, now)
    doubted = isinstance(answer, NotModified) and answer.how == "304" and now.timestamp() >= feed.trust.audit_at
    return _checked(answer, fetch(feed.address, bare, limits, now)) if doubted else answer


def _checked(said: Response, has: Response) -> Response:
    if isinstance(has, Fetched):
        return has._replace(denied=True)
    return has._replace(audited=True) if isinstance(has, NotModified) else said

"""A feed after a poll → what is told of it on news.feeds. Pure."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final, Literal, get_args

from newsloom_schemas.codec import Message
from newsloom_schemas.topics import FEEDS
from newsloom_schemas.types import FeedHealth

from newsloom_ingestor.decide import Decision, FeedState
from newsloom_ingestor.opml import Source
from newsloom_ingestor.parse import without_password
from newsloom_ingestor.schedule import DAY

LEAST_SILENCE_S: Final = 3 * DAY  # a weekend and a day are no silence
GAPS: Final = 5  # times the usual gap
State = Literal["well", "waiting", "silent", "failing", "gone"]
STATES: Final[tuple[State, ...]] = get_args(State)


def standing(source: Source, decision: Decision, new: int, now: float) -> FeedHealth:
    """Return how a feed stands; ``new`` is how many articles of this poll were published or wait for their page."""
    feed = decision.feed
    return FeedHealth(
        url=without_password(feed.url),
        title=source.title,
        category=source.category,
        outcome=decision.outcome,
        checked_at=datetime.fromtimestamp(now, UTC),
        succeeded_at=_time(feed.succeeded_at),
        new_at=_time(feed.new_at),
        next_poll=_time(feed.plan.next_poll or 0.0),
        interval_s=feed.plan.interval_s,
        why=feed.plan.why,
        entries=len(decision.listed or ()),
        new=new,
        skipped=len(decision.skipped),
        failures=feed.plan.failures,
        error=feed.error,
        silent=silent(feed, now),
        usual_gap_s=round(feed.gap_s),
        validators=_validators(feed),
        moved_to=without_password(feed.address) if feed.address != feed.url else None,
    )


def forgotten(dropped: Iterable[str], configured: Iterable[str]) -> list[Message]:
    """Return the records that make news.feeds forget feeds: their keys without a value, which compaction removes.

    A feed that differs from a configured one in its password only is that one there.
    """
    kept = {without_password(url) for url in configured}
    return [Message(FEEDS, name.encode(), None, ()) for url in dropped if (name := without_password(url)) not in kept]


def counts(feeds: Iterable[FeedState], now: float) -> Counter[str]:
    """Return how many feeds are in each state."""
    return Counter(state(feed, now) for feed in feeds)


def state(feed: FeedState, now: float) -> State:
    """Return how a feed stands, in the word that `newsloom feeds list` has for it."""
    if feed.plan.next_poll is None:
        return "gone"
    if feed.plan.failures:
        return "failing"
    if not feed.succeeded_at:
        return "waiting"
    return "silent" if silent(feed, now) else "well"


def silent(feed: FeedState, now: float) -> bool:
    """Say whether a feed that used to bring news has brought none for much longer than is usual for it."""
    return bool(feed.new_at) and now - feed.new_at > max(LEAST_SILENCE_S, GAPS * feed.gap_s)


def _time(seconds: float) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def _validators(feed: FeedState) -> Literal["etag", "last-modified", "none", "distrusted"]:
    if not feed.trusted:
        return "distrusted"
    return "etag" if feed.validators.etag else "last-modified" if feed.validators.last_modified else "none"

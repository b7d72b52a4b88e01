"""What a poll means: which articles are new, and how the feed stands afterwards. Pure."""

from collections.abc import Container
from typing import Final, Literal, NamedTuple

from newsloom_schemas.types import RawArticle

from newsloom_ingestor import schedule
from newsloom_ingestor.fetch import Fetched, FetchFailed, NotModified, Validators
from newsloom_ingestor.parse import Parsed, Skipped
from newsloom_ingestor.schedule import Plan, Yield

Outcome = Literal["new", "nothing-new", "not-modified", "failed", "gone"]
REASON_LIMIT: Final = 300  # characters of an error that are kept


class FeedState(NamedTuple):
    """What is remembered of a feed. Times are seconds since 1970, 0 for never."""

    url: str
    validators: Validators = Validators()
    plan: Plan = Plan()
    succeeded_at: float = 0.0
    new_at: float = 0.0
    error: str = ""


class Read(NamedTuple):
    """A document that was fetched and could be read."""

    fetched: Fetched
    parsed: Parsed


class Polled(NamedTuple):
    """What a poll of ``url`` gave, and how long it took."""

    url: str
    answer: Read | NotModified | FetchFailed
    took_s: float = 0.0


class Decision(NamedTuple):
    """``new``: articles to be published. ``listed``: the ids of the whole document, None where there was none."""

    outcome: Outcome
    feed: FeedState
    new: tuple[RawArticle, ...] = ()
    listed: tuple[str, ...] | None = None
    skipped: tuple[Skipped, ...] = ()


def article_ids(polled: Polled) -> tuple[str, ...]:
    """Ids of the articles in the document, none where there is no document."""
    return tuple(a.id for a in polled.answer.parsed.articles) if isinstance(polled.answer, Read) else ()


def decide(feed: FeedState, polled: Polled, known: Container[str], now: float) -> Decision:
    """Return what to do. ``known`` holds the ids that were published before or wait to be."""
    answer = polled.answer
    if isinstance(answer, FetchFailed):
        return _failed(feed, answer, now)
    if isinstance(answer, NotModified):
        return Decision("not-modified", _succeeded(feed, feed.validators, now, _yield(feed, now, known=1.0)))
    fetched, parsed = answer
    new = tuple(a for a in parsed.articles if a.id not in known)
    share = 1 - len(new) / len(parsed.articles) if parsed.articles else 1.0
    found = _yield(feed, now, known=share if feed.succeeded_at else None, pause_s=parsed.pause_s)
    after = _succeeded(feed, fetched.validators, now, found)
    return Decision(
        "new" if new else "nothing-new",
        after._replace(new_at=now) if new else after,
        new,
        article_ids(polled),
        parsed.skipped,
    )


def _failed(feed: FeedState, failure: FetchFailed, now: float) -> Decision:
    plan = schedule.after_failure(feed.plan, feed.url, now, kind=failure.kind, retry_after_s=failure.retry_after_s)
    after = feed._replace(plan=plan, error=failure.reason[:REASON_LIMIT])
    return Decision("gone" if plan.next_poll is None else "failed", after)


def _succeeded(feed: FeedState, validators: Validators, now: float, found: Yield) -> FeedState:
    plan = schedule.after_success(feed.plan, feed.url, now, found)
    return feed._replace(validators=validators, plan=plan, succeeded_at=now, error="")


def _yield(feed: FeedState, now: float, *, known: float | None, pause_s: float = 0.0) -> Yield:
    return Yield(known, now - feed.new_at if feed.new_at else 0.0, pause_s)

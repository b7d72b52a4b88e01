"""What a poll means: which articles are new, and how the feed stands afterwards. Pure."""

from collections.abc import Container
from typing import Final, Literal, NamedTuple

from newsloom_schemas.types import RawArticle

from newsloom_ingestor import schedule
from newsloom_ingestor.document import Asks
from newsloom_ingestor.fetch import Fetched, FetchFailed, NotModified, Validators
from newsloom_ingestor.parse import Parsed, Skipped
from newsloom_ingestor.schedule import Plan, Yield

Outcome = Literal["new", "nothing-new", "not-modified", "failed", "gone"]
REASON_LIMIT: Final = 300  # characters of an error that are kept
# A redirect that is called permanent is often a mistake of an hour; one that stays is believed.
MOVED_TIMES: Final = 3
MOVED_FOR_S: Final = schedule.DAY
LIES: Final = 2  # one may be a change that fell between two requests
GAP_WEIGHT: Final = 0.2  # of the latest gap between new articles
AUDIT_S: Final = schedule.DAY  # between two times that a server's "nothing changed" is looked into


class Move(NamedTuple):
    """Where permanent redirects have led of late, how often in a row, and since when."""

    to: str = ""
    times: int = 0
    since: float = 0.0


class Trust(NamedTuple):
    """How often a server said that nothing changed although there were new articles, and when that is looked into next."""

    lies: int = 0
    audit_at: float = 0.0


class FeedState(NamedTuple):
    """What is remembered of a feed. Times are seconds since 1970, 0 for never.

    ``gap_s`` is the usual time between two polls that brought something new. ``asks`` is what the latest document asked:
    it holds for as long as the server says that nothing changed.
    """

    url: str
    validators: Validators = Validators()
    plan: Plan = Plan()
    succeeded_at: float = 0.0
    new_at: float = 0.0
    error: str = ""
    move: Move = Move()
    trust: Trust = Trust()
    gap_s: float = 0.0
    asks: Asks = Asks()

    @property
    def address(self) -> str:
        """Where to ask for it: where it moved to, once that is sure, else where it is configured."""
        moved = self.move.times >= MOVED_TIMES and self.succeeded_at - self.move.since >= MOVED_FOR_S
        return self.move.to if moved else self.url

    @property
    def trusted(self) -> bool:
        """Whether what the server says of its document being unchanged can be believed."""
        return self.trust.lies < LIES


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
    feed = _moved(feed, answer.moved_to if isinstance(answer, NotModified) else answer.fetched.moved_to, now)
    if isinstance(answer, NotModified):
        after = _succeeded(feed, feed.validators, now, _yield(feed, now, known=1.0, fresh_s=answer.max_age_s))
        return Decision("not-modified", _audited(after, now) if answer.audited else after)
    fetched, parsed = answer
    feed = feed._replace(asks=_asks(fetched, parsed))
    new = tuple(a for a in parsed.articles if a.id not in known)
    share = 1 - len(new) / len(parsed.articles) if parsed.articles else 1.0
    found = _yield(feed, now, known=share if feed.succeeded_at else None, fresh_s=fetched.max_age_s)._replace(new=len(new))
    after = _succeeded(feed, fetched.validators, now, found)
    if fetched.denied:
        after = _audited(after, now, lied=bool(new))
    return Decision(
        "new" if new else "nothing-new",
        after._replace(new_at=now, gap_s=_gap(feed, now)) if new else after,
        new,
        article_ids(polled),
        parsed.skipped,
    )


def _asks(fetched: Fetched, parsed: Parsed) -> Asks:
    """What the feed asks; where its server names a hub in Link headers, that one counts (WebSub, section 4)."""
    asks = parsed.asks
    return asks._replace(hub=fetched.hub, self_url=fetched.self_url or asks.self_url) if fetched.hub else asks


def _gap(feed: FeedState, now: float) -> float:
    """Return the usual gap with the one that has just ended in it: an average in which older ones count less and less."""
    gap = now - feed.new_at if feed.new_at else 0.0
    return feed.gap_s + GAP_WEIGHT * (gap - feed.gap_s) if feed.gap_s else gap


def _moved(feed: FeedState, to: str, now: float) -> FeedState:
    """Count permanent redirects to one place; a feed that is asked at its new address answers there without any."""
    if not to:
        return feed if feed.address != feed.url else feed._replace(move=Move())
    if to == feed.move.to:
        return feed._replace(move=feed.move._replace(times=feed.move.times + 1))
    return feed._replace(move=Move(to, 1, now))


def _audited(feed: FeedState, now: float, *, lied: bool = False) -> FeedState:
    return feed._replace(trust=Trust(feed.trust.lies + lied, now + AUDIT_S))


def _failed(feed: FeedState, failure: FetchFailed, now: float) -> Decision:
    if feed.address != feed.url and failure.kind in {"hard", "gone"}:  # the move was none: back to where it is configured
        feed, failure = feed._replace(move=Move()), failure._replace(kind="hard")
    plan = schedule.after_failure(feed.plan, feed.url, now, kind=failure.kind, retry_after_s=failure.retry_after_s)
    after = feed._replace(plan=_outside(plan, feed), error=failure.reason[:REASON_LIMIT])
    return Decision("gone" if plan.next_poll is None else "failed", after)


def _succeeded(feed: FeedState, validators: Validators, now: float, found: Yield) -> FeedState:
    plan = schedule.after_success(feed.plan, feed.url, now, found)
    return feed._replace(validators=validators, plan=_outside(plan, feed), succeeded_at=now, error="")


def _outside(plan: Plan, feed: FeedState) -> Plan:
    return schedule.outside(plan, feed.url, feed.asks.skip_hours, feed.asks.skip_days)


def _yield(feed: FeedState, now: float, *, known: float | None, fresh_s: float) -> Yield:
    return Yield(known, now - feed.new_at if feed.new_at else 0.0, max(feed.asks.pause_s, fresh_s))

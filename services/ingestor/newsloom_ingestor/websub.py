"""WebSub (W3C Recommendation, 23 January 2018, https://www.w3.org/TR/websub/), the subscriber's part: what is to be done. Pure.

A feed names a hub, and itself as the hub knows it. The hub is asked to tell what is new; it asks back whether that was meant,
and from then on sends the feed's document whenever it changes, signed, until its lease is over. Polling goes on all the while:
rarely where the hub is seen to work, as ever where it does not. Times are seconds since 1970, 0 for never.
"""

import hashlib
import hmac
from collections.abc import Container, Mapping
from typing import Final, Literal, NamedTuple
from urllib.parse import urlsplit

from newsloom_ingestor import schedule
from newsloom_ingestor.decide import Decision, FeedState, Polled, Read, article_ids
from newsloom_ingestor.document import Asks
from newsloom_ingestor.schedule import DAY, HOUR, MINUTE

LEASE_ASKED_S: Final = 10 * DAY  # section 8.2: a good default
LEASE_LEAST_S: Final = 10 * MINUTE  # as often as that a feed is polled
LEASE_MOST_S: Final = 30 * DAY
RENEW_AT: Final = 0.8  # of the lease
ANSWER_S: Final = HOUR  # in which a hub should have asked back
REST_S: Final = 7 * DAY  # after a denial
CHALLENGE_MOST: Final = 1024  # characters
REASON_MOST: Final = 200
ALGORITHMS: Final = frozenset({"sha1", "sha256", "sha384", "sha512"})  # section 7.1.1
RELAXED: Final = 4  # times the interval between two polls
RELAXED_MOST_S: Final = 6 * HOUR
TOLD: Final = "its hub told"
SURE: Final = "its hub tells, polled to be sure"

Signed = Literal["sha1", "sha256", "sha384", "sha512", "missing", "unknown", "wrong"]


class Subscription(NamedTuple):
    """What is remembered of a feed's subscription.

    ``path`` is the last part of its callback, which nobody can guess; ``secret`` signs what comes in there. ``ask_at`` is when
    the hub is asked (again), ``tries`` how often it was without a lease coming of it. ``told_at`` is when the hub last told
    something, ``missed_at`` when a poll last found something that it had not told.
    """

    feed: str
    hub: str
    topic: str
    path: str
    secret: str
    ask_at: float = 0.0
    tries: int = 0
    lease_until: float = 0.0
    told_at: float = 0.0
    missed_at: float = 0.0
    problem: str = ""


def held(feed: str, asks: Asks, now: Subscription | None, path: str, secret: str) -> Subscription | None:
    """Return the subscription that a feed is to have by its latest document; ``path`` and ``secret`` are for a new one.

    None where it names no hub, or does not say by which name the hub knows it.
    """
    if not asks.hub or not asks.self_url:
        return None
    same = now and (now.hub, now.topic) == (asks.hub, asks.self_url)
    return now if same else Subscription(feed, asks.hub, asks.self_url, path, secret)


def form(it: Subscription, callback: str) -> dict[str, str]:
    """Return the fields of the request that asks the hub."""
    return {
        "hub.mode": "subscribe",
        "hub.topic": it.topic,
        "hub.callback": f"{callback.rstrip('/')}/websub/{it.path}",
        "hub.secret": it.secret,
        "hub.lease_seconds": str(int(LEASE_ASKED_S)),
    }


def addresses(hub: str) -> tuple[str, ...]:
    """Return where to ask: by TLS first, also where the hub is named without (section 8.2)."""
    parts = urlsplit(hub)
    return (parts._replace(scheme="https").geturl(), hub) if parts.scheme == "http" else (hub,)


def asking(it: Subscription, now: float) -> Subscription:
    """Return the subscription while the hub is being asked: if it does not ask back, it is asked again, later and later."""
    return it._replace(tries=it.tries + 1, ask_at=now + min(ANSWER_S * 2**it.tries, DAY))


def refused(it: Subscription, reason: str) -> Subscription:
    """Return the subscription after the hub did not take the request."""
    return it._replace(problem=reason[:REASON_MOST])


def verified(it: Subscription, query: Mapping[str, str], now: float) -> Subscription | None:
    """Return the subscription that a hub's question confirms; None where it is not the one that was meant (section 5.3.1).

    A hub may ask again later to see whether it is still wanted; so it is, for as long as it is held.
    """
    lease = query.get("hub.lease_seconds", "")
    seconds = int(lease) if lease.isascii() and lease.isdecimal() and len(lease) < 12 else 0
    challenge = query.get("hub.challenge", "")
    meant = query.get("hub.mode") == "subscribe" and query.get("hub.topic") == it.topic
    safe = 0 < len(challenge) <= CHALLENGE_MOST and challenge.isprintable()
    if not meant or not safe or seconds < LEASE_LEAST_S:
        return None
    lasts = min(float(seconds), LEASE_MOST_S)
    return it._replace(lease_until=now + lasts, ask_at=now + RENEW_AT * lasts, tries=0, problem="")


def denied(it: Subscription, query: Mapping[str, str], now: float) -> Subscription | None:
    """Return the subscription after the hub's refusal; None where that is about something else (section 5.2)."""
    if query.get("hub.mode") != "denied" or query.get("hub.topic") != it.topic:
        return None
    reason = f"denied: {query.get('hub.reason', '')}".removesuffix(": ")
    return it._replace(lease_until=0.0, ask_at=now + REST_S, problem=reason[:REASON_MOST])


def signed(secret: str, header: str, body: bytes) -> Signed:
    """Return by which algorithm a delivery is signed, or what is wrong with its signature (section 7.1)."""
    method, _, given = header.strip().partition("=")
    if not header.strip():
        return "missing"
    if method not in ALGORITHMS:
        return "unknown"
    own = hmac.new(secret.encode(), body, getattr(hashlib, method)).hexdigest()
    return method if hmac.compare_digest(own.encode(), given.strip().lower().encode()) else "wrong"  # type: ignore[return-value]


def good(mark: Signed) -> bool:
    """Whether a delivery with such a signature counts."""
    return mark in ALGORITHMS


def told(it: Subscription, now: float) -> Subscription:
    """Return the subscription after a delivery that counts."""
    return it._replace(told_at=now)


def works(it: Subscription | None, now: float) -> bool:
    """Whether the hub can be relied on: its lease runs, it has told something, and since then no poll found more."""
    return it is not None and now < it.lease_until and it.told_at > it.missed_at


def delivered(feed: FeedState, document: Polled, known: Container[str], now: float) -> Decision:
    """Return what a delivery means. Pure, and in the place of ``decide.decide``.

    The plan stays: a hub may leave out entries that it told before, so that only a poll says how the feed stands.
    """
    parsed = document.answer.parsed if isinstance(document.answer, Read) else None
    new = tuple(a for a in parsed.articles if a.id not in known) if parsed else ()
    after = feed._replace(plan=feed.plan._replace(why=TOLD), error="")
    outcome: Literal["new", "nothing-new"] = "new" if new else "nothing-new"
    skipped = parsed.skipped if parsed else ()
    return Decision(outcome, after._replace(new_at=now) if new else after, new, None, skipped)


def polled(it: Subscription, decision: Decision, document: Polled, now: float) -> Subscription:
    """Return the subscription after a poll: what it found and the hub had not told was missed."""
    missed = bool(decision.new) and it.lease_until > 0 and bool(article_ids(document))
    return it._replace(missed_at=now) if missed else it


def relaxed(before: FeedState, decision: Decision, it: Subscription | None, now: float) -> Decision:
    """Return the decision on a poll with the next one later, where the hub works: four intervals, six hours at most.

    The interval itself stays as it was: polls that find nothing because the hub was faster say nothing about it.
    """
    feed = decision.feed
    if it is None or not works(it, now) or decision.outcome not in {"nothing-new", "not-modified"}:
        return decision
    interval = before.plan.interval_s
    until = min(RELAXED * interval, max(RELAXED_MOST_S, interval), it.lease_until - now + MINUTE)
    plan = schedule.later(feed.plan._replace(interval_s=interval), feed.url, now, until, SURE)
    return decision._replace(
        feed=feed._replace(plan=schedule.outside(plan, feed.url, feed.asks.skip_hours, feed.asks.skip_days))
    )

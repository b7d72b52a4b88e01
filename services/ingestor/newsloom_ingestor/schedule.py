"""When to poll a feed next. Pure: what the last poll gave and the time are arguments. Times are seconds since 1970.

The interval follows the yield, between ten minutes and a day, with the steps of Media Cloud's rss-fetcher (fetcher/tasks.py). A
poll that finds nothing new came too early, one that finds several articles too late, however many the feed lists. Media Cloud
goes by the share of known entries; that misses nothing either, but a third of a list may pass before it looks again. An article
of a feed with one an hour waited for two hours that way, and waits for half an hour now (``bench/week.py``, the middle of a
simulated week). Failures lengthen the wait in proportion to their weight and end no feed: Media Cloud saw feeds come back after
months. Only 410 Gone is the publisher's word that a feed has ended.
"""

import hashlib
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Final, Literal, NamedTuple

MINUTE: Final = 60.0
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
FIRST_INTERVAL: Final = HOUR
SHORTEST: Final = 10 * MINUTE  # Media Cloud: AUTO_ADJUST_MIN_POLL_MINUTES
LONGEST: Final = DAY  # Media Cloud: AUTO_ADJUST_MAX_POLL_MINUTES
SEVERAL: Final = 2  # new articles in one poll: the first of them has waited for the others
FEW_KNOWN: Final = 0.33  # Media Cloud: AUTO_ADJUST_MIN_DUPLICATE_PERCENT
STEP: Final = 10 * MINUTE  # Media Cloud: AUTO_ADJUST_SMALL_MINS, while a feed brings something now and then
LARGE_STEP: Final = HOUR  # and AUTO_ADJUST_MINUTES, once it has been silent for
QUIET: Final = 31 * DAY  # AUTO_ADJUST_SMALL_DAYS
JITTER: Final = 0.1  # of the wait, so that feeds that were polled together part
JITTER_AFTER_FAILURE: Final = 0.5  # feeds of a host that failed together must not come back together

Kind = Literal["network", "soft", "hard", "gone"]
# Media Cloud's increments: what is likely to pass weighs less.
WEIGHTS: Final[dict[Kind, float]] = {"network": 0.25, "soft": 0.5, "hard": 1.0, "gone": 1.0}


class Plan(NamedTuple):
    """A feed's rhythm: its interval and next poll (None: never again), its failures in a row, weighted, and why."""

    interval_s: float = FIRST_INTERVAL
    failures: float = 0.0
    next_poll: float | None = 0.0
    why: str = "new"


class Due(NamedTuple):
    """A feed that is to be polled, or is being polled: its address, its host, and whether its last poll failed."""

    url: str
    host: str = ""
    failing: bool = False


class Yield(NamedTuple):
    """What an answered poll gave.

    ``known``: the share of its entries that were known before, 1.0 where nothing changed, None where that says nothing (first
    poll). ``quiet_s``: how long nothing new came. ``pause_s``: how long the feed itself asks to wait. ``new``: how many entries
    were not known.
    """

    known: float | None
    quiet_s: float = 0.0
    pause_s: float = 0.0
    new: int = 0


def after_success(plan: Plan, url: str, now: float, found: Yield) -> Plan:
    """Return the plan after a poll that was answered."""
    interval, why = _interval(plan.interval_s, found)
    wait = max(interval, min(found.pause_s, LONGEST))
    return Plan(interval, 0.0, now + _spread(wait, url, JITTER), why if wait == interval else "the feed asks for a pause")


def after_failure(plan: Plan, url: str, now: float, *, kind: Kind, retry_after_s: float = 0.0) -> Plan:
    """Return the plan after a failed poll; the interval itself is kept for when the feed is back."""
    failures = plan.failures + WEIGHTS[kind]
    if kind == "gone":
        return Plan(plan.interval_s, failures, None, "the publisher says that it is gone for good")
    backoff = min(plan.interval_s * max(1.0, failures), LONGEST)
    wait = max(backoff, min(retry_after_s, DAY))  # Media Cloud saw 88 hours asked for: a day must do
    why = "failed" if wait == backoff else "asked to wait"
    return Plan(plan.interval_s, failures, now + _spread(wait, url, JITTER_AFTER_FAILURE), why)


def outside(plan: Plan, url: str, hours: frozenset[int], days: frozenset[int]) -> Plan:
    """Return the plan with its next poll out of the hours (UTC) and days (Monday is 0) in which the feed asks for none.

    It moves to the next hour that is allowed, but no more than a day: who never allows one is polled all the same.
    """
    first = plan.next_poll
    if first is None or not _skipped(first, hours, days):
        return plan
    starts = (first - first % HOUR + n * HOUR for n in range(1, 25))
    allowed = next((start for start in starts if not _skipped(start, hours, days)), None)
    moved = first + DAY if allowed is None else allowed + JITTER * HOUR * _share(url)
    return plan._replace(next_poll=min(moved, first + DAY), why=f"{plan.why}, then the feed asks for no polls")


def _skipped(at: float, hours: frozenset[int], days: frozenset[int]) -> bool:
    when = datetime.fromtimestamp(at, UTC)
    return when.hour in hours or when.weekday() in days


def pick(due: Iterable[Due], busy: Collection[Due], size: int) -> list[Due]:
    """Return which of the due feeds are polled beside those being polled, ``size`` in all at most, one a host.

    Failing ones have no more than half of the places: what timed out last time is likely to hold its place for long again,
    and the others must not wait for it, however many hang at once.
    """
    hosts, failing = {one.host for one in busy}, sum(one.failing for one in busy)
    chosen: list[Due] = []
    for one in due:
        if len(busy) + len(chosen) >= size:
            break
        if (one.host and one.host in hosts) or (one.failing and failing >= max(1, size // 2)):
            continue
        chosen.append(one)
        hosts.add(one.host)
        failing += one.failing
    return chosen


def _interval(interval: float, found: Yield) -> tuple[float, str]:
    if found.known is None:
        return interval, "first answer"
    if found.new >= SEVERAL or found.known <= FEW_KNOWN:
        # A long interval comes back to earth at once, as there; below that it is halved, where Media Cloud subtracts an hour.
        return max(FIRST_INTERVAL if interval > FIRST_INTERVAL else interval / 2, SHORTEST), "several were new"
    if found.new:
        return interval, "about right"
    return min(interval + (LARGE_STEP if found.quiet_s > QUIET else STEP), LONGEST), "nothing was new"


def _spread(wait: float, url: str, share: float) -> float:
    """Lengthen a wait by up to ``share``, always alike for one feed."""
    return wait * (1 + share * _share(url))


def _share(url: str) -> float:
    """A number from 0 to 1, always the same for one feed."""
    return int.from_bytes(hashlib.sha256(url.encode()).digest()[:4]) / 2**32


def later(plan: Plan, url: str, now: float, wait_s: float, why: str) -> Plan:
    """Return the plan with its next poll in ``wait_s`` or later, and then for that reason."""
    moved = now + _spread(wait_s, url, JITTER)
    return plan if plan.next_poll is None or plan.next_poll >= moved else plan._replace(next_poll=moved, why=why)

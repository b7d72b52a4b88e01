"""When feeds are polled: by what they give, in simulated time."""

from itertools import pairwise

import pytest
from newsloom_ingestor.schedule import (
    DAY,
    FIRST_INTERVAL,
    HOUR,
    JITTER,
    JITTER_AFTER_FAILURE,
    LONGEST,
    MINUTE,
    SHORTEST,
    Due,
    Plan,
    Yield,
    after_failure,
    after_success,
    outside,
    pick,
)

URL = "https://e.org/feed"


def week(share, days=7):
    """Poll as planned for a week; ``share(t)`` is the share of known entries. Returns the waits."""
    plan, now, waits = Plan(), 0.0, []
    while now < days * DAY:
        plan = after_success(plan, URL, now, Yield(share(now)))
        waits.append(plan.next_poll - now)
        now = plan.next_poll
    return waits


def test_a_busy_feed_comes_to_the_shortest_interval_and_stays():
    waits = week(lambda _: 0.0, days=1)
    assert waits[-1] == pytest.approx(SHORTEST, rel=JITTER)
    assert len(waits) > 100


def test_a_quiet_feed_is_left_alone_ever_longer_up_to_a_day():
    waits = week(lambda _: 1.0, days=120)
    assert all(later >= earlier - 1e-6 for earlier, later in pairwise(waits))
    assert waits[-1] == pytest.approx(LONGEST, rel=JITTER)
    assert all(w <= LONGEST * (1 + JITTER) for w in waits)


def test_a_quiet_feed_that_wakes_is_soon_polled_often_again():
    plan = after_success(Plan(interval_s=LONGEST), URL, 0, Yield(0.1))
    assert plan.interval_s == FIRST_INTERVAL
    plan = after_success(plan, URL, 0, Yield(0.1))
    assert plan.interval_s == FIRST_INTERVAL / 2


def test_one_new_article_is_about_right_and_several_came_too_late_however_many_are_listed():
    assert after_success(Plan(interval_s=2 * HOUR), URL, 0, Yield(0.98, new=1)).interval_s == 2 * HOUR
    assert after_success(Plan(interval_s=HOUR), URL, 0, Yield(0.98, new=2)).interval_s == HOUR / 2
    assert after_success(Plan(interval_s=HOUR), URL, 0, Yield(0.0, new=1)).interval_s == HOUR / 2, "its list may be too short"


def test_the_first_answer_says_nothing_about_the_interval():
    assert after_success(Plan(), URL, 0, Yield(None)).interval_s == FIRST_INTERVAL


def test_a_feed_silent_for_a_month_takes_large_steps():
    assert after_success(Plan(interval_s=HOUR), URL, 0, Yield(1.0, quiet_s=40 * DAY)).interval_s == 2 * HOUR


def test_a_pause_that_the_feed_asks_for_is_kept_within_a_day():
    plan = after_success(Plan(), URL, 0, Yield(0.0, pause_s=5 * HOUR))
    assert plan.next_poll >= 5 * HOUR
    assert plan.interval_s < HOUR, "the interval itself goes on learning"
    assert after_success(Plan(), URL, 0, Yield(0.0, pause_s=300 * DAY)).next_poll <= LONGEST * (1 + JITTER)


def failing(kind, times, **more):
    plan, now, waits = Plan(), 0.0, []
    for _ in range(times):
        plan = after_failure(plan, URL, now, kind=kind, **more)
        waits.append(plan.next_poll - now)
        now = plan.next_poll
    return plan, waits


def test_failures_back_off_and_never_end_a_feed():
    plan, waits = failing("hard", 500)
    assert waits[0] < 2 * HOUR
    assert waits == sorted(waits)
    assert DAY <= waits[-1] <= DAY * (1 + JITTER_AFTER_FAILURE)
    assert plan.interval_s == FIRST_INTERVAL, "kept for when the feed is back"


def test_the_network_s_failures_weigh_less_than_the_feed_s():
    ends = [failing(kind, 8)[1][-1] for kind in ("network", "soft", "hard")]
    assert ends == sorted(ends)
    assert ends[0] < ends[2] / 2


def test_success_forgives():
    plan, _ = failing("hard", 10)
    assert after_success(plan, URL, 0, Yield(1.0)).failures == 0


def test_gone_is_the_end():
    plan = after_failure(Plan(), URL, 0, kind="gone")
    assert plan.next_poll is None


def test_retry_after_is_kept_within_a_day():
    assert failing("soft", 1, retry_after_s=7 * HOUR)[1][0] >= 7 * HOUR
    assert failing("soft", 1, retry_after_s=1e9)[1][0] <= DAY * (1 + JITTER_AFTER_FAILURE)


def test_feeds_that_failed_together_do_not_come_back_together():
    times = sorted(after_failure(Plan(), f"https://host.org/{n}", 0, kind="soft").next_poll for n in range(100))
    assert times[-1] - times[0] > 20 * MINUTE
    assert len(set(times)) == 100
    assert after_failure(Plan(), URL, 0, kind="soft") == after_failure(Plan(), URL, 0, kind="soft"), "alike for one feed"


def test_one_poll_a_host_at_a_time():
    due = [Due(*one) for one in (("a1", "a"), ("a2", "a"), ("b1", "b"), ("c1", "c"), ("f1", ""), ("f2", ""))]
    assert [one.url for one in pick(due, [Due("b2", "b")], 10)] == ["a1", "c1", "f1", "f2"]
    assert [one.url for one in pick(due, [], 2)] == ["a1", "b1"]
    assert pick(due, [Due("x"), Due("y")], 2) == []


def test_feeds_that_hang_leave_half_of_the_places_to_the_others():
    hanging, well = ([Due(f"{kind}{n}", f"{kind}{n}", kind == "h") for n in range(100)] for kind in "hw")
    chosen = pick([*hanging, *well], hanging[97:], 10)
    assert [one.url for one in chosen] == ["h0", "h1", "w0", "w1", "w2", "w3", "w4"]
    assert pick(hanging, [], 1) == hanging[:1], "with one place they have their turn too"
    assert len(pick(well, [], 10)) == 10


MONDAY = 1_795_392_000.0  # 2026-11-23, 00:00 UTC


@pytest.mark.parametrize(
    ("at", "hours", "days", "earliest"),
    [
        (2 * HOUR, {1, 3}, (), 2 * HOUR),
        (2.5 * HOUR, {2, 3, 4}, (), 5 * HOUR),
        (23.5 * HOUR, {23, 0, 1}, (), 26 * HOUR),
        (5 * HOUR, (), {0}, DAY),
        (23 * HOUR, {23, 0}, {0}, 25 * HOUR),
        (5 * HOUR, (), {0, 1, 2}, DAY + 5 * HOUR),
    ],
    ids=["allowed", "hours", "over midnight", "a day", "both", "no more than a day"],
)
def test_a_poll_keeps_out_of_the_hours_that_a_feed_rules_out(at, hours, days, earliest):
    plan = outside(Plan(next_poll=MONDAY + at), URL, frozenset(hours), frozenset(days))
    assert earliest <= plan.next_poll - MONDAY <= earliest + JITTER * HOUR
    assert plan.why.endswith("asks for no polls") == (earliest != at)
    assert outside(Plan(next_poll=None), URL, frozenset(hours), frozenset(days)).next_poll is None


def test_feeds_that_rule_out_the_same_hours_do_not_come_back_at_once():
    night = frozenset(range(6))
    times = {outside(Plan(next_poll=MONDAY), f"https://e.org/{n}", night, frozenset()).next_poll for n in range(50)}
    assert len(times) == 50

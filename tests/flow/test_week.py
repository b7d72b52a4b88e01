"""A week of the whole ingestor on a simulated clock: 72 feeds that behave in 21 ways. What stands in is network and Kafka."""

import logging
from collections import Counter
from itertools import pairwise
from statistics import median

import pytest
import structlog
from newsloom_ingestor.schedule import DAY, HOUR, JITTER, JITTER_AFTER_FAILURE, MINUTE, SHORTEST

from bench.simulated import START
from bench.week import lived
from bench.week_picture import draw
from bench.week_sites import KINDS, TIMEOUT_S, WEEK, link

pytestmark = pytest.mark.timeout(900)  # seconds of the clock: it takes about twenty of a core

FAILING = {"always 500", "hanging"}
END = START + WEEK


@pytest.fixture(scope="module")
def week():
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    yield lived()
    structlog.reset_defaults()


def of(week, kind):
    return [site for site in week.sites if site.kind == kind]


def polls(week, kind, first, last):
    """How often a day each site of a kind was polled from one day of the week to another."""
    asked = [week.asked[site.url] for site in of(week, kind)]
    return [sum(START + first * DAY <= at < START + last * DAY for at in one) / (last - first) for one in asked]


def gaps(week, site):
    return [later - earlier for earlier, later in pairwise(week.asked[site.url])]


def why(week, kind):
    return set.union(*(week.whys[site.url] for site in of(week, kind)))


def test_no_feed_is_polled_more_often_than_every_ten_minutes_nor_less_than_once_a_day_or_so(week):
    assert len(week.sites) >= 60
    for site in week.sites:
        between = gaps(week, site)
        assert min(between) >= SHORTEST, site.kind
        longest = DAY * (1 + (JITTER_AFTER_FAILURE if "failed" in week.whys[site.url] else JITTER))
        assert max(between) <= longest + MINUTE, site.kind
        if site.kind != "dead":
            assert END - week.asked[site.url][-1] <= longest + MINUTE, f"{site.kind}: never given up"


def test_every_article_that_a_feed_listed_is_told_exactly_once(week):
    told = Counter((url, revision) for url, revision, _ in week.raw)
    expected = {
        link(site, n)
        for site in week.sites
        if site.url in week.seen
        for n in range(max(0, week.seen[site.url][0] - site.lists), week.seen[site.url][1])
    }
    assert {url for url, _ in told} == expected
    assert set(told.values()) == {1}
    assert {revision for _, revision in told} == {1}, "nothing changed all week"
    assert len(expected) > 10_000


def test_a_host_is_never_asked_two_things_at_once(week):
    for host, times in week.busy.items():
        assert all(end <= start for (_, end), (start, _) in pairwise(sorted(times))), host
    assert len(of(week, "platform")) == 12


def test_intervals_follow_what_a_feed_brings(week):
    assert min(polls(week, "lively", 1, 7)) > 90
    assert all(15 < n < 40 for n in polls(week, "busy", 1, 7))
    assert all(n < 15 for n in polls(week, "morning", 2, 7))
    assert max(polls(week, "silent", 6, 7)) <= 4
    assert max(polls(week, "silent", 0, 1)) > 10, "it was new"
    weekdays, weekend = polls(week, "newsroom", 1, 5), polls(week, "newsroom", 5, 7)
    assert all(rest < work / 2 for work, rest in zip(weekdays, weekend, strict=True))
    before, event, after = (median(polls(week, "burst", *days)) for days in ((1, 2), (2, 3), (6, 7)))
    assert event > 1.5 * max(before, after)


def test_what_is_published_is_told_soon(week):
    middle = {
        kind: median(w for site in of(week, kind) for w in week.waits(site))
        for kind in KINDS
        if kind not in {*FAILING, "silent"}
    }
    assert middle["lively"] <= 10 * MINUTE
    assert middle["newsroom"] <= 30 * MINUTE
    assert middle["busy"] <= 45 * MINUTE
    assert all(wait <= 3 * HOUR for wait in middle.values()), middle
    ever = {kind: max(w for site in of(week, kind) for w in week.waits(site)) for kind in middle}
    assert ever["lively"] <= 2 * HOUR
    assert ever["lying"] <= DAY * (1 + JITTER) + HOUR


def test_a_feed_that_is_gone_is_asked_no_more(week):
    for site in of(week, "dead"):
        assert sum(at >= START + 2 * DAY for at in week.asked[site.url]) == 1
        assert week.stands[site.url].next_poll is None


def test_a_feed_that_moved_is_asked_at_its_new_address(week):
    for site in of(week, "moved"):
        assert week.stands[site.url].moved_to == site.moved
        assert START + 2 * DAY <= week.addresses[site.url][-1] <= START + 3.5 * DAY, "a day of redirects makes it sure"
        assert len(week.addresses[site.moved]) > 30


def test_a_server_that_lies_is_found_out(week):
    assert {week.stands[site.url].validators for site in of(week, "lying")} == {"distrusted"}
    assert {week.stands[site.url].validators for kind in ("busy", "moved") for site in of(week, kind)} == {"etag"}


def test_what_fails_is_asked_ever_less_often_and_comes_back_soon(week):
    for kind in FAILING:
        assert max(polls(week, kind, 5, 7)) <= 3
        assert min(polls(week, kind, 0, 1)) > 5
    for kind, day in (("out of order", 3), ("network", 4)):
        assert max(polls(week, kind, day + 0.25, day + 1)) < min(polls(week, kind, day + 2, 7)), "less while it is away"
    assert KINDS["hanging"].took_s == TIMEOUT_S


def test_wishes_of_feeds_and_servers_are_kept_to(week):
    for site in of(week, "ttl"):
        assert min(gaps(week, site)[1:]) >= 3 * HOUR
    for site in of(week, "max-age"):
        assert min(gaps(week, site)[1:]) >= 2 * HOUR
    for site in of(week, "skip hours"):
        assert all((at - START) % DAY >= 8 * HOUR for at in week.asked[site.url][1:]), "but for the very first"
    for site in of(week, "retry after"):
        refused = [at for at in week.asked[site.url] if START + 2 * DAY <= at < START + 2 * DAY + 4 * HOUR]
        assert len(refused) == 1
    assert {"asked to wait"} <= why(week, "retry after")
    assert {"the feed asks for a pause"} <= why(week, "ttl") & why(week, "max-age")


def test_the_picture_has_a_stroke_for_each_poll(week):
    drawn = draw(week.sites, week.asked)
    firsts = [of(week, kind)[0] for kind in KINDS]
    assert drawn.count("v9") == sum(len(week.asked[site.url]) for site in firsts)

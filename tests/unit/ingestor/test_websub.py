"""WebSub: what a hub can do to this subscriber, well-behaved or not; polling goes on whatever it does."""

import hashlib
import hmac
from datetime import UTC, datetime

import pytest
from newsloom_ingestor import websub
from newsloom_ingestor.decide import Decision, FeedState, Polled, Read, decide
from newsloom_ingestor.document import Asks
from newsloom_ingestor.fetch import Fetched, Limits, NotModified, Validators, fetch
from newsloom_ingestor.parse import Parsed, parse
from newsloom_ingestor.schedule import HOUR, Plan
from newsloom_ingestor.websub import Subscription
from newsloom_schemas.types import Feed
from support.feeds import FeedServer, rss

FEED, HUB, SELF = "https://e.org/feed", "https://hub.org/", "https://e.org/self"
NOW, AT = 1_800_000_000.0, datetime(2026, 11, 24, tzinfo=UTC)
DAY = 24 * HOUR
ASKED = Subscription(FEED, HUB, SELF, "path", "secret")
HELD = ASKED._replace(lease_until=NOW + DAY, told_at=NOW - 10)
QUERY = {"hub.mode": "subscribe", "hub.topic": SELF, "hub.challenge": "prove", "hub.lease_seconds": "864000"}


# when a hub is asked


def test_a_feed_that_names_no_hub_or_not_itself_is_polled_as_ever():
    for asks in (Asks(), Asks(hub=HUB), Asks(self_url=SELF)):
        assert websub.held(FEED, asks, None, "p", "s") is None


def test_the_same_hub_and_name_is_the_same_subscription_and_another_is_a_new_one():
    assert websub.held(FEED, Asks(hub=HUB, self_url=SELF), HELD, "p", "s") == HELD
    moved = websub.held(FEED, Asks(hub="https://other.org/", self_url=SELF), HELD, "p", "s")
    assert (moved.hub, moved.path, moved.secret, moved.lease_until) == ("https://other.org/", "p", "s", 0)


def test_a_hub_that_does_not_ask_back_is_asked_again_later_and_later_but_daily():
    it, gaps, now = ASKED, [], NOW
    for _ in range(8):
        it = websub.asking(it, now)
        gaps.append(round((it.ask_at - now) / HOUR))
        now = it.ask_at
    assert gaps == [1, 2, 4, 8, 16, 24, 24, 24]


def test_the_request_says_what_the_recommendation_demands():
    form = websub.form(ASKED, "https://me.org/news/")
    assert form["hub.callback"] == "https://me.org/news/websub/path"
    assert (form["hub.mode"], form["hub.topic"], form["hub.secret"]) == ("subscribe", SELF, "secret")
    assert websub.addresses("http://hub.org/x?y") == ("https://hub.org/x?y", "http://hub.org/x?y")
    assert websub.addresses(HUB) == (HUB,)


# what a hub asks back


def test_a_confirmed_subscription_is_renewed_before_its_lease_ends():
    it = websub.verified(ASKED._replace(tries=3, problem="x"), QUERY, NOW)
    assert it.lease_until == NOW + 864000
    assert NOW + 0.5 * 864000 < it.ask_at < it.lease_until
    assert (it.tries, it.problem) == (0, "")


@pytest.mark.parametrize(
    "wrong",
    [
        {"hub.topic": "https://e.org/other"}, {"hub.mode": "unsubscribe"}, {"hub.mode": ""}, {"hub.lease_seconds": ""},
        {"hub.lease_seconds": "10"}, {"hub.lease_seconds": "-5"}, {"hub.lease_seconds": "９９９９"},
        {"hub.lease_seconds": "9" * 99},
        {"hub.challenge": ""}, {"hub.challenge": "x" * 2000}, {"hub.challenge": "a\r\nb"},
    ],
)  # fmt: skip
def test_what_was_not_asked_for_is_not_confirmed(wrong):
    assert websub.verified(ASKED, {**QUERY, **wrong}, NOW) is None


def test_no_lease_is_for_ever():
    assert websub.verified(ASKED, {**QUERY, "hub.lease_seconds": "99999999999"}, NOW).lease_until == NOW + websub.LEASE_MOST_S


def test_a_denial_ends_it_and_the_hub_is_left_alone_for_days():
    it = websub.denied(HELD, {"hub.mode": "denied", "hub.topic": SELF, "hub.reason": "no " * 500}, NOW)
    assert not websub.works(it, NOW)
    assert it.ask_at > NOW + 3 * DAY
    assert it.problem.startswith("denied: no no")
    assert len(it.problem) <= websub.REASON_MOST
    assert websub.denied(HELD, {"hub.mode": "denied", "hub.topic": "https://e.org/other"}, NOW) is None


# what it brings


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_every_algorithm_of_the_recommendation_is_understood(method):
    mark = hmac.new(b"secret", b"body", getattr(hashlib, method)).hexdigest()
    assert websub.good(websub.signed("secret", f"{method}={mark.upper()}", b"body"))
    assert websub.signed("other", f"{method}={mark}", b"body") == "wrong"
    assert websub.signed("secret", f"{method}={mark}", b"body!") == "wrong"


@pytest.mark.parametrize(
    ("header", "mark"), [("", "missing"), ("sha256", "wrong"), ("md5=00", "unknown"), ("new=1", "unknown"), ("sha1=é", "wrong")]
)
def test_what_is_not_signed_does_not_count(header, mark):
    assert websub.signed("secret", header, b"body") == mark
    assert not websub.good(mark)


# what it means for polls


def parsed(*links):
    found = parse(rss(*links), FEED, fetched_at=AT)
    return Polled(FEED, Read(Fetched(b"", "", FEED, Validators()), found))


BEFORE = FeedState(FEED, plan=Plan(interval_s=HOUR, next_poll=NOW), succeeded_at=NOW - HOUR)
QUIET = Polled(FEED, NotModified("304"))


def after_poll(it, before=BEFORE, now=NOW):
    return websub.relaxed(before, decide(before, QUIET, (), now), it, now).feed.plan


def test_while_the_hub_works_the_feed_is_polled_more_rarely_and_says_why():
    plan = after_poll(HELD)
    assert 4 * HOUR <= plan.next_poll - NOW <= 4.5 * HOUR
    assert plan.why == websub.SURE
    assert plan.interval_s == HOUR, "the rhythm is kept for the day that the hub fails"
    slow = BEFORE._replace(plan=Plan(interval_s=20 * HOUR))
    assert 20 * HOUR <= after_poll(HELD, slow).next_poll - NOW <= 23 * HOUR, "never more often than without a hub"


@pytest.mark.parametrize(
    "it",
    [
        None, ASKED, HELD._replace(lease_until=NOW - 1), HELD._replace(told_at=0), HELD._replace(missed_at=NOW),
    ],
)  # fmt: skip
def test_a_hub_that_does_not_work_changes_nothing(it):
    assert after_poll(it) == decide(BEFORE, QUIET, (), NOW).feed.plan


def test_no_poll_waits_for_longer_than_the_lease():
    assert after_poll(HELD._replace(lease_until=NOW + 2 * HOUR)).next_poll <= NOW + 2.5 * HOUR


def test_what_a_poll_finds_and_the_hub_did_not_tell_is_held_against_it_until_it_tells_again():
    found = parsed("https://e.org/1")
    missed = websub.polled(HELD, decide(BEFORE, found, (), NOW), found, NOW)
    assert not websub.works(missed, NOW)
    assert websub.works(websub.told(missed, NOW + 1), NOW + 2)
    assert websub.polled(HELD, Decision("not-modified", BEFORE), QUIET, NOW) == HELD


def test_a_delivery_is_taken_for_what_it_has_and_says_nothing_of_what_it_lacks():
    found = parsed("https://e.org/1", "https://e.org/2")
    known = {found.answer.parsed.articles[0].id}
    decision = websub.delivered(BEFORE._replace(validators=Validators("etag")), found, known, NOW)
    assert (decision.outcome, len(decision.new), decision.listed) == ("new", 1, None)
    assert decision.feed.validators.etag == "etag"
    assert (decision.feed.plan.next_poll, decision.feed.plan.why) == (BEFORE.plan.next_poll, websub.TOLD)


def test_a_server_may_name_its_hub_in_link_headers_which_go_before_the_document():
    server = FeedServer()
    try:
        server.ok("/feed", rss("https://e.org/1"), link='</hub>; rel="hub", <https://e.org/self>; rel="self"')
        found = fetch(server.url("/feed"), Validators(), Limits("t", allow_private=True), AT)
    finally:
        server.close()
    assert (found.hub, found.self_url) == (server.url("/hub"), "https://e.org/self")
    read = Polled(FEED, Read(found, Parsed(Feed(url=FEED), (), (), hub="https://e.org/old", self_url="https://e.org/own")))
    asks = decide(BEFORE, read, (), NOW).feed.asks
    assert (asks.hub, asks.self_url) == (server.url("/hub"), "https://e.org/self")

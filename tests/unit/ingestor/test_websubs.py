"""Subscriptions with a real hub that misbehaves: what it can do to this subscriber, and what it cannot."""

import time
from datetime import UTC, datetime

import pytest
from newsloom_common import tracing
from newsloom_ingestor import websub
from newsloom_ingestor.decide import Polled, Read
from newsloom_ingestor.fetch import Fetched, Validators
from newsloom_ingestor.parse import Parsed, parse
from newsloom_ingestor.schedule import HOUR
from newsloom_schemas.codec import trace_of
from newsloom_schemas.types import Feed
from support import records
from support.feeds import rss
from support.hub import Hub
from support.shell import Shell

FEED, SELF = "https://e.org/feed", "https://e.org/self"


@pytest.fixture
def hub():
    started = Hub()
    yield started
    started.close()


@pytest.fixture
def shell(tmp_path):
    made = Shell(tmp_path, feeds=(FEED,), websub_callback="http://me.invalid/")
    with made:
        yield made


def poll(shell, hub, *links, now=None):
    """Poll the feed, which names the hub, and return how it is to be polled next."""
    articles = parse(rss(*links), FEED, fetched_at=datetime(2026, 11, 24, tzinfo=UTC)).articles
    found = Parsed(Feed(url=FEED), articles, (), hub=hub.url, self_url=SELF)
    polled = Polled(FEED, Read(Fetched(b"", "", FEED, Validators()), found))
    return shell.do(lambda inbound, _state, intake, at: intake.poll(polled, now or at, inbound.decide)).decision.feed.plan


def subscribed(shell, hub):
    hub.reach = shell.url
    poll(shell, hub, "https://e.org/0")
    records.until(lambda: hub.verified, 20, "the hub was asked and has asked back")


def held(shell):
    (it,) = shell.do(lambda _inbound, state, *_: state.subscriptions.read())
    return it


def ids(shell):
    return [a.url for a in shell.sent]


def test_news_come_by_the_hub_once_and_polls_become_rare(shell, hub):
    subscribed(shell, hub)
    assert hub.tell(rss("https://e.org/0", "https://e.org/1")).status_code == 204
    assert ids(shell) == ["https://e.org/0", "https://e.org/1"]
    assert (shell.sent[1].feed.url, shell.sent[1].feed.category) == (FEED, "labs")
    records.until(lambda: shell.told, 5, "how the feed stands is told")
    (url, taken, _) = shell.told[0]
    assert (url, taken.outcomes["new"], taken.decision.feed.plan.why) == (FEED, 1, websub.TOLD)
    plan = poll(shell, hub, "https://e.org/0", "https://e.org/1")
    assert plan.why == websub.SURE
    assert ids(shell) == ["https://e.org/0", "https://e.org/1"]


def test_the_trace_that_a_hub_brings_news_with_goes_on(shell, hub, monkeypatch):
    spans = []
    monkeypatch.setattr(tracing, "_exporter", tracing.Exporter(spans.append, lambda: None))
    subscribed(shell, hub)
    trace, theirs = "ab" * 16, "cd" * 8
    hub.tell(rss("https://e.org/1"), trace=f"00-{trace}-{theirs}-01")
    records.until(lambda: shell.told, 5, "it is told")
    (_, taken, _) = shell.told[0]
    assert trace_of(taken.trace) == trace
    (told,) = [s for s in spans if s.name == "hub"]
    assert (told.traceparent, told.parent) == (taken.trace, f"00-{trace}-{theirs}-01")
    hub.tell(rss("https://e.org/2"), trace="no trace")
    records.until(lambda: len(shell.told) == 2, 5, "it is told")
    assert trace_of(shell.told[1][1].trace) not in {"", trace}
    assert next(e["trace"] for e in shell.logged.entries if e.get("said") == "news") == trace


@pytest.mark.parametrize("status", [400, 404, 500, 301])
def test_a_hub_that_refuses_is_asked_again_later_and_the_log_says_why(shell, hub, status):
    hub.status = status
    poll(shell, hub, "https://e.org/0")
    records.until(lambda: held(shell).problem, 20, "it is noted")
    assert "HTTP" in held(shell).problem
    assert held(shell).ask_at > time.time() + 0.9 * HOUR
    assert len(hub.asked) == 1
    assert any(entry["event"] == "hub" and "HTTP" in entry["said"] for entry in shell.logged.entries)


def test_a_hub_that_is_not_there_is_asked_again_later(shell, hub):
    hub.close()
    poll(shell, hub, "https://e.org/0")
    records.until(lambda: held(shell).problem, 20, "it is noted")
    assert poll(shell, hub, "https://e.org/0").why != websub.SURE


def test_what_is_forged_or_unreadable_is_taken_and_ignored(shell, hub):
    subscribed(shell, hub)
    for forged in ({"secret": "guessed"}, {"method": "md5"}, {"method": ""}):
        assert hub.tell(rss("https://e.org/evil"), **forged).status_code == 204
    assert hub.tell(b"<html>").status_code == 204
    assert held(shell).told_at == 0
    assert ids(shell) == ["https://e.org/0"]


def test_nobody_can_confirm_or_end_what_was_not_asked_for(shell, hub):
    subscribed(shell, hub)
    before = held(shell)
    for wrong in ({"hub.topic": "https://e.org/other"}, {"hub.mode": "unsubscribe"}, {"hub.lease_seconds": "1"}):
        assert hub.ask(**wrong).status_code == 404
    assert hub.tell(rss("https://e.org/1"), path="/websub/guessed").status_code == 410
    assert hub.tell(rss("https://e.org/1"), path="/websub/").status_code == 410
    assert held(shell) == before


def test_a_denial_is_noted_and_no_delivery_makes_up_for_it(shell, hub):
    subscribed(shell, hub)
    assert hub.ask(**{"hub.mode": "denied", "hub.reason": "no more"}).status_code == 200
    assert held(shell).problem == "denied: no more"
    assert hub.tell(rss("https://e.org/1")).status_code == 204, "it is signed, so it is news"
    assert poll(shell, hub, "https://e.org/0", "https://e.org/1").why != websub.SURE


def test_the_answer_to_a_hub_can_do_no_harm_in_a_browser(shell, hub):
    subscribed(shell, hub)
    answer = hub.ask(**{"hub.challenge": "<script>alert(1)</script>"})
    assert (answer.text, answer.headers["content-type"]) == ("<script>alert(1)</script>", "application/octet-stream")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_lease_is_renewed_in_time_by_the_same_callback(shell, hub):
    subscribed(shell, hub)
    first = held(shell)
    shell.clock = lambda: first.ask_at + 1
    records.until(lambda: len(hub.verified) == 2, 20, "the hub is asked again")
    records.until(lambda: held(shell).lease_until > first.lease_until, 5, "the lease is longer")
    assert hub.asked[0]["hub.callback"] == hub.asked[1]["hub.callback"]
    assert hub.asked[0]["hub.secret"] == hub.asked[1]["hub.secret"]


def test_a_feed_that_is_no_longer_polled_is_no_longer_subscribed_to(shell, hub):
    subscribed(shell, hub)
    shell.feeds = ()
    shell.clock = lambda: time.time() + 60
    records.until(lambda: shell.do(lambda _i, state, *_: state.subscriptions.read()) == [], 5, "it is forgotten")
    assert hub.tell(rss("https://e.org/1")).status_code == 410


def test_every_feed_has_a_path_and_a_secret_of_its_own_that_nobody_can_guess(shell, hub):
    subscribed(shell, hub)
    it = held(shell)
    assert len(it.path) >= 32
    assert len(it.secret) >= 32
    assert it.path not in it.secret

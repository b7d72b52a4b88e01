"""Feeds that move, servers that lie, answers that say how long they hold: simulated time, a real server where it matters."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from newsloom_ingestor.asking import ask
from newsloom_ingestor.decide import AUDIT_S, LIES, MOVED_TIMES, FeedState, Polled, Read, decide
from newsloom_ingestor.fetch import Fetched, FetchFailed, Limits, NotModified, Validators, fetch
from newsloom_ingestor.parse import Parsed
from newsloom_ingestor.schedule import DAY, HOUR
from newsloom_ingestor.state import Changes, State
from newsloom_schemas.types import Feed, RawArticle
from support.feeds import rss

URL, NEW = "https://e.org/feed", "https://new.example/feed"
LIMITS = Limits("newsloom-test", allow_private=True)
START = datetime(2026, 11, 24, tzinfo=UTC)


def article(i):
    return RawArticle(id=i, origin="feed", url=f"https://e.org/{i}", title=i, content="c", fetched_at=START)


def document(*ids, **more):
    found = Fetched(b"", "", URL, Validators("e", "", "".join(ids)), **more)
    return Polled(URL, Read(found, Parsed(Feed(url=URL), tuple(map(article, ids)), ())))


def polls(feed, answers, known=()):
    """Take answers in at the times that the schedule asks for; return the feed after each."""
    for answer in answers:
        feed = decide(feed, answer, set(known), feed.plan.next_poll or 0.0).feed
        yield feed


def test_a_feed_that_moved_for_good_is_asked_at_its_new_address_once_that_is_sure():
    after = list(polls(FeedState(URL), [document("1", moved_to=NEW)] * 30, "1"))
    sure = next(n for n, feed in enumerate(after) if feed.address == NEW)
    assert sure >= MOVED_TIMES - 1
    assert after[sure].succeeded_at - after[0].succeeded_at >= DAY
    assert {feed.address for feed in after[sure:]} == {NEW}
    there = list(polls(after[-1], [document("1")] * 5, "1"))
    assert {feed.address for feed in there} == {NEW}, "no redirect is seen any more at the new address"


@pytest.mark.parametrize("others", [{"moved_to": ""}, {"moved_to": "https://elsewhere.example/"}])
def test_a_redirect_that_does_not_stay_moves_nothing(others):
    answers = [document("1", moved_to=NEW), document("1", **others)] * 30
    assert {feed.address for feed in polls(FeedState(URL), answers, "1")} == {URL}


def test_a_new_address_that_is_none_leads_back_to_the_old_one():
    moved = list(polls(FeedState(URL), [document("1", moved_to=NEW)] * 30, "1"))[-1]
    back = decide(moved, Polled(URL, FetchFailed("HTTP 410", "gone")), set(), 0.0)
    assert back.feed.address == URL
    assert back.outcome == "failed", "it is the new address that is gone"
    assert decide(moved, Polled(URL, FetchFailed("HTTP 503", "soft")), set(), 0.0).feed.address == NEW


def test_only_permanent_redirects_count_as_a_move(server):
    server.ok("/end", rss("https://e.org/1"))
    for code, moved in ((301, server.url("/end")), (308, server.url("/end")), (302, ""), (307, "")):
        server.redirect("/moved", "/end", code)
        assert fetch(server.url("/moved"), Validators(), LIMITS, START).moved_to == moved
    server.redirect("/first", "/moved", 301)
    assert fetch(server.url("/first"), Validators(), LIMITS, START).moved_to == "", "the second hop is a temporary one"


@pytest.mark.parametrize(
    ("headers", "age"),
    [
        ({"cache-control": "public, max-age=7200"}, 7200),
        ({"cache-control": "max-age=7200", "age": "7000"}, 200),
        ({"cache-control": 'MAX-AGE="60"'}, 60),
        ({"cache-control": "max-age=7200, no-cache"}, 0),
        ({"cache-control": "max-age=never"}, 0),
        ({}, 0),
    ],
)
def test_how_long_an_answer_is_fresh_is_read_as_the_standard_says(server, headers, age):
    server.ok("/feed", rss("https://e.org/1"), **headers)
    assert fetch(server.url("/feed"), Validators(), LIMITS, START).max_age_s == age


def test_a_feed_is_not_asked_again_while_its_answer_is_fresh_but_once_a_day():
    wait = decide(FeedState(URL), document("1", max_age_s=5 * HOUR), set(), 0.0).feed.plan
    assert 5 * HOUR <= wait.next_poll <= 6 * HOUR
    assert wait.why == "the feed asks for a pause"
    forever = decide(FeedState(URL), document("1", max_age_s=365 * DAY), set(), 0.0).feed.plan
    assert forever.next_poll <= 1.1 * DAY
    same = decide(FeedState(URL), Polled(URL, NotModified("304", max_age_s=5 * HOUR)), set(), 0.0).feed.plan
    assert same.next_poll >= 5 * HOUR


def live(server, feed, days, known):
    """Poll a server as planned for some days of simulated time; return the feed and the articles found."""
    now = start = datetime.fromtimestamp(feed.plan.next_poll, UTC) if feed.plan.next_poll else START
    for _ in count():
        answer = ask(feed, LIMITS, now, fetch)
        ids = [str(n) for n in range(server.articles)]
        read = Read(answer, Parsed(Feed(url=URL), tuple(map(article, ids)), ())) if isinstance(answer, Fetched) else answer
        decision = decide(feed, Polled(feed.url, read), known, now.timestamp())
        feed, known = decision.feed, known | {a.id for a in decision.new}
        now = datetime.fromtimestamp(feed.plan.next_poll, UTC)
        if now > start + timedelta(days=days):
            return feed, known
    return None


def test_a_server_that_says_304_although_there_are_new_articles_is_found_out_and_asked_plainly(server):
    server.articles = 1
    server.ok("/feed", rss("0"), etag='"always"')
    feed, known = live(server, FeedState(server.url("/feed")), 1, set())
    assert known == {"0"}
    for n in range(2, 2 + LIES):
        server.articles = n
        server.ok("/feed", rss(*map(str, range(n))), etag='"always"')
        start = feed.plan.next_poll
        feed, known = live(server, feed._replace(trust=feed.trust._replace(audit_at=start)), 3, known)
    assert len(known) == 1 + LIES
    assert not feed.trusted
    server.articles += 1
    server.ok("/feed", rss(*map(str, range(server.articles))), etag='"always"')
    asked = len(server.asked("/feed"))
    feed, known = live(server, feed, 4, known)
    assert len(known) == server.articles
    assert not any("If-None-Match" in headers for headers in server.asked("/feed")[asked:])


def test_a_truthful_server_is_doubted_once_a_day_only(server):
    server.articles = 1
    server.ok("/feed", rss("0"), etag='"true"')
    feed, _ = live(server, FeedState(server.url("/feed")), 5, set())
    plain = [h for h in server.asked("/feed")[1:] if "If-None-Match" not in h]
    assert 3 <= len(plain) <= 6
    assert feed.trusted
    assert feed.trust.audit_at - feed.succeeded_at <= AUDIT_S


def test_a_state_of_an_older_version_learns_the_new_columns(tmp_path):
    with State(tmp_path) as state:
        for column in ("moved_to", "moved_times", "moved_since", "lies", "audit_at"):
            state._db.execute(f"ALTER TABLE feed DROP COLUMN {column}")  # noqa: SLF001 - an older version made it so
        state._db.execute("INSERT INTO feed (url, interval_s, next_poll) VALUES ('u', 60, 5)")  # noqa: SLF001
    with State(tmp_path) as state:
        feed = next(polls(FeedState("u"), [document("1", moved_to=NEW)]))
        state.record(Changes(feed=feed), {}, 0.0)
        assert state.feed("u") == feed

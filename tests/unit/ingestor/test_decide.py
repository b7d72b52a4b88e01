"""What a poll means for the feed and its articles, and what the state keeps of it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from newsloom_ingestor.articletable import KEEP_SEEN_S
from newsloom_ingestor.decide import FeedState, Polled, Read, decide
from newsloom_ingestor.document import Asks
from newsloom_ingestor.feedtable import DROPPED_S
from newsloom_ingestor.fetch import Fetched, FetchFailed, NotModified, Validators
from newsloom_ingestor.intake import queued
from newsloom_ingestor.opml import Source
from newsloom_ingestor.parse import Parsed, Skipped
from newsloom_ingestor.poll import poll
from newsloom_ingestor.schedule import DAY, Due, Plan
from newsloom_ingestor.state import Changes, State, StateInUseError
from newsloom_ingestor.workers import WorkerKilledError
from newsloom_schemas.types import Feed, RawArticle
from support.feeds import rss

NOW = 1_000_000.0
URL = "https://e.org/feed"
MADE = datetime(2026, 1, 1, tzinfo=UTC)
HELD = Validators("old", "", "")
FRESH = Validators("new", "", "d")


def article(i):
    return RawArticle(id=i, origin="feed", url=f"https://e.org/{i}", title=i, content="c", fetched_at=MADE)


def answered(ids, skipped=()):
    parsed = Parsed(Feed(url=URL), tuple(article(i) for i in ids), tuple(skipped), 0)
    return Polled(URL, Read(Fetched(b"", "", URL, FRESH), parsed))


def test_only_unknown_articles_are_new():
    decision = decide(FeedState(URL, HELD), answered("abc", [Skipped("x", "no-link")]), {"b"}, NOW)
    assert decision.outcome == "new"
    assert [a.id for a in decision.new] == ["a", "c"]
    assert decision.listed == ("a", "b", "c")
    assert decision.skipped == (Skipped("x", "no-link"),)
    assert (decision.feed.validators, decision.feed.succeeded_at, decision.feed.new_at) == (FRESH, NOW, NOW)


def test_nothing_new_is_success_too():
    decision = decide(FeedState(URL, HELD, new_at=5.0, error="was down"), answered("ab"), {"a", "b"}, NOW)
    assert (decision.outcome, decision.new, decision.feed.new_at, decision.feed.error) == ("nothing-new", (), 5.0, "")
    assert decide(FeedState(URL), answered(""), set(), NOW).outcome == "nothing-new"


def test_not_modified_keeps_the_validators_and_the_list():
    decision = decide(FeedState(URL, HELD, Plan(failures=3)), Polled(URL, NotModified("304")), set(), NOW)
    assert (decision.outcome, decision.listed, decision.feed.validators) == ("not-modified", None, HELD)
    assert decision.feed.plan.failures == 0


def test_what_a_feed_asks_holds_while_its_server_says_that_nothing_changed():
    parsed = answered("a").answer.parsed._replace(pause_s=7 * 3600, skip_hours=frozenset(range(12)), hub="https://hub.org/")
    read = Polled(URL, Read(Fetched(b"", "", URL, FRESH), parsed))
    asked = decide(FeedState(URL, HELD), read, set(), NOW).feed
    later = decide(asked, Polled(URL, NotModified("304")), set(), NOW + 3600).feed
    failed = decide(asked, Polled(URL, FetchFailed("HTTP 503", "soft")), set(), NOW + 3600).feed
    assert asked.asks == later.asks == failed.asks == Asks(7 * 3600, frozenset(range(12)), frozenset(), "https://hub.org/", "")
    assert later.plan.next_poll >= NOW + 8 * 3600
    assert all(datetime.fromtimestamp(f.plan.next_poll, UTC).hour >= 12 for f in (asked, later, failed))


def test_a_failure_keeps_the_validators_and_says_why():
    decision = decide(FeedState(URL, HELD), Polled(URL, FetchFailed("HTTP 503", "soft", 7200)), set(), NOW)
    assert (decision.outcome, decision.feed.validators, decision.feed.error) == ("failed", HELD, "HTTP 503")
    assert decision.feed.plan.next_poll >= NOW + 7200
    assert decide(FeedState(URL), Polled(URL, FetchFailed("HTTP 410", "gone")), set(), NOW).outcome == "gone"


def test_a_document_that_cannot_be_read_is_the_feed_s_failure_and_is_asked_for_again():
    def fetch(_url, held, _limits, _now):
        assert held == HELD
        return Fetched(b"<html>maintenance</html>", "text/html", URL, FRESH)

    polled = poll(Source(URL), FeedState(URL, HELD), None, datetime.now(UTC), fetch)
    assert polled.answer == FetchFailed("not a feed: a web page, not a feed", "hard")
    assert decide(FeedState(URL, HELD), polled, set(), NOW).feed.validators == HELD, "a 304 must not pass for success"


def test_a_poll_reads_the_document_with_the_feed_s_category():
    polled = poll(
        Source(URL, category="labs"), FeedState(URL), None, datetime.now(UTC),
        lambda *_: Fetched(rss("/x"), "text/xml", "https://moved.org/feed", FRESH),
    )  # fmt: skip
    (found,) = polled.answer.parsed.articles
    assert (found.url, found.feed.url, found.feed.category) == ("https://moved.org/x", URL, "labs")


def test_a_defect_that_one_feed_brings_out_stays_with_that_feed():
    def broken(error):
        def parse(*_, **__):
            raise error

        return poll(Source(URL), FeedState(URL), None, datetime.now(UTC), lambda *_: Fetched(b"", "", URL, FRESH), parse).answer

    assert broken(ZeroDivisionError("defect")) == FetchFailed("could not be read: ZeroDivisionError: defect", "hard")
    assert broken(WorkerKilledError("not done after 20 s")) == FetchFailed("could not be read: not done after 20 s", "hard")


@pytest.fixture
def state(tmp_path):
    with State(tmp_path) as opened:
        yield opened


def test_what_is_remembered_of_a_feed_comes_back_whole(state, tmp_path):
    feed = FeedState(URL, Validators("\u00e9\x00", "b", "c"), Plan(60.0, 1.5, NOW, "why"), 1.0, 2.0, "e")
    feed = feed._replace(asks=Asks(60, frozenset({1, 23}), frozenset({6}), "https://hub.org/", "https://e.org/self"))
    state.record(Changes(feed=feed), {}, NOW)
    state.close()
    with State(tmp_path) as again:
        assert again.feed(URL) == feed
        assert list(again.due(NOW - 1)) == []
        assert list(again.due(NOW)) == [Due(URL, "e.org", failing=True)]


def test_a_feed_that_is_gone_is_never_due(state):
    state.record(Changes(feed=FeedState(URL, plan=Plan(next_poll=None))), {}, NOW)
    assert list(state.due(1e12)) == []


def test_feeds_no_longer_configured_are_dropped_and_start_anew(state):
    state.configure(["a", "b"], NOW)
    state.record(Changes(feed=FeedState("a", HELD), listed=["1"]), {}, NOW)
    state.configure(["b"], NOW)
    state.configure(["a", "b"], NOW)
    assert state.feed("a") == FeedState("a")
    assert sorted(one.url for one in state.due(0)) == ["a", "b"]


def test_feeds_that_were_taken_out_are_named_for_a_month_unless_they_come_back(state):
    assert state.configure(["a", "b", "c"], NOW) == []
    assert state.configure(["b"], NOW) == ["a", "c"]
    assert state.configure(["b", "c"], NOW + DROPPED_S) == ["a"]
    assert state.configure(["b", "c"], NOW + DROPPED_S + 1) == []


def publish(state, ids, feed=URL, at=NOW):
    records = [queued(article(i)) for i in ids if i not in state.known(ids)]
    state.record(Changes(feed=FeedState(feed), listed=list(ids), queued=records), {}, at)
    state.settle([w for _, w in state.waiting()], at)


def test_seen_articles_are_forgotten_only_long_after_the_last_feed_dropped_them(state):
    publish(state, "ab")
    publish(state, "b", feed="other")
    publish(state, "c", at=NOW + DAY)
    later = NOW + DAY + KEEP_SEEN_S
    assert state.prune(later - 1) == 0
    assert state.prune(later + 1) == 1
    assert set(state.known("abc")) == {"b", "c"}, "b is still listed by the other feed, c by this one"


def test_the_state_is_bounded_over_years(state):
    for day in range(400):
        publish(state, [f"{day}-{n}" for n in range(5)], at=NOW + day * DAY)
        state.prune(NOW + day * DAY)
    assert state.seen_count() <= 5 * (KEEP_SEEN_S / DAY + 3)


def test_an_old_fence_stays_while_records_from_its_time_wait(state):
    state.enqueue([queued(article("a"))], {("t", 0): 1})
    state.enqueue([queued(article("b"))], {("t", 0): 9})
    assert state.fence() == {("t", 0): 1}
    state.settle(["a", "b"], NOW)
    state.enqueue([queued(article("c"))], {("t", 0): 9})
    assert state.fence() == {("t", 0): 9}


def test_the_outbox_gives_records_back_as_they_were_in_batches_of_bounded_size(state):
    records = [queued(article(i)) for i in "abc"]
    state.enqueue(records, {})
    assert state.outbox(2) == records[:2]
    huge = {"origin": "push", "title": "", "content": "x" * 7_000_000, "fetched_at": MADE}
    large = [queued(RawArticle(id=f"l{n}", **huge)) for n in range(4)]
    state.settle("abc", NOW)
    state.enqueue(large, {})
    assert [len(state.outbox(n)) for n in (1, 10)] == [1, 2]


def test_two_ingestors_do_not_share_a_state(state, tmp_path):
    with pytest.raises(StateInUseError, match="another ingestor"):
        State(tmp_path)


def test_the_state_is_durable_by_its_settings(state):
    database = state._db  # noqa: SLF001 - its settings show nowhere else
    assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert database.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL


def test_a_state_that_cannot_be_written_is_an_error_of_the_system(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match=r"exists|directory"):
        State(Path(tmp_path / "file"))

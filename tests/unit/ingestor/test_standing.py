"""What news.feeds tells of a feed, and when its silence is worth a word."""

from datetime import UTC, datetime

import pytest
from newsloom_ingestor import telling
from newsloom_ingestor.decide import Decision, FeedState, Move, Polled, Read, Trust, decide
from newsloom_ingestor.fetch import Fetched, FetchFailed, Validators
from newsloom_ingestor.opml import Source
from newsloom_ingestor.parse import Parsed
from newsloom_ingestor.schedule import DAY, HOUR, Plan
from newsloom_ingestor.standing import STATES, counts, forgotten, silent, standing
from newsloom_schemas.topics import FEEDS
from newsloom_schemas.types import Feed, RawArticle
from prometheus_client import REGISTRY

URL = "https://user:secret@e.org/feed"
SOURCE = Source(URL, "Example", "Labs")


def read(*ids, etag=""):
    at = datetime(2026, 1, 1, tzinfo=UTC)
    found = tuple(RawArticle(id=i, origin="feed", title=i, content="c", fetched_at=at, feed=Feed(url=URL)) for i in ids)
    return Polled(URL, Read(Fetched(b"", "", URL, Validators(etag)), Parsed(Feed(url=URL), found, ())))


def test_a_poll_is_told_whole_and_without_the_password():
    decision = decide(FeedState(URL), read("1", "2", etag="x"), set(), 1000.0)
    told = standing(SOURCE, decision, 2, 1000.0)
    assert (told.url, told.title, told.category, told.outcome) == ("https://e.org/feed", "Example", "Labs", "new")
    assert (told.entries, told.new, told.validators, told.error, told.silent) == (2, 2, "etag", "", False)
    assert told.succeeded_at == told.new_at == told.checked_at == datetime.fromtimestamp(1000, UTC)
    assert told.next_poll > told.checked_at


def test_a_failure_keeps_what_was_known_and_says_why():
    before = decide(FeedState(URL), read("1"), set(), 1000.0).feed
    told = standing(SOURCE, decide(before, Polled(URL, FetchFailed("HTTP 503", "soft")), set(), 5000.0), 0, 5000.0)
    assert (told.outcome, told.error, told.failures) == ("failed", "HTTP 503", 0.5)
    assert told.succeeded_at == datetime.fromtimestamp(1000, UTC)
    gone = standing(SOURCE, decide(before, Polled(URL, FetchFailed("HTTP 410", "gone")), set(), 5000.0), 0, 5000.0)
    assert (gone.outcome, gone.next_poll) == ("gone", None)


def test_the_usual_gap_is_learned_from_what_came():
    feed, known = FeedState(URL), set()
    for n in range(30):
        feed = decide(feed, read(str(n)), known, 1000.0 + n * 6 * HOUR).feed
        known.add(str(n))
    assert feed.gap_s == pytest.approx(6 * HOUR)


@pytest.mark.parametrize(
    ("gap", "quiet", "expected"),
    [(HOUR, 2 * DAY, False), (HOUR, 4 * DAY, True), (2 * DAY, 4 * DAY, False), (2 * DAY, 11 * DAY, True), (0.0, 4 * DAY, True)],
)
def test_silence_is_measured_by_what_is_usual_and_no_weekend_is_silence(gap, quiet, expected):
    assert silent(FeedState(URL, new_at=1000.0, gap_s=gap), 1000.0 + quiet) is expected


def test_feeds_are_counted_by_how_they_stand_and_a_state_that_no_feed_is_in_is_told_too():
    now = 100 * DAY
    feeds = [
        FeedState(URL),
        FeedState(URL, succeeded_at=1.0, new_at=now - DAY),
        FeedState(URL, succeeded_at=1.0, new_at=now - 4 * DAY),
        FeedState(URL, plan=Plan(failures=0.5), succeeded_at=1.0),
        FeedState(URL, plan=Plan(failures=1.0, next_poll=None)),
        FeedState(URL, plan=Plan(failures=0.5)),
    ]
    telling.standings(counts(feeds, now))
    told = {state: REGISTRY.get_sample_value("newsloom_ingestor_feeds", {"state": state}) for state in STATES}
    assert told == {"waiting": 1, "well": 1, "silent": 1, "failing": 2, "gone": 1}
    telling.standings({"well": 3})
    assert REGISTRY.get_sample_value("newsloom_ingestor_feeds", {"state": "gone"}) == 0


def test_a_feed_that_is_taken_out_leaves_its_key_without_a_value_and_no_password():
    (told,) = forgotten([URL, "https://e.org/kept"], ["https://other:password@e.org/kept"])
    assert told == (FEEDS, b"https://e.org/feed", None, ())


def test_a_feed_that_never_brought_anything_is_not_silent():
    assert not silent(FeedState(URL), 1e9)


def test_distrust_and_moves_are_told():
    moved = FeedState(URL, succeeded_at=9e5, move=Move("https://new.example/feed", 5, 1.0), trust=Trust(2, 0.0))
    told = standing(SOURCE, Decision("nothing-new", moved), 0, 9e5)
    assert (told.validators, told.moved_to) == ("distrusted", "https://new.example/feed")

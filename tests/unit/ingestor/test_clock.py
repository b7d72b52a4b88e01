"""A clock that steps back holds nothing up: no feed, no edit, no page waits for an hour that is over already."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace
from newsloom_ingestor import articles, edits
from newsloom_ingestor.articles import Edited, Known, Same
from newsloom_ingestor.clock import Forward
from newsloom_ingestor.decide import FeedState
from newsloom_ingestor.intake import queued
from newsloom_ingestor.pagequeue import Waiting
from newsloom_ingestor.schedule import DAY, HOUR, Plan
from newsloom_ingestor.sorting import Sorting
from newsloom_ingestor.state import Changes, Kept, State
from newsloom_schemas.types import Feed, RawArticle

NOW = 1_790_000_000.0
AHEAD = NOW + 365 * DAY
FEED = "https://news.invalid/feed"
ARTICLE = RawArticle(
    id="a", origin="feed", title="t", content="c", fetched_at=datetime(2026, 11, 24, tzinfo=UTC), feed=Feed(url=FEED)
)


@pytest.fixture
def state(tmp_path):
    """What an ingestor wrote down whose clock was a year ahead."""
    with State(tmp_path) as it:
        it.configure([FEED], AHEAD)
        told = replace(ARTICLE, id="b")
        waiting = Waiting(ARTICLE, "news.invalid", AHEAD, AHEAD, 0, b"")
        plan = Plan(next_poll=AHEAD + HOUR)
        it.record(
            Changes(feed=FeedState(FEED, plan=plan), kept=[Kept(told, b"old")], queued=[queued(told)], waiting=[waiting]),
            {},
            AHEAD,
        )
        yield it


def test_time_goes_on_where_the_clock_steps_back_and_follows_it_forward():
    wall = [NOW, NOW + 5, NOW - 3600, NOW - 3590, NOW + DAY]
    clock = Forward(lambda: wall.pop(0))
    assert [clock() - NOW for _ in range(5)] == [0, 5, 5, 15, 5 + 3600 + DAY]


def test_what_a_clock_that_was_ahead_wrote_down_is_due(state):
    assert not [*state.due(NOW)]
    assert not state.pages_due(NOW, 10)
    state.wind_back(NOW)
    assert [due.url for due in state.due(NOW)] == [FEED]
    (waiting,) = state.pages_due(NOW, 10)
    assert (waiting.due, waiting.since) == (NOW, NOW), "an article that waits for its page is as patient as any"


def test_an_edit_is_told_although_the_article_is_from_the_future(state):
    changed = replace(ARTICLE, id="b", content="something else now")
    digest = edits.digest(changed.title, changed.content)
    ahead = articles.decide(changed, digest, state.known(["b"])["b"], NOW + HOUR)
    assert isinstance(ahead, Same), "it would wait for a year"
    state.wind_back(NOW)
    assert isinstance(articles.decide(changed, digest, state.known(["b"])["b"], NOW + HOUR), Edited)


def test_what_waits_its_due_time_goes_on_waiting(state):
    state.wind_back(AHEAD)
    assert not [*state.due(AHEAD)]
    assert [due.url for due in state.due(AHEAD + HOUR)] == [FEED]


def test_nothing_is_told_twice_by_a_clock_that_steps_back():
    sorting = Sorting(lambda _: None, NOW - DAY)
    known = Known("a", 1, FEED, edits.digest("t", "c"), NOW, ARTICLE)
    sorting.listed(ARTICLE, known, page=False)
    assert sorting.changes.kept == []

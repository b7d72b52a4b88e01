"""The queue of pages: every host its turn, nothing lost that happens while a page is fetched or once pages are off."""

import queue
import threading
import time
from datetime import UTC, datetime

import pytest
from newsloom_ingestor.fetch import Limits
from newsloom_ingestor.intake import Intake
from newsloom_ingestor.pagequeue import Waiting
from newsloom_ingestor.pages import Pages
from newsloom_ingestor.settings import IngestorSettings
from newsloom_ingestor.sorting import PageAnswer
from newsloom_ingestor.state import Changes, State
from newsloom_schemas.types import Feed, RawArticle
from support.topic import Topic

NOW = 1_000_000.0


@pytest.fixture
def state(tmp_path):
    with State(tmp_path) as opened:
        yield opened


@pytest.fixture
def make():
    made = []

    def pages(results, crawl=None, **settings):
        made.append(Pages(IngestorSettings(**settings), Limits("newsloom/test"), results, crawl))
        return made[-1]

    yield pages
    for one in made:
        one.close()


def waiting(host, n, due=NOW):
    given = {"title": f"Title {n}", "content": f"Text {n}.", "fetched_at": datetime(2026, 11, 24, tzinfo=UTC)}
    found = RawArticle(id=f"{host}-{n}", origin="feed", url=f"https://{host}/{n}", feed=Feed(url="https://a.org/feed"), **given)
    return Waiting(found, host, due, due, 0, b"")


def enqueue(state, *pages):
    state.record(Changes(waiting=pages), {}, NOW)


def test_each_host_has_its_turn_however_many_pages_of_another_wait(state):
    enqueue(
        state,
        *(waiting("big.org", n, NOW - 100 + n) for n in range(50)),
        waiting("small.org", 1),
        waiting("later.org", 1, NOW + 60),
    )
    assert [w.article.id for w in state.pages_next(NOW, 10, [])] == ["big.org-0", "small.org-1"]
    assert [w.article.id for w in state.pages_next(NOW, 1, [])] == ["big.org-0"], "the longest due first"
    assert [w.article.id for w in state.pages_next(NOW + 60, 10, ["big.org"])] == ["small.org-1", "later.org-1"]
    assert state.pages_waiting() == 52


def test_a_feed_that_lists_an_article_while_its_page_is_fetched_is_not_forgotten(state):
    topic = Topic(state)
    intake = Intake(state, topic, topic, lambda _article, _whole: True)
    other = Feed(url="https://b.org/feed")
    for n, answer in enumerate([lambda w: PageAnswer(w.article), lambda _: PageAnswer(None, "HTTP 404")]):
        fetched = waiting("e.org", n)
        enqueue(state, fetched)
        state.record(Changes(joined=[(fetched.article.id, other)]), {}, NOW)
        intake.page(fetched, PageAnswer(None, "HTTP 503", retry_s=60.0), NOW)
        assert state.page_feeds(fetched.article.id) == (other,)
        intake.page(fetched, answer(fetched), NOW + 60)
        assert state.page_feeds(fetched.article.id) is None
    assert [a.also_in for a in topic.sent] == [(other,), (other,)]


def test_one_page_at_a_time_a_host_and_no_more_than_there_are_fetchers(state, make):
    results, gate, crawled = queue.SimpleQueue(), threading.Event(), []

    def crawl(article, _now, _tries):
        crawled.append(article.id)
        gate.wait(10)
        if article.id == "b.org-1":
            raise RuntimeError("defect")
        return PageAnswer(article)

    pages = make(results, crawl, contact="https://contact.example", page_fetchers=3)
    enqueue(state, waiting("a.org", 1), waiting("a.org", 2), waiting("b.org", 1))
    for n in range(5):
        pages.start(state, NOW + n)
    time.sleep(0.2)
    assert sorted(crawled) == ["a.org-1", "b.org-1"]
    enqueue(state, *(waiting(f"{n}.org", 1) for n in range(9)))
    pages.start(state, NOW + 9)
    time.sleep(0.2)
    assert len(crawled) == 3
    gate.set()
    done = [results.get(timeout=10) for _ in range(3)]
    assert {d.waiting.article.id: d.answer.reason for d in done} == {
        "a.org-1": "",
        "b.org-1": "could not be fetched: RuntimeError: defect",
        "0.org-1": "",
    }
    for one in done:
        state.record(Changes(dropped=[one.waiting.article.id]), {}, NOW)
        pages.done(one)
    pages.start(state, NOW + 10)
    assert {results.get(timeout=10).waiting.article.id for _ in range(3)} == {"1.org-1", "2.org-1", "3.org-1"}


def test_where_pages_are_turned_off_those_that_wait_are_published_as_they_are(state, make):
    results = queue.SimpleQueue()
    pages = make(results, pages="off", contact="https://contact.example")
    enqueue(state, waiting("a.org", 1), waiting("a.org", 2))
    topic = Topic(state)
    intake = Intake(state, topic, topic, pages.wants)
    for n in range(2):
        pages.start(state, NOW + n)
        done = results.get(timeout=5)
        assert intake.page(done.waiting, done.answer, NOW).outcome == "new"
        pages.done(done)
    assert [(a.id, a.extraction.reason) for a in topic.sent] == [
        ("a.org-1", "off by NEWSLOOM_PAGES"),
        ("a.org-2", "off by NEWSLOOM_PAGES"),
    ]
    assert state.pages_waiting() == 0
    assert not pages.wants(waiting("a.org", 3).article, whole=False)

"""One trace from what brought an article: the poll's, or that of whoever pushed it in; a span of its own for each record."""

from datetime import UTC, datetime

import pytest
from newsloom_ingestor.decide import Polled, Read
from newsloom_ingestor.fetch import Fetched, Validators
from newsloom_ingestor.intake import Intake
from newsloom_ingestor.outbox import Outbox
from newsloom_ingestor.parse import Parsed
from newsloom_ingestor.state import State
from newsloom_schemas.codec import TRACEPARENT, header, trace_of
from newsloom_schemas.types import Feed, RawArticle
from support.streams import Topics

NOW = datetime(2026, 11, 24, tzinfo=UTC)
FEED = "https://a.org/feed"


@pytest.fixture
def topics():
    return Topics()


@pytest.fixture
def intake(tmp_path, topics):
    with State(tmp_path) as state:
        yield Intake(state, topics, Outbox(state, topics, lambda: 1000.0), lambda _article, _whole: False)


def article(name):
    return RawArticle(id=name, origin="feed", title=name, content=f"{name} {name}", fetched_at=NOW, feed=Feed(url=FEED))


def poll(intake, names):
    parsed = Parsed(Feed(url=FEED), tuple(article(n) for n in names), ())
    return intake.poll(Polled(FEED, Read(Fetched(b"", "", FEED, Validators()), parsed)), 1000.0)


def traceparents(topics):
    return {m.key.decode(): header(m.headers, "traceparent") for log in topics.logs.values() for m in log}


def test_the_articles_of_a_poll_share_its_trace_and_each_is_a_span(intake, topics):
    taken = poll(intake, "ab")
    found = traceparents(topics)
    assert {trace_of(t) for t in found.values()} == {trace_of(taken.trace)} != {""}
    assert len({TRACEPARENT.match(t).group(2) for t in (taken.trace, *found.values())}) == 3


def test_another_poll_is_another_trace(intake):
    assert trace_of(poll(intake, "a").trace) != trace_of(poll(intake, "b").trace)


def test_the_trace_of_who_pushes_goes_on(intake, topics):
    theirs = f"00-{'a' * 32}-{'b' * 16}-01"
    taken = intake.push(article("p"), 1000.0, theirs)
    assert trace_of(taken.trace) == trace_of(traceparents(topics)["p"]) == "a" * 32

"""What several flow tests of the ingestor need: a broker of the test's own, and a web server that does as it is told."""

import newsloom_setup.topics
import pytest
from newsloom_native import running
from support.feeds import FeedServer


@pytest.fixture
def engine():
    """A broker of this test's own, with the topics of the contract."""
    with running.kafka() as started:
        newsloom_setup.topics.ensure(started.address, [])
        yield started


@pytest.fixture
def server():
    started = FeedServer()
    yield started
    started.close()

"""The real engines, for every test that asks: fetched by Maven where the cache is empty, on free ports of loopback.

``kafka`` and ``elasticsearch_url`` are addresses; ``broker`` and ``search_engine`` are the same engines with the verbs
start, stop, kill and restart. A broker is fresh for each test module (3 seconds), Elasticsearch is one for all (its data
too: use index names of your own or clean up).
"""

import os
import signal
from collections.abc import Iterator

import pytest
from newsloom_native import ports, running
from support.feeds import FeedServer

# An ended test run takes its engines along: fixtures are torn down on an interrupt, not on SIGTERM's default.
signal.signal(signal.SIGTERM, signal.default_int_handler)
# Where a run is started in the background, shells make it ignore Ctrl-C, and what it starts would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Tests side by side draw from ports of their own: between a look whether one is free and the engine's bind lie seconds.
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
SLICE = 1_000
ports.LOWEST, ports.HIGHEST = ports.LOWEST + WORKER % 12 * SLICE, ports.LOWEST + (WORKER % 12 + 1) * SLICE - 1


@pytest.fixture(scope="module")
def broker() -> Iterator[running.Running]:
    with running.kafka() as engine:
        yield engine


@pytest.fixture(scope="module")
def kafka(broker: running.Running) -> str:
    return broker.address


@pytest.fixture(scope="session")
def search_engine() -> Iterator[running.Running]:
    with running.elasticsearch() as engine:
        yield engine


@pytest.fixture(scope="session")
def elasticsearch_url(search_engine: running.Running) -> str:
    return search_engine.address


@pytest.fixture
def server() -> Iterator[FeedServer]:
    """A web server that does as it is told, for one test."""
    started = FeedServer()
    yield started
    started.close()

"""A world for each test, with a seed and a size. FAULTS=long is the size of `make faults`; SEED=… makes a run again."""

import os
import random
import re
import shutil
from pathlib import Path

import newsloom_setup.index
import newsloom_setup.topics
import pytest
from elasticsearch import Elasticsearch
from faults.history import History
from faults.nemesis import Nemesis
from faults.press import Press
from faults.sizes import LONG, SIZE
from faults.world import World
from newsloom_native import running
from support import indices
from support.feeds import FeedServer
from support.proxy import Proxy

VAR = Path(__file__).parents[2] / "var" / "faults"


@pytest.fixture
def seed():
    """The same for every run in CI, another for every `make faults`; SEED names it."""
    return int(os.environ.get("SEED", random.randrange(10**6) if LONG else 20261124))


@pytest.fixture
def chance(seed, request):
    """Chooses moments and victims of this test."""
    return random.Random(f"{request.node.name} {seed}")


@pytest.fixture
def folder(request):
    """Where the run leaves its history and the logs of its services; empty at the start."""
    place = VAR / re.sub(r"\W+", "-", request.node.name).strip("-")
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    return place


@pytest.fixture
def history(seed, folder):
    return History(folder / "history.log", seed)


@pytest.fixture
def world(history, search_engine, folder, request):
    """Own topics, an empty index, a proxy before it, and a press; services are for the test to start."""
    es = Elasticsearch(search_engine.address, request_timeout=60)
    indices.drop(es)
    newsloom_setup.index.ensure(es)
    server = FeedServer()
    with running.kafka() as broker, Proxy(search_engine.address) as proxy:
        newsloom_setup.topics.ensure(broker.address)
        with World(Press(history, server, folder, SIZE.load), broker, es, proxy) as made:
            made.place = (request.node.path.stem, request.node.location[1])
            yield made
    server.close()
    es.close()


@pytest.fixture
def nemesis(world, search_engine, chance):
    return Nemesis(world, search_engine, chance)

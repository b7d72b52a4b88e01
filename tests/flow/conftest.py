"""What flow tests of the ingestor share: a broker of the test's own, the service."""

from pathlib import Path

import newsloom_setup.topics
import pytest
from newsloom_native import running
from support.services import Service

SEEDS = Path(__file__).parents[2] / "seeds"


@pytest.fixture
def engine():
    """A broker of this test's own, with the topics of the contract."""
    with running.kafka() as started:
        newsloom_setup.topics.ensure(started.address, [])
        yield started


@pytest.fixture
def ingestor(engine, tmp_path):
    """Make the service for the given feeds; it is killed with the test."""
    made = []

    def make(*feeds, **settings):
        given = {"seeds_dir": SEEDS, "state_dir": tmp_path / "state", "allow_private_addresses": "true", **settings}
        made.append(Service("ingestor", tmp_path, kafka=engine.address, feeds_file="", feeds=" ".join(feeds), **given))
        return made[-1]

    yield make
    for service in made:
        if service.running():
            service.kill()

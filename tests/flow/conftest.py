"""What flow tests share: a broker of the test's own, the ingestor, and the stage between both engines for the indexer."""

from contextlib import closing
from pathlib import Path

import newsloom_setup.index
import newsloom_setup.topics
import pytest
from elasticsearch import Elasticsearch
from newsloom_common.kafka import admin
from newsloom_native import running
from support import indices, records
from support.indexing import Stage
from support.proxy import Proxy
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


@pytest.fixture
def stage(kafka, elasticsearch_url, tmp_path):
    """Start from empty topics, an index that set-up has just made, and a group that never was."""
    with closing(admin(kafka, "test-stage")) as client:
        client.delete_topics([t for t in client.list_topics() if t.startswith("news.")])
        records.until(lambda: not any(t.startswith("news.") for t in client.list_topics()), 60, "topics deleted")
    newsloom_setup.topics.ensure(kafka, [])
    es = Elasticsearch(elasticsearch_url, request_timeout=60)
    indices.drop(es)
    newsloom_setup.index.ensure(es)
    with Proxy(elasticsearch_url) as proxy:
        yield Stage(kafka, proxy, es, tmp_path)
    indices.drop(es)
    es.close()

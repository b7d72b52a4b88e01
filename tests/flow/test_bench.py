"""What measures indexing and searching runs, on a few articles: the figures mean nothing here, that each way arrives does."""

import newsloom_setup.index
import pytest
from elasticsearch import Elasticsearch
from newsloom_native import running
from support import indices

from bench import indexing, indexing_page, searching, searching_page, starting, tagged
from bench.feeds_ours import family, threads_s
from bench.indexing_ways import Engines
from bench.searching_ways import Store

pytestmark = [pytest.mark.engines, pytest.mark.timeout(600)]
COUNT = 48


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tagged, "CACHE", tmp_path_factory.mktemp("bench"))
        yield


@pytest.fixture
def client(elasticsearch_url):
    with Elasticsearch(elasticsearch_url, request_timeout=120) as client:
        indices.drop(client)
        newsloom_setup.index.ensure(client)
        yield client
        indices.drop(client)


def test_all_ways_of_indexing_bring_all_documents(client, broker, search_engine):
    try:
        with indexing.peer() as program, running.kafka() as second:
            engines, values = Engines(broker, search_engine, client), list(tagged.values(COUNT))
            result = indexing.measured(engines, second, program, values, 1, bulk_documents=8)
    except indexing.NoGoError as error:
        pytest.skip(str(error))
    (only,) = result.rounds
    assert min(turn.a_second for turn in (only.ours, only.go, only.bare, only.stories)) > 0
    assert only.ours.client_ms > 0
    assert "times the Go program" in indexing_page.tables(result)
    assert "newsloom" in indexing_page.picture(result)


def test_all_ways_of_searching_answer(client, search_engine, elasticsearch_url, monkeypatch):
    monkeypatch.setattr(starting, "TIMES", 1)
    searching.fill(client, elasticsearch_url, COUNT)
    pids = family(search_engine.pid)
    result = searching.measured(Store(client, lambda: threads_s(pids)), 1, searching.queries()[::20])
    assert result.count == COUNT
    assert {len(asked) for asked in result.asked.values()} == {2 * result.queries}
    assert result.command.search > result.command.python
    assert "multi_match" in searching_page.tables(result)


def test_the_held_out_searches_are_not_asked():
    assert len(searching.queries()) == len(set(searching.queries()))
    assert "held-out" not in str(searching.QUERIES)

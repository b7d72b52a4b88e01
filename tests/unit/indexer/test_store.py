"""An Elasticsearch that takes requests and does not answer: each is given up in time, and meanwhile known to be unanswered."""

import time

import pytest
from elasticsearch import Elasticsearch
from newsloom_common.health import Health
from newsloom_indexer import store
from support.proxy import Proxy


@pytest.fixture(params=[False, True], ids=["nothing", "headers alone"])
def hung(request):
    """Answers with nothing, or begins an answer and never ends it."""
    with Proxy("http://127.0.0.1:9") as server, Proxy(server.address) as proxy:
        server.answer(200, b'{"items": []}')
        proxy.hang(midway=request.param)
        yield proxy


def test_a_request_is_given_up_in_time(hung, monkeypatch):
    monkeypatch.setattr(store, "PROBE_S", 0.3)
    es = Elasticsearch(hung.address, request_timeout=0.4, max_retries=0)
    index = store.ElasticsearchStore(es)
    began = time.monotonic()
    answers = [index.send(b"{}\n{}\n"), index.look([]), index.find({}), index.there()]
    assert [a.status for a in answers] == [0, 0, 0, 0]
    assert time.monotonic() - began < 20, "four requests of less than half a second"
    es.close()


def test_who_asks_whether_all_is_well_hears_that_an_answer_does_not_come():
    now = [0.0]
    health = Health(clock=lambda: now[0])
    health.beat()
    with health.asking("waiting for Elasticsearch"):
        assert health.problem() == ""
        now[0] = 12.0
        assert health.problem() == "waiting for Elasticsearch: no answer for 12 s"
        assert health.live() == ""
    assert health.problem() == ""

"""Two of a service under one name in their group: one works, the other one says why it does not, and takes over when it can."""

import json

import newsloom_setup.index
import newsloom_setup.topics
import pytest
from elasticsearch import Elasticsearch
from newsloom_common import twins
from newsloom_native import ports
from support import indices, records
from support.indexing import ready
from support.services import Service

pytestmark = pytest.mark.engines


@pytest.fixture
def where(kafka, elasticsearch_url):
    newsloom_setup.topics.ensure(kafka)
    with Elasticsearch(elasticsearch_url, request_timeout=60) as es:
        newsloom_setup.index.ensure(es)
        yield {"kafka": kafka, "elasticsearch": elasticsearch_url, "instance": "same"}
        indices.drop(es)


@pytest.mark.parametrize("service", ["tagger", "indexer", "notifier"])
def test_one_of_two_under_one_name_stands_aside_until_the_other_one_has_gone(where, tmp_path, service):
    made = {}
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        port = ports.free()
        made[port] = Service(service, tmp_path / name, health_port=port, **where)
        made[port].start()
        records.until(lambda port=port: ready(port) == "ok\n", 120, made[port].tail)
    sentence = twins.sentence(service, "same") + "\n"
    try:
        asides = lambda: [p for p in made if ready(p) == sentence]  # noqa: E731 - asked again and again
        (aside,) = records.until(asides, 150, lambda: "\n".join(m.tail() for m in made.values()))
        (well,) = made.keys() - {aside}
        records.until(lambda: ready(well) == "ok\n", 120, made[well].tail)
        assert ready(aside, "livez") == "ok\n", "a restart would not help it"
        assert said(made[aside]) == [sentence.strip()], "in one line"
        assert said(made[well]) == []
        made[well].kill()
        records.until(lambda: not made[aside].running(), 120, made[aside].tail)
        assert made[aside].ended() == 1, "who looks after it starts it again"
    finally:
        for one in made.values():
            one.__exit__()


def said(one):
    lines = map(json.loads, one.log.read_text("utf-8").splitlines())
    return [line["reason"] for line in lines if line["event"] == "stands aside"]

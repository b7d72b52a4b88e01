"""The commands for backup and restore in docs/operations.md, as they stand there, on the real Elasticsearch."""

import re
import subprocess
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch
from newsloom_schemas.index import ALIAS, INDEX
from newsloom_setup import index
from support import indices

pytestmark = pytest.mark.engines
PAGE = (Path(__file__).parents[2] / "docs/operations.md").read_text("utf-8")
SNAPSHOT, RESTORE = re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def es(elasticsearch_url):
    with Elasticsearch(elasticsearch_url) as client:
        indices.drop(client)
        index.ensure(client)
        yield client
        client.options(ignore_status=404).snapshot.delete(repository="news", snapshot="monday")
        client.options(ignore_status=404).snapshot.delete_repository(name="news")
        indices.drop(client)


def test_what_is_snapshotted_as_the_page_says_is_restored_as_it_says(es, elasticsearch_url):
    def run(commands):
        return subprocess.run(["bash", "-ec", commands], env={"ES": elasticsearch_url, "PATH": "/usr/bin:/bin"}, check=True)

    for n in range(20):
        es.index(index=ALIAS, id=f"a{n}", document={"article": {"id": f"a{n}"}}, version=n + 1, version_type="external")
    run(SNAPSHOT)
    es.index(index=ALIAS, id="later", document={"article": {"id": "later"}})
    run(RESTORE)
    assert es.indices.get_alias(name=ALIAS).body == {INDEX: {"aliases": {ALIAS: {"is_write_index": True}}}}
    assert index.ensure(es).kept
    es.indices.refresh(index=ALIAS)
    hits = es.search(index=ALIAS, size=100, version=True)["hits"]["hits"]
    assert {hit["_id"]: hit["_version"] for hit in hits} == {f"a{n}": n + 1 for n in range(20)}

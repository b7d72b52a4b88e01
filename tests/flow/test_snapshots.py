"""The commands for backup and restore in docs/operations.md, as they stand there, on the real Elasticsearch."""

import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch
from newsloom_indexer import expiring
from newsloom_schemas.index import ALIAS, EXPIRED, INDEX
from newsloom_setup import index, migration
from newsloom_setup.versions import Change
from support import indices

pytestmark = pytest.mark.engines
PAGE = (Path(__file__).parents[2] / "docs/operations.md").read_text("utf-8")
OWN_FIELDS, SNAPSHOT, RESTORE = re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
YEAR = datetime(2025, 11, 24, tzinfo=UTC)


@pytest.fixture
def es(elasticsearch_url):
    with Elasticsearch(elasticsearch_url) as client:
        indices.drop(client)
        index.ensure(client)
        yield client
        client.options(ignore_status=404).snapshot.delete(repository="news", snapshot="monday")
        client.options(ignore_status=404).snapshot.delete_repository(name="news")
        indices.drop(client)


def _run(commands, url):
    subprocess.run(["bash", "-ec", commands], env={"ES": url, "PATH": "/usr/bin:/bin"}, check=True)


def test_own_fields_put_in_as_the_page_says_come_into_the_live_index_and_settings_with_its_next_version(es, elasticsearch_url):
    _run(OWN_FIELDS, elasticsearch_url)
    assert index.ensure(es).changed == (f"{INDEX}: fields added",)
    assert es.indices.get_mapping(index=INDEX)[INDEX]["mappings"]["properties"]["desk"] == {"type": "keyword"}
    assert migration.plan(es).change == Change(settings=("refresh_interval",))


def test_what_is_snapshotted_as_the_page_says_is_restored_as_it_says(es, elasticsearch_url):
    for n in range(20):
        es.index(index=ALIAS, id=f"a{n}", document={"article": {"id": f"a{n}"}}, version=n + 1, version_type="external")
    expiring.page(es, YEAR)
    _run(SNAPSHOT, elasticsearch_url)
    assert EXPIRED in es.snapshot.get(repository="news", snapshot="monday")["snapshots"][0]["indices"]
    es.index(index=ALIAS, id="later", document={"article": {"id": "later"}})
    _run(RESTORE, elasticsearch_url)
    assert es.indices.get_alias(name=ALIAS).body == {INDEX: {"aliases": {ALIAS: {"is_write_index": True}}}}
    assert index.ensure(es).kept
    es.indices.refresh(index=ALIAS)
    hits = es.search(index=ALIAS, size=100, version=True)["hits"]["hits"]
    assert {hit["_id"]: hit["_version"] for hit in hits} == {f"a{n}": n + 1 for n in range(20)}

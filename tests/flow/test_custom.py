"""The user's own templates beside ours on the real Elasticsearch, and an analysis that it has no plugin for."""

import pytest
from elasticsearch import Elasticsearch
from newsloom_schemas.index import ALIAS, INDEX, templates
from newsloom_setup import SetupError, index, migration, versions
from support import indices

pytestmark = pytest.mark.engines


@pytest.fixture
def es(elasticsearch_url):
    with Elasticsearch(elasticsearch_url) as client:
        indices.drop(client)
        yield client
        indices.drop(client)


def test_what_is_the_users_own_survives_set_up_and_a_migration(es):
    analysis = {"analyzer": {"desks": {"type": "custom", "tokenizer": "keyword", "filter": ["lowercase"]}}}
    fields = {"desk": {"type": "text", "analyzer": "desks"}}
    own = {"mappings": {"properties": fields}, "settings": {"index": {"refresh_interval": "5s", "analysis": analysis}}}
    es.cluster.put_component_template(name="news@custom", template=own)
    index.ensure(es)
    es.index(index=ALIAS, id="a", version=1, version_type="external", document={"desk": "Beijing Desk"}, refresh=True)
    again = index.ensure(es)
    assert (again.created, again.changed, again.warnings) == ((), (), ())
    moved = migration.migrate(es, lambda *_: None)
    found = es.indices.get(index=moved.target)[moved.target]
    assert found["mappings"]["properties"]["desk"] == fields["desk"]
    assert versions.unlike(own["settings"]["index"], found["settings"]["index"]) == []
    assert es.count(index=ALIAS, query={"match": {"desk": "beijing desk"}})["count"] == 1
    assert migration.plan(es).change == versions.Change()


def test_a_field_of_the_users_in_place_of_ours_is_named_and_no_index_is_made(es):
    es.cluster.put_component_template(name="news@custom", template={"mappings": {"properties": {"tags": {"type": "text"}}}})
    with pytest.raises(SetupError, match=r"news@custom has fields that are newsloom's own: tags \(text, here keyword\)"):
        index.ensure(es)
    assert not es.indices.exists(index=INDEX)


def test_what_elasticsearch_refuses_of_the_users_template_is_told_in_its_own_words(es):
    es.cluster.put_component_template(name="news@custom", template={"settings": {"index": {"sort.field": "nowhere"}}})
    with pytest.raises(SetupError, match=r"news@custom adds to it: .*nowhere"):
        index.ensure(es)


def test_an_index_template_that_takes_ours_place_is_named(es):
    es.indices.put_index_template(name="mine", index_patterns=["news-articles-v1*"], priority=900)
    try:
        with pytest.raises(SetupError, match=r"the index template mine takes news-articles-v\* from newsloom's"):
            index.ensure(es)
    finally:
        es.indices.delete_index_template(name="mine")
    assert index.ensure(es).created


def test_an_analysis_whose_plugin_is_missing_changes_nothing_and_says_how_to_come_by_it(es):
    index.ensure(es)
    with pytest.raises(
        SetupError, match=r"needs the plugin analysis-smartcn, which \w+ lacks: `bin/elasticsearch-plugin install"
    ):
        index.ensure(es, "smartcn")
    assert set(index.ensure(es).kept) == {*templates(), INDEX}

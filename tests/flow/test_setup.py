"""Set-up against a real broker and a real Elasticsearch: once, again, twice at once, and over what is there already."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from elasticsearch import BadRequestError, Elasticsearch, NotFoundError
from kafka.admin import ConfigResource, ConfigResourceType
from newsloom_common.kafka import admin
from newsloom_indexer.document import prepare
from newsloom_indexer.store import ElasticsearchStore
from newsloom_schemas.dead import Origin
from newsloom_schemas.index import ALIAS, INDEX, templates
from newsloom_schemas.topics import expand
from newsloom_setup import SetupError, index, topics
from support import indices

pytestmark = pytest.mark.engines
GOLDEN = sorted((Path(__file__).parents[2] / "schemas/examples/TaggedArticle.v1").glob("*.json"))


@pytest.fixture
def broker_admin(kafka):
    client = admin(kafka, "test-setup")
    yield client
    client.close()


@pytest.fixture
def es(elasticsearch_url):
    client = Elasticsearch(elasticsearch_url)
    indices.drop(client)
    yield client
    indices.drop(client)
    client.close()


def settings_of(client, topic):
    answer = client.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)], config_filter="all")
    return {name: s["value"] for name, s in answer["topic"][topic].items()}


def partitions_of(client, topic):
    return len(client.describe_topics([topic])[0]["partitions"])


def test_topics_stand_as_the_table_says_and_a_second_run_changes_nothing(kafka, broker_admin):
    table = expand(["once"])
    assert set(topics.ensure(kafka, ["once"]).created) >= {"news.theme.once"}
    for topic in table:
        assert partitions_of(broker_admin, topic.name) == topic.partitions
        assert settings_of(broker_admin, topic.name).items() >= topics.settings(topic).items()
    again = topics.ensure(kafka, ["once"])
    assert again.kept == tuple(t.name for t in table)
    assert (again.created, again.changed, again.warnings) == ((), (), ())


def test_the_taxonomy_names_the_themes_where_nobody_else_does(kafka, broker_admin):
    topics.ensure(kafka)
    assert "news.theme.compute-scarcity" in broker_admin.list_topics()


def test_a_topic_that_is_too_small_grows_and_its_longer_retention_stays(kafka, broker_admin):
    old = {"num_partitions": 1, "replication_factor": 1, "configs": {"max.message.bytes": "1000", "retention.ms": "-1"}}
    broker_admin.create_topics({"news.theme.grown": old})
    wanted = [t for t in expand(["grown"]) if t.name == "news.theme.grown"]
    report = topics.ensure(kafka, ["grown"])
    assert settings_of(broker_admin, "news.theme.grown")["max.message.bytes"] == str(wanted[0].max_message_bytes)
    assert settings_of(broker_admin, "news.theme.grown")["retention.ms"] == "-1"
    assert "retention.ms" in report.warnings[0]


def test_partitions_are_added_to_a_topic_that_has_too_few(kafka, broker_admin):
    broker_admin.delete_topics(["news.tagged"])
    right = topics.settings(next(t for t in expand([]) if t.name == "news.tagged"))
    broker_admin.create_topics({"news.tagged": {"num_partitions": 2, "replication_factor": 1, "configs": right}})
    report = topics.ensure(kafka, [])
    assert partitions_of(broker_admin, "news.tagged") == 6
    assert any("news.tagged: now 6 partitions" in line for line in report.changed)


def test_topics_that_two_set_ups_make_at_once_are_made_once(kafka):
    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(lambda _: topics.ensure(kafka, ["raced", "raced-too"]), range(4)))
    assert [r.warnings for r in reports] == [()] * 4
    assert sorted(name for r in reports for name in r.created) == ["news.theme.raced", "news.theme.raced-too"]
    assert topics.ensure(kafka, ["raced", "raced-too"]).created == ()


def test_what_the_broker_refuses_is_told_in_its_own_words(kafka):
    with pytest.raises(SetupError, match=r"news\.theme\.copied: .*replication factor of 3"):
        topics.ensure(kafka, ["copied"], replication=3)


def test_the_index_is_made_behind_its_alias_once(es):
    assert set(index.ensure(es).created) == {*templates(), INDEX}
    again = index.ensure(es)
    assert set(again.kept) == {*templates(), INDEX}
    assert (again.created, again.changed, again.warnings) == ((), (), ())
    assert es.indices.get_alias(name=ALIAS).body == {INDEX: {"aliases": {ALIAS: {"is_write_index": True}}}}
    assert es.indices.get_mapping(index=INDEX)[INDEX]["mappings"]["dynamic"] == "strict"


def test_two_set_ups_at_once_make_one_index(es):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: index.ensure(es), range(4)))
    assert list(es.indices.get_alias(name=ALIAS).body) == [INDEX]
    assert index.ensure(es).created == ()


def test_a_field_that_is_new_is_added_to_the_index_that_is_there(es):
    mappings = templates()["news@mappings"]["template"]["mappings"]
    older = {k: v for k, v in mappings["properties"].items() if k != "quotes"}
    es.indices.create(
        index=INDEX, mappings={**mappings, "properties": older}, settings=analysis(), aliases={ALIAS: {"is_write_index": True}}
    )
    assert index.ensure(es).changed == (f"{INDEX}: fields added",)
    assert "quotes" in es.indices.get_mapping(index=INDEX)[INDEX]["mappings"]["properties"]
    assert index.ensure(es).changed == ()


def test_a_field_that_cannot_become_what_is_wanted_is_an_error_that_says_what_to_do(es):
    es.indices.create(index=INDEX, mappings={"properties": {"tags": {"type": "text"}}}, aliases={ALIAS: {}})
    with pytest.raises(SetupError, match=r"tags.*cannot be changed from type \[text\] to \[keyword\].*newsloom index migrate"):
        index.ensure(es)


def test_an_older_analysis_is_told_and_left(es):
    es.indices.create(index=INDEX, aliases={ALIAS: {}}, settings={"analysis": {"analyzer": {"default": {"type": "cjk"}}}})
    assert "analysis is an older one" in index.ensure(es).warnings[0]


def test_an_index_in_the_aliass_place_is_an_error(es):
    es.indices.create(index=ALIAS)
    with pytest.raises(SetupError, match="should be an alias"):
        index.ensure(es)


def test_an_index_whose_alias_was_lost_gets_it_back(es):
    index.ensure(es)
    es.indices.delete_alias(index=INDEX, name=ALIAS)
    index.ensure(es)
    assert es.indices.get_alias(name=ALIAS)[INDEX]["aliases"][ALIAS] == {"is_write_index": True}


def test_the_users_own_fields_come_in_by_their_own_template(es):
    own = {"mappings": {"properties": {"desk": {"type": "keyword"}}}, "settings": {"index": {"refresh_interval": "5s"}}}
    es.cluster.put_component_template(name="news@custom", template=own)
    index.ensure(es)
    assert es.indices.get_mapping(index=INDEX)[INDEX]["mappings"]["properties"]["desk"] == {"type": "keyword"}
    assert es.indices.get_settings(index=INDEX)[INDEX]["settings"]["index"]["refresh_interval"] == "5s"


def test_nobody_can_make_another_index_of_that_pattern_by_writing_to_it(es):
    index.ensure(es)
    with pytest.raises(NotFoundError, match="forbids index auto creation"):
        es.index(index="news-articles-v1-typo", document={})


def test_every_golden_example_is_a_document_that_the_index_takes(es):
    index.ensure(es)
    prepared = [
        prepare(Origin("news.tagged", 0, i, b"k", path.read_bytes(), ()), datetime.now(UTC)) for i, path in enumerate(GOLDEN)
    ]
    in_order = sorted(prepared, key=lambda d: d.version)  # one article is there twice, the second time tagged anew
    answer = ElasticsearchStore(es).send(b"".join(d.lines for d in in_order))
    assert {i["index"]["status"] for i in answer.body["items"]} <= {200, 201}
    assert len(GOLDEN) > 1


def test_a_field_outside_the_contract_is_refused(es):
    index.ensure(es)
    with pytest.raises(BadRequestError, match="strict_dynamic_mapping_exception"):
        es.index(index=ALIAS, document={"article": {"headline": "x"}})


ARTICLES = {
    "mixed": ("据NVIDIA发布，H100仍缺货", "英伟达的算力紧缺还没有缓解"),
    "english": ("GPU lead times stretch", "OpenAI’s chips are licensed; layoffs continue at Schrödinger AI"),
    "traditional": ("輝達與英偉達", "雲端運算的算力緊缺仍在，人工智慧公司搶購晶片"),
    "width": ("ＡＩ芯片", "ＧＰＵ价格上涨１０％"),
}
SEARCHES = [
    ("英伟达", {"mixed", "traditional"}),
    ("英偉達", {"mixed", "traditional"}),
    ("算力紧缺", {"mixed", "traditional"}),
    ("nvidia", {"mixed"}),
    ("NVIDIA", {"mixed"}),
    ("缺货", {"mixed"}),
    ("NVIDIA 缺货", {"mixed"}),
    ("nvidia 芯片", set()),
    ("GPUs", {"english", "width"}),
    ("gpu", {"english", "width"}),
    ("chip", {"english"}),
    ("licensing", {"english"}),
    ("layoff", {"english"}),
    ("openai", {"english"}),
    ("schrodinger", {"english"}),
    ("AI芯片", {"width"}),
    ("ai", {"english", "width"}),
    ("达英", set()),
]


@pytest.fixture(scope="module")
def library(elasticsearch_url):
    client = Elasticsearch(elasticsearch_url)
    indices.drop(client)
    index.ensure(client)
    for name, (title, content) in ARTICLES.items():
        client.index(index=ALIAS, id=name, document={"article": {"title": title, "content": content}}, refresh=True)
    yield client
    indices.drop(client)
    client.close()


@pytest.mark.parametrize(("query", "expected"), SEARCHES)
def test_a_reader_finds_articles_in_either_language_and_script(library, query, expected):
    wanted = {"multi_match": {"query": query, "fields": ["title", "content"], "type": "cross_fields", "operator": "and"}}
    assert {hit["_id"] for hit in library.search(index=ALIAS, query=wanted)["hits"]["hits"]} == expected


def test_the_exact_word_ranks_above_its_relatives(library):
    for name, word in (("plural", "accelerators"), ("singular", "accelerator")):
        library.index(index=ALIAS, id=name, document={"article": {"title": word, "content": ""}}, refresh=True)
    hits = library.search(index=ALIAS, query={"match": {"title": "accelerators"}})["hits"]["hits"]
    assert [hit["_id"] for hit in hits] == ["plural", "singular"]


def test_a_search_that_names_no_field_looks_at_title_and_text(library):
    hits = library.search(index=ALIAS, q="缺货")["hits"]["hits"]
    assert [hit["_id"] for hit in hits] == ["mixed"]


def test_highlights_show_the_original_script(library):
    answer = library.search(
        index=ALIAS, query={"match_phrase": {"title": "英伟达"}}, highlight={"fields": {"article.title": {}}}
    )
    shown = {hit["_id"]: hit["highlight"]["article.title"][0] for hit in answer["hits"]["hits"]}
    assert "英" in shown["traditional"]
    assert "達</em>" in shown["traditional"]


def analysis():
    return templates()["news@analysis"]["template"]["settings"]


def test_the_analysis_of_the_index_is_that_of_the_template(library):
    index_settings = library.indices.get_settings(index=INDEX)[INDEX]["settings"]
    assert index.unlike(analysis()["index"], index_settings["index"]) == []
    assert json.dumps(index_settings["index"]["auto_expand_replicas"]) == '"0-1"'

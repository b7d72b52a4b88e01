"""The index's mappings say what TaggedArticle says: every field of one, each with a fitting type, and nothing else."""

import fnmatch
import json
from datetime import UTC, datetime
from typing import get_args

import msgspec
import pytest
from msgspec import inspect
from newsloom_indexer.document import source
from newsloom_schemas.index import ALIAS, FOLDER, INDEX, NEXT, OWN, PREVIOUS, VERSIONS, templates, variant
from newsloom_schemas.types import RawArticle, TaggedArticle, Tagger
from newsloom_setup import folding
from newsloom_setup.settings import SetupSettings

# The document's own fields beside the contract's; the short names are aliases.
EXTRAS = {
    "@timestamp": "date",
    "tags": "keyword",
    "companies": "keyword",
    "record.topic": "keyword",
    "record.partition": "integer",
    "record.offset": "long",
    "story": "keyword",
    "story_keys": "keyword",
    "trace.id": "keyword",
    "indexed_at": "date",
}
FITTING = {
    inspect.StrType: {"keyword", "text"},
    inspect.LiteralType: {"keyword"},
    inspect.IntType: {"integer", "long"},
    inspect.FloatType: {"float", "double"},
    inspect.DateTimeType: {"date"},
}


def mapping():
    return templates()["news@mappings"]["template"]["mappings"]


def mapped(properties, path=""):
    """Yield (dotted name, definition) of every leaf."""
    for name, field in properties.items():
        if "properties" in field:
            yield from mapped(field["properties"], f"{path}{name}.")
        else:
            yield path + name, field


def declared(kind, path=""):
    """Yield (dotted name, msgspec type) of every leaf of a struct, through optional fields and tuples."""
    for field in inspect.type_info(kind).fields:
        for inner in unwrapped(field.type):
            if isinstance(inner, inspect.StructType):
                yield from declared(inner.cls, f"{path}{field.encode_name}.")
            else:
                yield path + field.encode_name, inner


def unwrapped(kind):
    if isinstance(kind, inspect.Metadata):
        return unwrapped(kind.type)
    if isinstance(kind, inspect.UnionType):
        return [inner for t in kind.types if not isinstance(t, inspect.NoneType) for inner in unwrapped(t)]
    if isinstance(kind, inspect.VarTupleType | inspect.ListType):
        return unwrapped(kind.item_type)
    return [kind]


LEAVES = dict(mapped(mapping()["properties"]))
ALIASES = {name: field["path"] for name, field in LEAVES.items() if field["type"] == "alias"}
CONTRACT = dict(declared(TaggedArticle))


def test_the_walk_sees_deep_optional_and_repeated_fields():
    assert {"article.feed.url", "themes.evidence.weight", "entities.mentions.text", "quotes.speaker"} <= CONTRACT.keys()


@pytest.mark.parametrize("name", CONTRACT)
def test_every_field_of_the_contract_has_a_fitting_mapping(name):
    assert name in LEAVES, f"{name} is in TaggedArticle: map it in news@mappings.json"
    assert LEAVES[name]["type"] in FITTING[type(CONTRACT[name])]


def test_no_mapping_stands_without_a_field():
    assert LEAVES.keys() - CONTRACT.keys() - ALIASES.keys() == EXTRAS.keys()


def test_the_extra_fields_are_those_that_the_indexer_adds():
    now = datetime(2026, 11, 1, tzinfo=UTC)
    raw = RawArticle(id="a", origin="feed", title="t", content="c", fetched_at=now)
    tagged = TaggedArticle(article=raw, language="en", themes=(), tagger=Tagger(version=1, taxonomy=1), tagged_at=now)
    document = source(tagged, {"topic": "t", "partition": 0, "offset": 0}, now, trace="ab")
    added = document.keys() - {f.name for f in msgspec.structs.fields(TaggedArticle)}
    assert added == {name.split(".")[0] for name in EXTRAS}
    assert {name: LEAVES[name]["type"] for name in EXTRAS} == EXTRAS


def test_every_short_name_leads_to_a_field():
    assert {"title", "content", "url", "feed.title"} <= ALIASES.keys()
    assert set(ALIASES.values()) <= CONTRACT.keys()


def test_a_field_that_nobody_mapped_is_refused():
    assert mapping()["dynamic"] == "strict"
    assert "dynamic" not in json.dumps(mapping()["properties"])


def test_no_keyword_can_be_too_long_to_be_indexed():
    keywords = {
        n: f for n, f in LEAVES.items() if f["type"] == "keyword" and (f.get("index", True) or f.get("doc_values", True))
    }
    assert keywords
    assert {n for n, f in keywords.items() if f.get("ignore_above", 10**9) * 4 > 32_766} == set()


@pytest.mark.parametrize("span", ["themes.evidence", "entities.mentions", "amounts", "quotes"])
def test_offsets_are_kept_and_checked_but_not_indexed(span):
    for name in ("field", "start", "end"):
        assert LEAVES[f"{span}.{name}"].items() >= {"index": False, "doc_values": False}.items()


@pytest.mark.parametrize("name", ["themes", "amounts", "quotes"])
def test_what_belongs_together_is_found_together_and_still_plainly(name):
    assert mapping()["properties"][name].items() >= {"type": "nested", "include_in_root": True}.items()


def test_the_index_template_takes_every_part_and_leaves_room_for_the_users_own():
    index = templates()["news-articles"]
    assert index["index_patterns"] == [VERSIONS]
    assert fnmatch.fnmatch(INDEX, VERSIONS)
    assert not any(fnmatch.fnmatch(alias, VERSIONS) for alias in (ALIAS, PREVIOUS, NEXT))
    assert index["priority"] > 200  # the packaged templates of Elasticsearch reach up to it
    assert index["composed_of"] == ["news@settings", "news@analysis", "news@mappings", "news@custom"]
    assert index["ignore_missing_component_templates"] == ["news@custom"]
    assert templates().keys() - {ALIAS} == set(index["composed_of"]) - {"news@custom"}


# What the plugins bring, as Elasticsearch documents it: https://www.elastic.co/docs/reference/elasticsearch/plugins/analysis-smartcn
# and …/analysis-icu. And what every Elasticsearch has, of which ours makes use.
BRINGS = {
    "smartcn": {"tokenizer": {"smartcn_tokenizer"}, "filter": {"smartcn_stop"}, "char_filter": set()},
    "icu": {
        "tokenizer": {"icu_tokenizer"},
        "filter": {"icu_normalizer", "icu_folding", "icu_collation", "icu_transform"},
        "char_filter": {"icu_normalizer"},
    },
}


def analysis(name="own"):
    return templates(name)["news@analysis"]["template"]["settings"]["index"]["analysis"]


@pytest.mark.parametrize("name", BRINGS)
def test_another_analysis_differs_in_the_default_analyzer_alone_and_names_nothing_that_nobody_brings(name):
    own, other = analysis(), analysis(name)
    assert {k: v for k, v in other.items() if k != "analyzer"} == {k: v for k, v in own.items() if k != "analyzer"}
    assert other["analyzer"].keys() == own["analyzer"].keys()
    used, had = other["analyzer"]["default"], own["analyzer"]["default"]
    assert used["type"] == "custom"
    assert used["tokenizer"] in BRINGS[name]["tokenizer"]
    for kind in ("filter", "char_filter"):
        assert set(used[kind]) <= BRINGS[name][kind] | set(had[kind]), kind
    assert "news_simplified" in used["char_filter"], "Traditional is read as Simplified by all of them"
    assert templates(name).keys() == templates().keys()


def test_the_setting_names_each_analysis_that_there_is():
    [setting] = [f for f in msgspec.structs.fields(SetupSettings) if f.name == "analysis"]
    files = {p.stem for p in (FOLDER / "analysis").glob("*.json")}
    assert set(get_args(setting.type)) == files | {OWN} == set(BRINGS) | {OWN}
    assert {name: variant(name)["_meta"]["plugin"] for name in files} == {name: f"analysis-{name}" for name in files}


def test_search_folds_traditional_characters_as_the_tagger_does():
    text = folding.FILE.read_text("utf-8")
    assert text == folding.render(json.loads(text)), "run python -m newsloom_setup.folding"
    assert "達=>达" in folding.mappings()

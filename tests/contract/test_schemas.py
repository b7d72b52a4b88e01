"""The generated documents say what the types say, and every golden example is still understood."""

import json
from pathlib import Path

import jsonschema
import msgspec
import pytest
import yaml
from newsloom_schemas import generate
from newsloom_schemas.codec import decode, encode, schema_name
from newsloom_schemas.topics import TOPICS
from newsloom_schemas.types import TaggedArticle

ROOT = Path(__file__).parents[2] / "schemas"
TYPES = {schema_name(kind).removesuffix(".json"): kind for kind in generate.MESSAGES}
EXAMPLES = sorted((ROOT / "examples").glob("*/*.json"))


def validator(kind):
    return jsonschema.Draft202012Validator(
        json.loads((ROOT / "json" / schema_name(kind)).read_text("utf-8")),
        format_checker=jsonschema.FormatChecker(),
    )


def test_generated_files_are_what_the_types_say():
    assert generate.drifted() == []


def test_drift_is_noticed(monkeypatch):
    monkeypatch.setattr(generate, "TOPICS", TOPICS[1:])
    assert [p.name for p in generate.drifted()] == ["asyncapi.yaml"]


def test_every_message_type_has_an_example():
    assert {p.parent.name for p in EXAMPLES} == set(TYPES)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: f"{p.parent.name}/{p.stem}")
class TestExample:
    def test_is_decoded_and_loses_nothing(self, path):
        kind = TYPES[path.parent.name]
        value = decode(kind, path.read_bytes())
        again = msgspec.json.decode(encode(value))
        lost = {k: v for k, v in flat(json.loads(path.read_text("utf-8"))).items() if k not in flat(again)}
        assert not lost
        assert decode(kind, encode(value)) == value

    def test_agrees_with_the_json_schema(self, path):
        validator(TYPES[path.parent.name]).validate(json.loads(path.read_text("utf-8")))

    def test_every_span_is_where_it_says(self, path):
        if path.parent.name != "TaggedArticle.v1":
            return
        tagged = decode(TaggedArticle, path.read_bytes())
        spans = [
            *(e for t in tagged.themes for e in t.evidence),
            *(m for e in tagged.entities for m in e.mentions),
            *(t.telling for t in tagged.themes if t.telling),
            *tagged.amounts,
            *tagged.quantities,
            *tagged.quotes,
        ]
        assert all(getattr(tagged.article, s.field)[s.start : s.end] == s.text for s in spans)
        around = [(e, e.sentence) for t in tagged.themes for e in t.evidence if e.sentence]
        assert all(s.start <= e.start < e.end <= s.end <= len(getattr(tagged.article, e.field)) for e, s in around)


def test_messages_from_before_a_field_was_added_are_still_understood():
    old = decode(TaggedArticle, (ROOT / "examples/TaggedArticle.v1/full.json").read_bytes())
    assert (old.quantities, old.words, old.themes[0].telling, old.themes[0].evidence[0].sentence) == ((), None, None, None)


def test_an_example_shows_every_field_that_the_tagger_finds():
    found = decode(TaggedArticle, (ROOT / "examples/TaggedArticle.v1/understood.json").read_bytes())
    assert found.quantities
    assert found.words
    assert found.themes[0].telling
    assert found.themes[0].evidence[0].sentence


def flat(value, path=""):
    """Every leaf by its path, times as they compare (a zone may be written in two ways)."""
    if isinstance(value, dict):
        return {k: v for name, child in value.items() for k, v in flat(child, f"{path}.{name}").items()}
    if isinstance(value, list):
        return {k: v for i, child in enumerate(value) for k, v in flat(child, f"{path}[{i}]").items()}
    return {path: value}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"revision": 0}, "revision"),
        ({"fetched_at": "2026-11-24T08:00:00"}, "fetched_at"),
        ({"origin": "rumour"}, "origin"),
        ({"id": "has space"}, "id"),
        ({"title": None}, "title"),
    ],
)
def test_wrong_articles_are_refused_by_type_and_by_schema_alike(change, reason):
    kind = TYPES["RawArticle.v1"]
    article = json.loads((ROOT / "examples/RawArticle.v1/minimal.json").read_text("utf-8")) | change
    with pytest.raises(ValueError, match=reason):
        decode(kind, json.dumps(article).encode())
    if reason != "fetched_at":  # the format check of a date-time wants a package of its own
        assert list(validator(kind).iter_errors(article))


def test_asyncapi_has_a_channel_for_each_topic_and_finds_its_schemas():
    document = yaml.safe_load((ROOT / "asyncapi.yaml").read_text("utf-8"))
    assert [c["address"] for c in document["channels"].values()] == [t.name for t in TOPICS]
    payloads = [m["payload"]["schema"]["$ref"] for m in document["components"]["messages"].values() if "payload" in m]
    assert payloads
    assert all((ROOT / p).is_file() for p in payloads)
    for operation in document["operations"].values():
        assert operation["channel"]["$ref"].rsplit("/", 1)[-1] in document["channels"]

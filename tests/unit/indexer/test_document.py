"""What a record becomes in the index."""

import json
from datetime import UTC, datetime

import msgspec
import pytest
from newsloom_indexer.document import Document, Expired, Unfit, prepare
from newsloom_schemas.codec import encode
from newsloom_schemas.dead import Origin
from newsloom_schemas.types import Entity, Evidence, Mention, Quantity, RawArticle, TaggedArticle, Tagger, Theme, Words

NOW = datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
EARLIER = datetime(2026, 10, 31, tzinfo=UTC)


def article(**changes):
    return RawArticle(
        **{"id": "a1", "origin": "feed", "title": "算力紧缺", "content": "H100仍缺货", "fetched_at": NOW, **changes}
    )


def tagged(raw=None, **changes):
    evidence = Evidence(field="title", start=0, end=4, text="算力紧缺", rule="r", weight=1.0)
    theme = Theme(id="compute-scarcity", score=0.9, evidence=(evidence,))
    mention = Mention(field="content", start=0, end=4, text="H100")
    names = (("nvidia", "NVIDIA", "company"), ("h100", "H100", "product"))
    entities = tuple(Entity(id=i, name=name, type=kind, mentions=(mention,)) for i, name, kind in names)
    given = {"article": raw or article(), "language": "zh", "themes": (theme,), "entities": entities, "tagged_at": NOW}
    return TaggedArticle(**{"tagger": Tagger(version=1, taxonomy=1), **given, **changes})


def record(value, offset=7):
    return Origin("news.tagged", 3, offset, b"a1", encode(value) if isinstance(value, TaggedArticle) else value, ())


def prepared(origin):
    return prepare(origin, NOW)


def version(revision, tagger):
    return prepared(record(tagged(article(revision=revision), tagger=Tagger(version=tagger, taxonomy=1)))).version


def lines(document):
    return [json.loads(line) for line in document.lines.splitlines()]


def test_the_document_is_the_article_with_its_time_tags_companies_and_the_record_that_wrote_it():
    action, source = lines(prepared(record(tagged())))
    assert action == {"index": {"_id": "a1", "version": 1_000_001, "version_type": "external"}}
    assert source.pop("record") == {"topic": "news.tagged", "partition": 3, "offset": 7}
    assert source.pop("tags") == ["compute-scarcity"]
    assert source.pop("companies") == ["NVIDIA"]
    assert (source.pop("story"), source.pop("story_keys")) == ("a1", [])
    assert source.pop("@timestamp") == "2026-11-01T08:30:00Z"
    assert source.pop("indexed_at") == "2026-11-01T08:30:00Z"
    assert source == json.loads(encode(tagged()))


def test_the_trace_goes_on_into_the_document():
    carried = (("traceparent", f"00-{'a' * 32}-{'b' * 16}-01".encode()),)
    assert lines(prepared(record(tagged())._replace(headers=carried)))[1]["trace"] == {"id": "a" * 32}


def test_the_time_is_that_of_publication_where_the_source_gives_it():
    assert lines(prepared(record(tagged(article(published_at=EARLIER)))))[1]["@timestamp"] == "2026-10-31T00:00:00Z"


def test_an_article_that_is_too_old_becomes_none_by_the_time_that_its_document_would_have():
    old, undated = record(tagged(article(published_at=EARLIER))), record(tagged())
    assert prepare(old, NOW, NOW) == Expired(old)
    assert isinstance(prepare(old, NOW, EARLIER), Document), "the moment itself is kept"
    assert isinstance(prepare(undated, NOW, NOW), Document), "it was fetched then"
    assert isinstance(prepare(record(b"{}"), NOW, NOW), Unfit)


def test_text_that_looks_like_line_ends_stays_in_its_line():
    document = prepared(record(tagged(article(content="one\ntwo\u2028three\r\n{}"))))
    assert document.lines.count(b"\n") == 2
    assert document.lines.endswith(b"\n")


@pytest.mark.parametrize(
    ("older", "newer"),
    [((1, 999_999), (2, 1)), ((2, 1), (2, 2)), ((9, 5), (10, 1))],
)
def test_a_newer_revision_outranks_any_tagger_and_a_newer_tagger_the_same_revision(older, newer):
    ranks = [
        prepared(record(tagged(article(revision=r), tagger=Tagger(version=t, taxonomy=1)))).version for r, t in (older, newer)
    ]
    assert ranks == sorted(set(ranks))


@pytest.mark.parametrize("value", [None, b"", b"{}", b"\xff\xfe", b'{"article":', b"[" * 100_000])
def test_bytes_that_are_no_tagged_article_are_unfit(value):
    unfit = prepared(record(value))
    assert isinstance(unfit, Unfit)
    assert unfit.stage == "decode"
    assert str(unfit.error).startswith("TaggedArticle: ")


@pytest.mark.parametrize(("revision", "version"), [(1, 1_000_000), (2**44, 1), (10**13, 1)])
def test_a_version_that_elasticsearch_cannot_hold_is_unfit_instead_of_spoiling_a_whole_request(revision, version):
    unfit = prepared(record(tagged(article(revision=revision), tagger=Tagger(version=version, taxonomy=1))))
    assert isinstance(unfit, Unfit)
    assert unfit.stage == "index"


def test_a_field_that_a_newer_tagger_adds_is_left_out():
    newer = msgspec.json.encode({**json.loads(encode(tagged())), "novelty": "s1"})
    assert isinstance(prepared(record(newer)), Document)
    assert b"novelty" not in prepared(record(newer)).lines


def test_quantities_and_words_are_in_the_document_as_in_the_message():
    number = Quantity(field="content", start=0, end=4, text="H100", value=1.0, unit="gpu")
    told = record(tagged(quantities=(number,), words=Words(title="算力 紧缺", content="h100 仍 缺货")))
    document = json.loads(prepared(told).lines.splitlines()[1])
    message = json.loads(told.value)
    assert document["quantities"] == message["quantities"] == [msgspec.to_builtins(number)]
    assert document["words"] == {"title": "算力 紧缺", "content": "h100 仍 缺货"}

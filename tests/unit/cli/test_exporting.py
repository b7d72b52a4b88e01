"""What an export says of an article, and the file that it comes to."""

import gzip
from datetime import UTC, datetime

import msgspec
import pytest
from newsloom_cli.errors import WrongInputError
from newsloom_cli.exporting import opened, query, tagged
from newsloom_indexer.document import source
from newsloom_ingestor import backfill
from newsloom_query import parse, strict
from newsloom_schemas.types import Evidence, RawArticle, TaggedArticle, Tagger, Theme

NOW = datetime(2026, 11, 24, tzinfo=UTC)
RAW = RawArticle(id="a", revision=3, origin="feed", title="算力紧缺", content="H100仍缺货。", fetched_at=NOW)
SPOKE = Evidence(field="title", start=0, end=4, text="算力紧缺", rule="short", weight=1.5)
TAGGED = TaggedArticle(
    article=RAW,
    language="zh",
    themes=(Theme(id="chips", score=0.5, evidence=(SPOKE,)),),
    tagger=Tagger(version=1, taxonomy=1),
    tagged_at=NOW,
)
DOCUMENT = msgspec.to_builtins(source(TAGGED, {"topic": "t", "partition": 0, "offset": 1}, NOW, "trace"))


def test_an_article_is_exported_as_it_came_to_the_index_without_what_the_index_added():
    assert msgspec.convert(tagged(DOCUMENT), TaggedArticle) == TAGGED
    assert not {"tags", "record", "indexed_at", "trace", "@timestamp"} & tagged(DOCUMENT).keys()


def test_what_is_exported_can_be_read_in_again_with_its_id_and_revision():
    again = backfill.line(msgspec.json.encode(tagged(DOCUMENT)), NOW)
    assert again == msgspec.structs.replace(RAW, origin="backfill")


def test_a_line_whose_article_is_no_article_of_ours_is_read_as_what_may_be_pushed_in():
    with pytest.raises(ValueError, match="title"):
        backfill.line(b'{"article":{"id":"a"}}', NOW)
    assert backfill.line(b'{"title":"T","content":"C","article":"a word"}', NOW).title == "T"


def test_what_is_asked_for_narrows_and_nothing_asked_for_is_everything():
    assert query(None, (), None, None) == {"bool": {"filter": []}}
    words, themes, time = query(parse("毛利率", NOW), ("chips", "agents"), NOW, NOW)["bool"]["filter"]
    assert words == strict(parse("毛利率", NOW))
    assert themes == {"terms": {"tags": ["chips", "agents"]}}
    assert time == {"range": {"@timestamp": {"gte": NOW.isoformat(), "lte": NOW.isoformat()}}}


def test_a_file_has_its_name_once_it_is_whole_and_one_that_was_there_stays_until_then(tmp_path):
    there = tmp_path / "a.jsonl"
    there.write_bytes(b"old")

    def write_half():
        with opened(str(there)) as stream:
            stream.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_half()
    assert there.read_bytes() == b"old"
    with opened(str(there)) as stream:
        stream.write(b"new")
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("a.jsonl", b"new")]


def test_a_name_that_ends_with_gz_is_compressed(tmp_path):
    with opened(str(tmp_path / "a.jsonl.gz")) as stream:
        stream.write(b"line\n")
    assert gzip.decompress((tmp_path / "a.jsonl.gz").read_bytes()) == b"line\n"


def test_where_nothing_can_be_written_it_says_so(tmp_path):
    with pytest.raises(WrongInputError, match="No such file"), opened(str(tmp_path / "nowhere" / "a")):
        pass

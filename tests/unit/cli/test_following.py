from datetime import UTC, datetime
from itertools import count
from types import SimpleNamespace

import pytest
from newsloom_cli import following
from newsloom_schemas.codec import encode
from newsloom_schemas.types import RawArticle, TaggedArticle, Tagger

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def record(name, revision=1, version=1, **changes):
    raw = RawArticle(id=name, revision=revision, origin="feed", title=name, content="", fetched_at=NOW)
    article = TaggedArticle(article=raw, language="en", themes=(), tagger=Tagger(version=version, taxonomy=1), tagged_at=NOW)
    return SimpleNamespace(**{"topic": "news.tagged", "partition": 0, "offset": 7, "value": encode(article), **changes})


def shown(records, most=None, told=None, **asked):
    found = following.articles(records, most, (told if told is not None else []).append, **asked)
    return [(a.article.id, a.article.revision, a.tagger.version) for _, a in found]


def test_an_article_is_shown_once_however_many_topics_and_kills_bring_it():
    assert shown([record("a"), record("b"), record("a")]) == [("a", 1, 1), ("b", 1, 1)]


def test_a_revision_and_a_newer_tagging_are_news():
    assert shown([record("a"), record("a", 2), record("a", 2, 2)]) == [("a", 1, 1), ("a", 2, 1), ("a", 2, 2)]


def test_it_stops_after_so_many_without_waiting_for_one_more():
    def records():
        yield from (record("a"), record("b"))
        pytest.fail("asked for a third record")

    assert shown(records(), most=2) == [("a", 1, 1), ("b", 1, 1)]


def test_only_what_is_wanted_is_shown_and_counted():
    def wanted(tagged):
        return tagged.article.id != "a"

    assert shown([record("a"), record("b"), record("c")], most=1, wanted=wanted) == [("b", 1, 1)]


def test_a_record_that_is_no_article_is_told_and_passed_over():
    told = []
    assert shown([record("x", value=b"{}"), record("a")], told=told) == [("a", 1, 1)]
    assert told == ["news.tagged 0:7 is no article: TaggedArticle: Object missing required field `article`"]


def test_memory_of_what_was_shown_is_bounded(monkeypatch):
    monkeypatch.setattr(following, "REMEMBERED", 3)
    names = (f"a{n}" for n in count())
    records = [*(record(next(names)) for _ in range(10)), record("a9"), record("a0")]
    assert shown(records)[10:] == [("a0", 1, 1)], "a9 is remembered, a0 is not"


def test_record_of_several_lines_becomes_one_line_of_the_same_json():
    assert following.one_line(b'{\r\n "a": "b\\n"\n}') == b'{   "a": "b\\n" }\n'


@pytest.mark.parametrize(
    ("themes", "topics"),
    [((), ["news.tagged"]), (("chips", "agents", "chips"), ["news.theme.chips", "news.theme.agents"])],
)
def test_themes_are_read_from_their_own_topics(themes, topics):
    assert following.topics(themes) == topics

"""`newsloom search` shows a story once, on the real engine: best hits, newest first, with articles that have no story yet."""

import pytest
from elasticsearch import Elasticsearch
from newsloom_schemas.index import ALIAS
from newsloom_setup import index
from support import indices
from support.commandline import Command

pytestmark = [pytest.mark.engines, pytest.mark.timeout(240)]
TITLES = {"r1": "H100 shortage", "r2": "H100 shortage, again", "r3": "Why H100", "o1": "H100 and the grid", "x": "A bakery"}
STORIES = {"r1": "r1", "r2": "r1", "r3": "r1", "o1": "o1", "x": "x"}


@pytest.fixture(scope="module")
def es(elasticsearch_url):
    with Elasticsearch(elasticsearch_url, request_timeout=60) as client:
        indices.drop(client)
        index.ensure(client)
        lines = []
        for n, (name, title) in enumerate({**TITLES, "old1": "H100 of old", "old2": "H100 of old times"}.items()):
            feed = {"url": f"https://{name}.example/feed", "title": f"Paper {name}"}
            article = {"id": name, "title": title, "content": "H100s are short." if name != "x" else "", "feed": feed}
            at = f"2026-11-{n + 1:02}T00:00:00Z"
            told = {"story": STORIES[name]} if name in STORIES else {}
            document = {"@timestamp": at, "article": {**article, "fetched_at": at}, "language": "en", "tags": [], **told}
            lines += [{"index": {"_id": name}}, document]
        assert not client.bulk(index=ALIAS, operations=lines, refresh=True)["errors"]
        yield client
        indices.drop(client)


@pytest.fixture(scope="module")
def newsloom(elasticsearch_url, es):
    return Command("127.0.0.1:1", elasticsearch_url)


def test_a_story_is_shown_once_and_says_what_else_tells_it(newsloom):
    code, hits, err = newsloom("search", "H100 shortage")
    assert (code, err) == (0, "")
    stories = [h["story"] for h in hits]
    assert len(set(stories)) == len(stories)
    (first,) = (h for h in hits if h["story"] == "r1")
    assert first["more"] == 2
    assert {a["id"] for a in first["also"]} == {"r1", "r2", "r3"} - {first["id"]}
    assert first["also"][0]["feed"]["title"].startswith("Paper r")


def test_newest_first_too_and_what_has_no_story_yet_stands_for_itself(newsloom):
    hits = newsloom("search", "*")[1]
    assert [h["id"] for h in hits] == ["old2", "old1", "x", "o1", "r3"]
    assert [h["more"] for h in hits] == [0, 0, 0, 0, 2]
    assert [h["id"] for h in newsloom("search", "*", "--size", "4")[1]] == ["old2", "old1", "x", "o1"]


def test_all_shows_every_article(newsloom):
    hits = newsloom("search", "*", "--all")[1]
    assert [h["id"] for h in hits] == ["old2", "old1", "x", "o1", "r3", "r2", "r1"]
    assert {h["more"] for h in hits} == {0}
    assert hits[-2]["story"] == "r1"

"""The filter that Elasticsearch evaluates and the evaluator in Python choose the same articles, whatever is asked."""

import pytest
from elasticsearch import Elasticsearch
from newsloom_indexer.document import prepare
from newsloom_indexer.store import ElasticsearchStore
from newsloom_query import matches, parse, strict
from newsloom_schemas.codec import encode
from newsloom_schemas.dead import Origin
from newsloom_schemas.index import ALIAS
from newsloom_schemas.topics import TAGGED
from newsloom_setup import index
from support import indices

from tests.relevance import stream

from . import documents, queries

pytestmark = [pytest.mark.engines, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def client(elasticsearch_url):
    with Elasticsearch(elasticsearch_url, request_timeout=120) as client:
        indices.drop(client)
        index.ensure(client)
        tagged = [s.tagged for s in documents.seen()]
        records = [Origin(TAGGED, 0, n, t.article.id.encode(), encode(t), ()) for n, t in enumerate(tagged)]
        for at in range(0, len(records), 500):
            answer = ElasticsearchStore(client).send(b"".join(prepare(r, stream.NOW).lines for r in records[at : at + 500]))
            assert {item["index"]["status"] for item in answer.body["items"]} == {201}
        client.indices.refresh(index=ALIAS)
        yield client
        indices.drop(client)


@pytest.fixture(scope="module")
def asked():
    return {text: parse(text, stream.NOW) for text in queries.all_of_them()}


@pytest.fixture(scope="module")
def theirs(client, asked):
    found = {}
    for texts in batched(asked, 50):
        searches = [line for text in texts for line in ({"index": ALIAS}, ids(strict(asked[text])))]
        answers = client.msearch(searches=searches, max_concurrent_searches=2)["responses"]
        assert [a["error"] for a in answers if "error" in a] == []
        found |= {t: {h["fields"]["article.id"][0] for h in a["hits"]["hits"]} for t, a in zip(texts, answers, strict=True)}
    return found


def ids(query):
    """Return the search for the ids of all that are found: from the columns of the index, for documents are slow to unpack."""
    columns = {"stored_fields": "_none_", "docvalue_fields": ["article.id"], "sort": ["_doc"]}
    return {"query": {"bool": {"filter": [query]}}, "size": 10_000, **columns}


def batched(them, size):
    them = list(them)
    return (them[at : at + size] for at in range(0, len(them), size))


def test_there_are_a_thousand_articles_and_two_hundred_queries(asked):
    assert len(documents.seen()) >= 1000
    assert len(asked) >= 200


def test_both_choose_the_same_articles(asked, theirs):
    ours = {text: {s.tagged.article.id for s in documents.seen() if matches(query, s)} for text, query in asked.items()}
    differ = {text: (sorted(theirs[text] - ours[text])[:3], sorted(ours[text] - theirs[text])[:3]) for text in asked}
    assert {text: pair for text, pair in differ.items() if pair != ([], [])} == {}


def test_the_queries_find_something_and_leave_something_out(theirs):
    """Or the test above would have little to tell."""
    telling = [text for text, found in theirs.items() if 0 < len(found) < len(documents.seen())]
    assert len(telling) >= 0.6 * len(theirs)

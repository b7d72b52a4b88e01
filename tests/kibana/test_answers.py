"""Every panel, session and control shows something: its search, run against a real Elasticsearch with the sample stream."""

import pytest
from elasticsearch import Elasticsearch
from newsloom_setup import panels
from support import indices

from . import asking, filled, objects

pytestmark = pytest.mark.engines
DASHBOARDS = objects.of("dashboard")
SESSIONS = objects.of("search")
AROUND = panels.Around("newsloom-news")


@pytest.fixture(scope="module")
def client(elasticsearch_url):
    with Elasticsearch(elasticsearch_url, request_timeout=60) as client:
        indices.drop(client)
        filled.fill(client)
        yield client
        indices.drop(client)


@pytest.fixture(scope="module", params=DASHBOARDS)
def shown(request, client):
    return filled.dashboard(client, request.param)


def test_every_picture_has_rows_and_every_column_of_it_numbers(shown):
    for panel, table, _, _ in shown:
        if table is not None:
            assert table.rows, panel["title"]
            empty = [name for name, *column in zip(table.columns, *table.rows, strict=True) if not any(column)]
            assert empty == [], panel["title"]


def test_a_ring_and_its_rest_are_all_articles_that_have_the_field(client):
    within = filled.scope(DASHBOARDS["newsloom-industry-overview"])
    made = panels.Panel("1", {"title": "T", "at": [0, 0, 1, 1], "share": "article.feed.title", "size": 2})

    table = filled.table(client, panels.panel(made, AROUND), within)

    assert [key for key, _ in table.rows][2:] == [asking.OTHER]
    with_a_feed = asking.Scope("article.feed.title: *", within.last, within.now)
    counted = panels.panel(panels.Panel("1", {"title": "T", "at": [0, 0, 1, 1], "number": "articles"}), AROUND)
    assert sum(count for _, count in table.rows) == filled.table(client, counted, with_a_feed).rows[0][0]


def test_every_session_of_a_dashboard_has_articles(shown):
    assert [panel["title"] for panel, _, session, hits in shown if session is not None and not hits] == []


@pytest.mark.parametrize("identity", DASHBOARDS)
def test_every_control_offers_a_choice(client, identity):
    within = filled.scope(DASHBOARDS[identity])

    for control in objects.controls(DASHBOARDS[identity]):
        assert len(filled.choices(client, control["fieldName"], within)) > 1, control["title"]


@pytest.mark.parametrize("identity", SESSIONS)
def test_every_session_fills_each_of_its_columns(client, identity):
    hits = filled.hits(client, SESSIONS[identity], filled.scope({**SESSIONS[identity], "kibanaSavedObjectMeta": NOTHING}))

    assert hits
    assert [c for c in SESSIONS[identity]["columns"] if not any(c in hit["fields"] for hit in hits)] == []


NOTHING = {"searchSourceJSON": '{"query": {"query": ""}}'}  # a session by itself has no dashboard's query around it


def test_a_sum_is_reckoned_in_its_own_currency_and_is_no_price(client):
    """An article with 3 dollars and 5 yuan has no 5 dollars: the root's flattened values could not tell."""
    body = {"runtime_mappings": objects.runtime(), "fields": ["usd", "cny", "eur"], "source": ["amounts"], "size": 600}
    found = client.search(index="news-articles", query={"exists": {"field": "currencies"}}, **body)["hits"]["hits"]

    several = 0
    for hit in found:
        named = hit["_source"]["amounts"]
        several += len({a["currency"] for a in named}) > 1
        for currency in ("USD", "CNY", "EUR"):
            told = sorted(a["value"] for a in named if a["currency"] == currency and "per" not in a)
            assert sorted(hit.get("fields", {}).get(currency.lower(), [])) == told
    assert 0 < several < len(found)


@pytest.mark.parametrize("besides", ["nothing besides", "others besides"])
def test_an_article_full_of_sums_and_quotes_does_not_break_the_search(client, besides):
    """Elasticsearch refuses a search in which a runtime field of an article has more than 100 values."""
    client.index(index="news-articles", id="full", document=full(others=besides == "others besides"), refresh=True)
    try:
        mine = {"query": {"ids": {"values": ["full"]}}, "runtime_mappings": objects.runtime(), "fields": ["*"]}
        (hit,) = client.search(index="news-articles", **mine)["hits"]["hits"]
        assert {n: len(hit["fields"][n]) for n in ("usd", "sums", "gpus", "speakers", "said")} == {
            "usd": 100, "sums": 100, "gpus": 100, "speakers": 100, "said": 100,
        }  # fmt: skip
    finally:
        client.delete(index="news-articles", id="full", refresh=True)


def full(*, others):
    """Return a document with 150 sums, quantities and quotes, and where asked a sum and a quantity of another sort."""
    spans = [{"field": "content", "start": n, "end": n + 1, "text": str(n)} for n in range(150)]
    more = spans[:1] if others else []
    return {
        "@timestamp": "2026-10-31T00:00:00Z",
        "amounts": [{**s, "value": s["start"], "currency": "USD"} for s in spans]
        + [{**s, "value": 7, "currency": "CNY"} for s in more],
        "quantities": [{**s, "value": s["start"], "unit": "gpu"} for s in spans]
        + [{**s, "value": 7, "unit": "user"} for s in more],
        "quotes": [{**s, "speaker": f"S{s['start']}"} for s in spans],
    }


@pytest.mark.parametrize(
    ("kql", "lucene"),
    [
        ("tags: (a or b)", "tags: (a OR b)"),
        ("not tags: *", "NOT tags: *"),
        ("said: *", "said: *"),
        ("tags: norway", "tags: norway"),
    ],
)
def test_our_queries_mean_the_same_to_elasticsearch(kql, lucene):
    assert asking.lucene(kql) == lucene

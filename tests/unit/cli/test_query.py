from datetime import UTC, datetime

import pytest
from newsloom_cli import query
from newsloom_query import parse, strict
from newsloom_query.clauses import FIELDS
from newsloom_schemas.index import templates

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def body(text="算力", **options):
    return query.body(parse(text, NOW), **options)


def clauses(**options):
    return body(**options)["query"]["bool"]


def test_the_best_come_first_and_of_equal_ones_the_newest():
    assert body()["sort"] == ["_score", {"@timestamp": "desc"}]


def test_news_of_today_counts_a_little_more_and_no_article_less():
    [must] = clauses(now=NOW)["must"]
    plain, fresh = must["function_score"]["functions"]
    assert plain == {"weight": 1}
    assert fresh["exp"]["@timestamp"]["origin"] == "2026-11-01T00:00:00+00:00"
    assert fresh["weight"] <= 0.1
    assert must["function_score"]["query"] == clauses()["must"][0]


@pytest.mark.parametrize("text", ["", " * ", "*"])
def test_everything_comes_newest_first(text):
    assert body(text)["query"]["bool"] == {"must": [], "filter": []}
    assert body(text)["sort"] == [{"@timestamp": "desc"}]


def test_where_nothing_ranks_the_newest_of_what_is_meant_come_first():
    asked = body("theme:chips -lang:zh")
    assert asked["query"]["bool"] == {"must": [], "filter": [strict(parse("theme:chips -lang:zh", NOW))]}
    assert asked["sort"] == [{"@timestamp": "desc"}]


def test_weights_of_sources_multiply_the_score_and_the_one_without_them_says_what_is_a_hit():
    [must] = clauses(weights={"example.com": 0.1})["must"]
    assert [f["weight"] for f in must["function_score"]["functions"]] == [0.1]
    assert must["function_score"]["query"]["bool"] == {"must": clauses()["must"], "_name": query.PLAIN}
    hits = [HIT | {"_score": weighted, "matched_queries": {query.PLAIN: plain}} for weighted, plain in ((9, 9), (1, 8), (1, 2))]
    assert [h["matched_queries"][query.PLAIN] for h in query.kept({"hits": {"hits": hits}})] == [9, 8]


def test_themes_and_time_only_cut_they_do_not_rank():
    since = datetime(2026, 11, 1, tzinfo=UTC)
    assert clauses(cut=query.limits(("chips", "agents"), since))["filter"] == [
        {"terms": {"tags": ["chips", "agents"]}},
        {"range": {"@timestamp": {"gte": "2026-11-01T00:00:00+00:00"}}},
    ]
    assert clauses()["filter"] == []


def fields_of_the_index():
    def walk(properties, prefix=""):
        for name, field in properties.items():
            yield prefix + name
            yield from walk(field.get("properties", {}), f"{prefix}{name}.")

    return set(walk(templates()["news@mappings"]["template"]["mappings"]["properties"]))


def test_every_field_of_the_query_exists_in_the_index():
    used = {f.split("^")[0] for f in FIELDS} | set(query.SOURCE) | set(body()["highlight"]["fields"]) | {"tags", "@timestamp"}
    assert used - fields_of_the_index() == set()


HIT = {
    "_id": "a1",
    "_score": 2.5,
    "_source": {
        "article": {"id": "a1", "title": "H100仍缺货", "fetched_at": "2026-11-24T00:00:00Z"},
        "language": "zh",
        "themes": [{"id": "chips", "score": 0.9}],
    },
    "highlight": {"article.content": [f"{query.OPEN}算力{query.CLOSE}<em>不足"]},
}


def test_a_hit_says_what_was_found_and_what_the_contract_leaves_out():
    [hit] = query.hits({"hits": {"hits": [HIT]}})
    assert hit == {
        "id": "a1", "score": 2.5, "title": "H100仍缺货", "url": None, "published_at": None,
        "fetched_at": "2026-11-24T00:00:00Z",
        "revision": 1, "language": "zh", "feed": None, "themes": [{"id": "chips", "score": 0.9}],
        "story": "a1", "also": [], "more": 0,
        "highlights": {"content": [f"{query.OPEN}算力{query.CLOSE}<em>不足"]},
    }  # fmt: skip
    assert query.as_json(hit)["highlights"] == {"content": ["<em>算力</em><em>不足"]}


def test_a_hit_without_highlights_has_none():
    assert query.hits({"hits": {"hits": [{k: v for k, v in HIT.items() if k != "highlight"}]}})[0]["highlights"] == {}


def answer(*scores, total=99):
    found = [HIT | {"_id": f"a{n}", "_score": score} for n, score in enumerate(scores)]
    return {"hits": {"hits": found, "total": {"value": total}}}


def test_what_is_far_behind_the_best_is_no_hit_and_is_not_counted():
    ranked = answer(40.0, 30.0, 9.0, 8.0)
    assert [hit["id"] for hit in query.hits(ranked)] == ["a0", "a1"]
    assert query.total(ranked) == 2


@pytest.mark.parametrize("scores", [(), (0.0, 0.0), (1.0, 1.0), (40.0, 39.0)])
def test_where_nothing_is_far_behind_all_are_hits(scores):
    assert len(query.hits(answer(*scores))) == len(scores)
    assert query.total(answer(*scores, total=7)) == 7

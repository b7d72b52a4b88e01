"""Each story once: what else tells it, how many hits there are, and what becomes of articles that have no story yet."""

from newsloom_cli import grouping, query

BODY = {"query": {"match_all": {}}, "size": 2, "sort": [{"@timestamp": "desc"}]}


def hit(name, story=None, *others, sort=(0,), more=None):
    article = {"id": name, "title": name.upper(), "url": f"https://{name}.example/1", "fetched_at": "2026-11-24T00:00:00Z"}
    source = {"article": article, "language": "en", **({"story": story} if story else {})}
    inner = [{"_id": i, "_source": {"article": {"id": i, "title": i.upper()}}} for i in (name, *others)]
    total = {"value": len(inner) if more is None else more + 1}
    return {
        "_id": name, "_score": 1.0, "_source": source, "sort": list(sort),
        "inner_hits": {grouping.NAME: {"hits": {"hits": inner, "total": total}}},
    }  # fmt: skip


def answer(*hits, total=0):
    return {"hits": {"hits": list(hits), "total": {"value": total}}}


def test_each_story_is_asked_for_once_and_the_question_is_not_asked_again_for_what_else_tells_it():
    limit = {"range": {"@timestamp": {"gte": "2026-11-01"}}}
    body = {**BODY, "query": {"bool": {"must": [{"match": {"title": "costly"}}], "filter": [limit]}}}
    assert grouping.collapsed(body) == {**body, "collapse": {"field": "story"}}
    asked = grouping.siblings(body, answer(hit("b", "a"), hit("old"), hit("c", "c")))
    assert asked["query"] == {"bool": {"filter": [limit, {"terms": {"story": ["a", "c"]}}]}}
    assert asked["collapse"]["inner_hits"]["size"] == grouping.ALSO + 1, "the hit itself may be among them"
    assert asked["size"] == 2


def test_what_else_tells_a_story_comes_to_its_hit_and_to_no_other():
    bare = [{name: value for name, value in one.items() if name != "inner_hits"} for one in (hit("b", "a"), hit("old"))]
    found = grouping.joined(answer(*bare, total=9), answer(hit("a", "a", "b", "c", more=4)))
    assert [grouping.told(h)["more"] for h in found["hits"]["hits"]] == [4, 0]
    assert [[a["id"] for a in grouping.told(h)["also"]] for h in found["hits"]["hits"]] == [["a", "c"], []]
    assert found["hits"]["total"] == {"value": 9}


def test_a_hit_names_the_others_of_its_story_and_not_itself():
    told = grouping.told(hit("b", "a", "a", "c", more=30))
    assert (told["story"], [a["id"] for a in told["also"]], told["more"]) == ("a", ["a", "c"], 30)
    assert told["also"][0] == {"id": "a", "title": "A", "url": None, "feed": None}


def test_without_a_story_an_article_is_its_own():
    plain = {name: value for name, value in hit("b").items() if name != "inner_hits"}
    assert grouping.told(plain) == {"story": "b", "also": [], "more": 0}


def test_articles_from_before_there_were_stories_are_searched_for_by_themselves_and_merged_in_order():
    first = answer(hit("new", "new", sort=(9,)), hit("old", sort=(7,), more=3), hit("late", "late", sort=(1,)), total=6)
    assert grouping.lacking(first)
    assert not grouping.lacking(answer(hit("new", "new")))
    asked = grouping.of_lacking(grouping.collapsed(BODY))
    assert "collapse" not in asked
    assert asked["query"]["bool"] == {"must": [BODY["query"]], "must_not": [{"exists": {"field": "story"}}]}
    merged = grouping.merged(first, answer(hit("old", sort=(7,)), hit("older", sort=(5,)), hit("oldest", sort=(0,))), 4)
    assert [h["_id"] for h in merged["hits"]["hits"]] == ["new", "old", "older", "late"]
    assert query.total(merged) == 6


def test_hits_are_counted_as_articles_also_where_those_far_behind_are_none():
    ranked = answer(hit("a", "a", "b", "c"), {**hit("d", "d", "e"), "_score": 0.1}, total=5)
    assert [h["id"] for h in query.hits(ranked)] == ["a"]
    assert query.total(ranked) == 3

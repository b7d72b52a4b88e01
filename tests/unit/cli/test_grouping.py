"""Each story once: what else tells it, how many hits there are, and what becomes of articles that have no story yet."""

from newsloom_cli import grouping, query

BODY = {"query": {"match_all": {}}, "size": 2, "sort": [{"@timestamp": "desc"}]}


def article(name, story=None):
    found = {"id": name, "title": name.upper(), "url": f"https://{name}.example/1", "fetched_at": "2026-11-24T00:00:00Z"}
    return {"_id": name, "_source": {"article": found, "language": "en", **({"story": story} if story else {})}}


def hit(name, story=None, sort=(0,)):
    return {**article(name, story), "_score": 1.0, "sort": list(sort)}


def others(*articles, **counts):
    buckets = [{"key": story, "doc_count": count} for story, count in counts.items()]
    return {**answer(*articles), "aggregations": {grouping.ALL: {"buckets": buckets}}}


def answer(*hits, total=0):
    return {"hits": {"hits": list(hits), "total": {"value": total}}}


def test_each_story_is_asked_for_once_and_the_question_is_not_asked_again_for_what_else_tells_it():
    limit = {"range": {"@timestamp": {"gte": "2026-11-01"}}}
    body = {**BODY, "query": {"bool": {"must": [{"match": {"title": "costly"}}], "filter": [limit]}}}
    assert grouping.collapsed(body) == {**body, "collapse": {"field": "story"}}
    asked = grouping.siblings(body, answer(hit("b", "a"), hit("old"), hit("c", "c")))
    assert asked["query"]["bool"]["filter"] == [limit, {"terms": {"story": ["a", "c"]}}]
    assert asked["query"]["bool"]["must_not"] == {"ids": {"values": ["b", "old", "c"]}}


def test_what_else_tells_a_story_comes_to_its_hit_and_to_no_other():
    found = grouping.joined(answer(hit("b", "a"), hit("old"), total=9), others(article("a", "a"), article("c", "a"), a=30))
    told, alone = map(grouping.told, found["hits"]["hits"])
    assert (told["story"], [a["id"] for a in told["also"]], told["more"]) == ("a", ["a", "c"], 30)
    assert told["also"][0] == {"id": "a", "title": "A", "url": "https://a.example/1", "feed": None}
    assert alone == {"story": "old", "also": [], "more": 0}
    assert found["hits"]["total"] == {"value": 9}


def test_no_more_are_named_than_one_can_read():
    found = grouping.joined(answer(hit("b", "b")), others(*(article(f"a{n}", "b") for n in range(40)), b=40))
    told = grouping.told(found["hits"]["hits"][0])
    assert (len(told["also"]), told["more"]) == (grouping.ALSO, 40)


def test_articles_from_before_there_were_stories_are_searched_for_by_themselves_and_merged_in_order():
    first = answer(hit("new", "new", sort=(9,)), hit("old", sort=(7,)), hit("late", "late", sort=(1,)), total=6)
    assert grouping.lacking(first)
    assert not grouping.lacking(answer(hit("new", "new")))
    asked = grouping.of_lacking(grouping.collapsed(BODY))
    assert "collapse" not in asked
    assert asked["query"]["bool"] == {"must": [BODY["query"]], "must_not": [{"exists": {"field": "story"}}]}
    merged = grouping.merged(first, answer(hit("old", sort=(7,)), hit("older", sort=(5,)), hit("oldest", sort=(0,))), 4)
    assert [h["_id"] for h in merged["hits"]["hits"]] == ["new", "old", "older", "late"]
    assert query.total(merged) == 6


def test_hits_are_counted_as_articles_also_where_those_far_behind_are_none():
    ranked = grouping.joined(answer(hit("a", "a"), {**hit("d", "d"), "_score": 0.1}, total=5), others(a=2, d=1))
    assert [h["id"] for h in query.hits(ranked)] == ["a"]
    assert query.total(ranked) == 3

"""What a next version of the index is called, what it would have otherwise, and what a copying that ended says."""

import pytest
from newsloom_setup.copying import trouble, written
from newsloom_setup.versions import Change, difference, fields, joined, left_out, next_name

KEYWORD, TEXT, DATE = {"type": "keyword"}, {"type": "text"}, {"type": "date"}
NESTED = {"type": "nested", "properties": {"id": KEYWORD}}


def mapping(**properties):
    return {"properties": properties}


@pytest.mark.parametrize(
    ("names", "following"),
    [
        ([], "news-articles-v1-000001"),
        (["news-articles-v1-000001"], "news-articles-v2-000001"),
        (["news-articles-v10-000001", "news-articles-v9-000001"], "news-articles-v11-000001"),
        (["news-articles-v2-by-hand", "news-articles-other"], "news-articles-v3-000001"),
    ],
)
def test_the_next_version_counts_on_from_the_highest(names, following):
    assert next_name(names) == following


def test_fields_are_told_by_their_whole_names_and_nested_ones_count_themselves():
    found = fields(mapping(article={"properties": {"id": KEYWORD}}, themes=NESTED))
    assert found == {"article.id": KEYWORD, "themes": {"type": "nested"}, "themes.id": KEYWORD}


def test_what_is_new_other_and_gone_is_named():
    found = mapping(a=KEYWORD, b=TEXT, gone=DATE, short={"type": "alias", "path": "gone"})
    wanted = mapping(a=KEYWORD, b=KEYWORD, c={"properties": {"d": DATE}})
    settings = {"number_of_shards": 1, "analysis": {"analyzer": {"x": {"type": "cjk"}}}}
    told = difference(wanted, settings, found, {"number_of_shards": "1", "analysis": {}})
    assert told == Change(added=("c.d",), changed=("b",), left_out=("gone",), settings=("analysis.analyzer.x.type",))


def test_a_definition_that_lost_a_part_is_another_one():
    limited = {"type": "keyword", "ignore_above": 256}
    for one, other in ((limited, KEYWORD), (KEYWORD, limited)):
        assert difference(mapping(a=one), {}, mapping(a=other), {}).changed == ("a",)


def test_nothing_is_left_out_that_the_target_has_and_short_names_are_in_no_document():
    assert left_out(mapping(a=KEYWORD, themes=NESTED), mapping(a=TEXT, themes=NESTED, b=DATE)) == []
    assert left_out(mapping(themes=NESTED, short={"type": "alias", "path": "themes.id"}), mapping()) == ["themes", "themes.id"]


def test_parts_of_a_template_are_joined_the_later_has_its_way():
    one = {"settings": {"index": {"codec": "best_compression", "a": [1]}}, "mappings": {"x": 1}}
    other = {"settings": {"index": {"a": [2], "b": {"c": 1}}}}
    assert joined(one, other) == {
        "settings": {"index": {"codec": "best_compression", "a": [2], "b": {"c": 1}}},
        "mappings": {"x": 1},
    }


@pytest.mark.parametrize(
    ("done", "error", "said"),
    [
        ({"failures": []}, None, ""),
        ({"failures": [], "canceled": "by user request"}, None, "cancelled: by user request"),
        ({}, {"reason": "no such index"}, "no such index"),
        ({"failures": [{"id": "a", "cause": {"reason": "outer"}}]}, None, "document a: outer"),
        (
            {"failures": [{"id": "a", "cause": {"reason": "outer", "caused_by": {"reason": "the number"}}}]},
            None,
            "document a: the number",
        ),
    ],
)
def test_why_a_copying_broke_off_is_one_sentence(done, error, said):
    assert trouble(done, error) == said


def test_marks_are_passed_once():
    assert written(-1) == {"range": {"_seq_no": {"gt": -1}}}
    assert written(7, 9) == {"range": {"_seq_no": {"gt": 7, "lte": 9}}}

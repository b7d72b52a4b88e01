"""What stands in the way of our templates is one sentence that names it."""

import pytest
from newsloom_schemas.index import templates
from newsloom_setup.neighbours import lacking, overruled, redefined

OWN = templates()["news-articles"]
MAPPINGS = templates()["news@mappings"]["template"]["mappings"]


def theirs(name, patterns, **more):
    return {"name": name, "index_template": {"index_patterns": patterns, **more}}


@pytest.mark.parametrize(
    ("found", "named"),
    [
        ([], ""),
        ([theirs("news-articles", ["news-articles-v*"], priority=900)], ""),
        ([theirs("logs", ["logs-*"], priority=900)], ""),
        ([theirs("mine", ["news-*"], priority=400), theirs("all", ["*"])], ""),
        ([theirs("mine", ["news-*"], priority=501)], "the index template mine takes news-articles-v* from newsloom's"),
        ([theirs("mine", ["logs", "*"], priority=500)], "whose priority is 500: give it a lower one"),
    ],
)
def test_a_template_that_would_make_the_index_in_place_of_ours_is_named(found, named):
    said = overruled(OWN, found)
    assert named in said
    assert bool(said) == bool(named)


def test_fields_of_ones_own_may_be_added_and_ours_tuned_but_not_made_something_else():
    assert redefined(MAPPINGS, {}) == ""
    added = {"properties": {"desk": {"type": "keyword"}, "article": {"properties": {"desk": {"type": "text"}}}}}
    assert redefined(MAPPINGS, added) == ""
    assert redefined(MAPPINGS, {"properties": {"tags": {"type": "keyword", "ignore_above": 64}}}) == ""
    inside = {"properties": {"title": {"properties": {"x": {"type": "keyword"}}}, "article": {"type": "flattened"}}}
    assert "article (flattened, here object), title (object, here alias)" in redefined(MAPPINGS, inside)
    other = {"properties": {"tags": {"type": "text"}, "article": {"properties": {"url": {"type": "wildcard"}}}}}
    assert redefined(MAPPINGS, other) == (
        "the component template news@custom has fields that are newsloom's own: article.url (wildcard, here keyword), "
        "tags (text, here keyword): give yours other names"
    )


def test_a_plugin_that_is_missing_is_told_with_the_node_and_the_command():
    def node(name, *plugins, modules=()):
        return {"name": name, "plugins": [{"name": p} for p in plugins], "modules": [{"name": m} for m in modules]}

    assert lacking("icu", [node("a", "analysis-icu"), node("b", modules=["analysis-icu"])]) == ""
    said = lacking("smartcn", [node("b"), node("c", "analysis-smartcn"), node("a", "analysis-icu")])
    assert said.startswith("NEWSLOOM_ANALYSIS=smartcn needs the plugin analysis-smartcn, which a, b lacks: `bin/elasticsearch-")

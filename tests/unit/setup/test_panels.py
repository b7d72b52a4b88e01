"""A line of YAML becomes the panel it names."""

import pytest
from newsloom_setup.columns import value
from newsloom_setup.panels import Around, Panel, lens, panel, references

AT = [0, 0, 24, 10]


def drawn(**spec):
    return lens(Panel("7", {"title": "T", "at": AT, **spec}), "our-view")


def columns(attributes):
    return attributes["state"]["datasourceStates"]["formBased"]["layers"]["layer-7"]["columns"]


def test_top_lists_the_most_frequent_values_first():
    attributes = drawn(top="tags", size=22)

    group = columns(attributes)["group"]
    assert attributes["visualizationType"] == "lnsXY"
    assert (group["sourceField"], group["params"]["size"], group["params"]["orderDirection"]) == ("tags", 22, "desc")
    assert not group["params"]["otherBucket"]  # an article with several tags would be counted among the others too


def test_over_time_stacks_a_bar_a_period():
    attributes = drawn(over_time={"time": "@timestamp", "by": "tags"})

    (layer,) = attributes["state"]["visualization"]["layers"]
    assert (layer["seriesType"], layer["xAccessor"], layer["splitAccessor"]) == ("bar_stacked", "when", "group")
    assert columns(attributes)["when"]["sourceField"] == "@timestamp"


def test_each_picture_reads_the_data_view_it_is_given():
    for spec in ({"number": "articles"}, {"share": "language"}, {"top": "tags"}):
        assert [r["id"] for r in drawn(**spec)["references"]] == ["our-view"]


@pytest.mark.parametrize("spec", [{}, {"tpo": "tags"}, {"top": "tags", "share": "tags"}, {"top": "tags", "links": "all"}])
def test_a_panel_that_names_no_picture_or_two_is_refused_by_its_title(spec):
    with pytest.raises(ValueError, match="panel 'T': needs exactly one of links, session, number, over_time, top, share"):
        drawn(**spec)


def test_a_value_without_groups_over_time_is_a_line():
    attributes = drawn(over_time={"time": "@timestamp", "every": "1d", "value": "median lag"})

    (layer,) = attributes["state"]["visualization"]["layers"]
    assert layer["seriesType"] == "line"
    assert list(columns(attributes)) == ["when", "value"]
    assert columns(attributes)["when"]["params"]["interval"] == "1d"


def test_among_lets_only_those_themes_in():
    attributes = drawn(over_time={"time": "@timestamp", "by": "tags", "among": ["chips", "funding"]})

    params = columns(attributes)["group"]["params"]
    assert (params["include"], params["otherBucket"]) == (["chips", "funding"], False)


def test_every_row_of_a_heat_map_is_asked_for_the_same_columns():
    attributes = drawn(heat={"rows": "tags", "columns": "companies", "across": 7})

    assert list(columns(attributes)) == ["across", "group", "value"]
    picture = attributes["state"]["visualization"]
    assert (picture["xAccessor"], picture["yAccessor"], picture["valueAccessor"]) == ("across", "group", "value")


def test_a_table_is_in_the_order_of_its_first_value_and_calls_columns_as_the_yaml_does():
    attributes = drawn(table={"rows": {"Theme": "tags"}, "values": {"Articles": "articles", "Most": "max usd"}})

    made = columns(attributes)
    assert [made[c]["label"] for c in made] == ["Theme", "Articles", "Most"]
    assert made["group"]["params"]["orderBy"]["columnId"] == "value"
    assert [c["columnId"] for c in attributes["state"]["visualization"]["columns"]] == list(made)


def test_only_narrows_one_picture():
    assert drawn(number="articles", only="tags: chips")["state"]["query"] == {"language": "kuery", "query": "tags: chips"}


@pytest.mark.parametrize(
    ("text", "operation", "field", "kind"),
    [
        ("articles", "count", "___records___", "number"),
        ("median lag", "median", "lag", "number"),
        ("p95 lag", "percentile", "lag", "number"),
        ("unique feed.title", "unique_count", "feed.title", "number"),
        ("newest @timestamp", "max", "@timestamp", "date"),
    ],
)
def test_a_value_is_an_operation_and_a_field(text, operation, field, kind):
    column = value(text)
    assert (column["operationType"], column["sourceField"], column["dataType"]) == (operation, field, kind)


@pytest.mark.parametrize("text", ["article", "mean lag", "median"])
def test_a_value_that_is_none_is_refused_with_those_that_are(text):
    with pytest.raises(ValueError, match=f"'{text}': is neither articles nor one of median, p95"):
        value(text)


def test_links_name_every_dashboard_here_and_behind_the_number_of_the_panel():
    around = Around("our-view", [("a", "First"), ("b", "Second")])
    made = Panel("3", {"at": AT, "links": "all"})

    links = panel(made, around)["embeddableConfig"]["attributes"]["links"]
    assert [link["label"] for link in links] == ["First", "Second"]
    assert [(r["id"], r["name"]) for r in references(made, around)] == [
        ("a", "3:link_a_dashboard"),
        ("b", "3:link_b_dashboard"),
    ]


def test_the_place_on_the_grid_needs_four_numbers():
    assert Panel("1", {"title": "T", "at": AT}).grid() == {"x": 0, "y": 0, "w": 24, "h": 10, "i": "1"}
    with pytest.raises(ValueError, match="zip"):
        Panel("1", {"title": "T", "at": [0, 0, 24]}).grid()

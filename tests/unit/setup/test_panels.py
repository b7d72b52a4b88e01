"""A line of YAML becomes the picture it names."""

import pytest
from newsloom_setup.panels import Panel, lens

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
    for spec in ({"count": "articles"}, {"share": "language"}, {"top": "tags"}):
        assert [r["id"] for r in drawn(**spec)["references"]] == ["our-view"]


@pytest.mark.parametrize("spec", [{}, {"tpo": "tags"}, {"top": "tags", "share": "tags"}])
def test_a_panel_that_names_no_picture_or_two_is_refused_by_its_title(spec):
    with pytest.raises(ValueError, match="panel 'T': needs exactly one of session, count, over_time, top, share"):
        drawn(**spec)


def test_the_place_on_the_grid_needs_four_numbers():
    assert Panel("1", {"title": "T", "at": AT}).grid() == {"x": 0, "y": 0, "w": 24, "h": 10, "i": "1"}
    with pytest.raises(ValueError, match="zip"):
        Panel("1", {"title": "T", "at": [0, 0, 24]}).grid()

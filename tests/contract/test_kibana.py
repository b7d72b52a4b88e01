"""What is imported into Kibana is right by structure: Kibana itself would accept much of what it cannot draw."""

import itertools
import json
from pathlib import Path

import pytest
import yaml
from newsloom_schemas.index import ALIAS, templates
from newsloom_setup.saved_objects import TARGET, compile_folder
from newsloom_tagger.taxonomy import theme_ids

FOLDER = Path(__file__).parents[2] / "deploy" / "kibana"
OBJECTS = [json.loads(line) for line in (FOLDER / TARGET).read_text("utf-8").splitlines()]
BY_KEY = {(o["type"], o["id"]): o for o in OBJECTS}
GRID_COLUMNS = 48
AGGREGATABLE = {"keyword", "date", "integer", "long", "float", "double", "boolean"}
NUMBERS = AGGREGATABLE - {"keyword", "boolean"}
VERSIONS = {"tag": "8.0.0", "index-pattern": "8.0.0", "search": "10.5.0", "dashboard": "10.2.0"}


def of(kind):
    return [pytest.param(o, id=o["id"]) for o in OBJECTS if o["type"] == kind]


def fields():
    """Each field of our index: its mapping, aliases followed, and whether it lies inside a nested one."""

    def walk(properties, prefix="", nested=False):
        for name, mapping in properties.items():
            yield prefix + name, {**mapping, "inside": nested}
            yield from walk(mapping.get("properties", {}), f"{prefix}{name}.", nested or mapping.get("type") == "nested")

    flat = {}
    for template in templates().values():
        flat.update(walk(template["template"].get("mappings", {}).get("properties", {})) if "template" in template else ())
    return {name: flat[m["path"]] if m.get("type") == "alias" else m for name, m in flat.items()}


MAPPED = fields()
(VIEW,) = (o["attributes"] for o in OBJECTS if o["type"] == "index-pattern")
RUNTIME = json.loads(VIEW["runtimeFieldMap"])
FIELDS = {**MAPPED, **RUNTIME}


def assert_aggregatable(field):
    assert field in FIELDS, f"{field} is in neither our templates nor the data view"
    assert not FIELDS[field].get("inside"), f"{field} is nested, of which Kibana draws nothing: make a runtime field of it"
    assert FIELDS[field].get("type") in AGGREGATABLE, f"{field} cannot be aggregated"
    assert FIELDS[field].get("doc_values", True), f"{field} keeps no values to aggregate"


def panels(dashboard):
    return json.loads(dashboard["attributes"]["panelsJSON"])


def pictures(dashboard):
    for panel in panels(dashboard):
        if panel["type"] == "lens":
            state = panel["embeddableConfig"]["attributes"]["state"]
            ((layer_id, layer),) = state["datasourceStates"]["formBased"]["layers"].items()
            yield panel, layer_id, layer, state["visualization"]


def numeric(field):
    return FIELDS[field]["type"] in NUMBERS


def references(saved):
    return {r["name"]: (r["type"], r["id"]) for r in saved["references"]}


def test_the_committed_file_is_what_the_yaml_says():
    assert (FOLDER / TARGET).read_text("utf-8") == compile_folder(FOLDER), (
        "run: python -m newsloom_setup.saved_objects deploy/kibana"
    )


def test_there_are_all_the_dashboards_and_what_they_need():
    assert {o["type"] for o in OBJECTS} == set(VERSIONS)
    titles = {o["attributes"]["title"] for o in OBJECTS if o["type"] == "dashboard"}
    assert titles >= {"Industry overview", "Compute and chips", "Money and commercialization", "Sources and pipeline health"}


@pytest.mark.parametrize("saved", [pytest.param(o, id=o["id"]) for o in OBJECTS])
def test_each_object_says_which_shape_it_has_so_that_no_older_migration_runs(saved):
    assert saved["coreMigrationVersion"] == "8.8.0"
    assert saved["typeMigrationVersion"] == VERSIONS[saved["type"]]
    assert saved["managed"] is False


def test_no_object_comes_twice():
    assert len(BY_KEY) == len(OBJECTS)


@pytest.mark.parametrize("saved", [pytest.param(o, id=o["id"]) for o in OBJECTS])
def test_every_reference_leads_to_an_object_of_the_file_and_has_a_name_of_its_own(saved):
    assert len(references(saved)) == len(saved["references"])
    assert [key for key in references(saved).values() if key not in BY_KEY] == []


@pytest.mark.parametrize("view", of("index-pattern"))
def test_the_data_view_sees_the_live_index_alone_by_its_time(view):
    assert view["attributes"]["title"] == ALIAS, "a pattern would count what a migration keeps for a rollback once more"
    assert FIELDS[view["attributes"]["timeFieldName"]]["type"] == "date"


@pytest.mark.parametrize("view", of("index-pattern"))
def test_labels_and_formats_are_for_fields_that_exist(view):
    named = [*json.loads(view["attributes"]["fieldAttrs"]), *json.loads(view["attributes"]["fieldFormatMap"])]

    assert named
    assert [f for f in named if f not in FIELDS] == []


def test_every_field_that_one_can_search_or_count_by_has_a_name_in_kibana():
    labels = json.loads(VIEW["fieldAttrs"])
    wordless = [
        name
        for name, mapping in FIELDS.items()
        if mapping.get("type", "nested") != "nested" and mapping.get("index", True) and name not in labels
    ]
    assert wordless == [], "add them to the labels of deploy/kibana/data-view.yaml"
    assert len({label["customLabel"] for label in labels.values()}) == len(labels), "two fields of one name"


def test_numbers_dates_and_addresses_are_written_as_such():
    formats = json.loads(VIEW["fieldFormatMap"])
    plain = [n for n, m in FIELDS.items() if m.get("type") in NUMBERS and m.get("index", True) and n not in formats]
    assert plain == []
    assert formats["url"]["id"] == "url"


def test_a_runtime_field_hides_no_field_of_the_index_and_stops_at_the_hundred_values_that_are_allowed():
    assert [name for name in RUNTIME if name in MAPPED] == []
    scripts = {name: how["script"]["source"] for name, how in RUNTIME.items()}
    assert [n for n, source in scripts.items() if "for (" in source and "n++ < 100" not in source] == []


def test_every_theme_is_in_the_session_of_one_group():
    sources = [o["attributes"]["kibanaSavedObjectMeta"]["searchSourceJSON"] for o in OBJECTS if "group" in o["id"]]
    queries = [json.loads(source)["query"]["query"] for source in sources]
    told = [theme for query in queries for theme in query.removeprefix("tags: (").removesuffix(")").split(" or ")]
    assert sorted(told) == sorted(theme_ids()), "themes.yaml of deploy/kibana"


@pytest.mark.parametrize("saved", [*of("search"), *of("dashboard")])
def test_sessions_and_dashboards_are_tagged(saved):
    tags = [r for r in saved["references"] if r["type"] == "tag"]

    assert tags
    assert all(r["name"] == f"tag-ref-{r['id']}" for r in tags)


@pytest.mark.parametrize("dashboard", of("dashboard"))
def test_links_lead_from_each_dashboard_to_all_and_take_time_and_filters_along(dashboard):
    (panel,) = (p for p in panels(dashboard) if p["type"] == "links")
    links = panel["embeddableConfig"]["attributes"]["links"]
    led = [references(dashboard)[f"{panel['panelIndex']}:{link['destinationRefName']}"] for link in links]

    assert sorted(led) == sorted(key for key in BY_KEY if key[0] == "dashboard")
    assert [BY_KEY[key]["attributes"]["title"] for key in led] == [link["label"] for link in links]
    assert [link["order"] for link in links] == list(range(len(links)))
    assert all(link["options"]["useCurrentDateRange"] and link["options"]["useCurrentFilters"] for link in links)


@pytest.mark.parametrize("dashboard", of("dashboard"))
def test_each_dashboard_can_be_narrowed_to_a_theme_a_company_a_language_and_a_feed(dashboard):
    controls = json.loads(dashboard["attributes"]["controlGroupInput"]["panelsJSON"])

    assert set(controls) == {"tags", "companies", "language", "feed.title"}


@pytest.mark.parametrize("session", of("search"))
def test_a_session_shows_fields_that_exist_and_sorts_by_one_that_can_be_sorted(session):
    attributes = session["attributes"]

    assert attributes["columns"]
    assert [c for c in attributes["columns"] if c not in FIELDS] == []
    for field, direction in attributes["sort"]:
        assert_aggregatable(field)
        assert direction in {"asc", "desc"}


@pytest.mark.parametrize("session", of("search"))
def test_a_session_names_its_data_view_by_reference(session):
    source = json.loads(session["attributes"]["kibanaSavedObjectMeta"]["searchSourceJSON"])

    assert references(session)[source["indexRefName"]][0] == "index-pattern"


@pytest.mark.parametrize("dashboard", of("dashboard"))
def test_panels_fit_on_the_grid_and_do_not_overlap(dashboard):
    places = [p["gridData"] for p in panels(dashboard)]

    assert places
    assert all(p["x"] >= 0 and p["x"] + p["w"] <= GRID_COLUMNS and p["w"] > 0 and p["h"] > 0 for p in places)
    for a, b in itertools.combinations(places, 2):
        apart = a["x"] + a["w"] <= b["x"] or b["x"] + b["w"] <= a["x"] or a["y"] + a["h"] <= b["y"] or b["y"] + b["h"] <= a["y"]
        assert apart, f"panels {a['i']} and {b['i']} overlap"


@pytest.mark.parametrize("dashboard", of("dashboard"))
def test_each_panel_is_named_alike_in_all_places(dashboard):
    indices = [p["panelIndex"] for p in panels(dashboard)]

    assert indices == [p["gridData"]["i"] for p in panels(dashboard)]
    assert len(set(indices)) == len(indices)
    for panel in panels(dashboard):
        if panel["type"] == "search":
            name = panel["panelRefName"]
            assert name == f"panel_{panel['panelIndex']}"
            assert references(dashboard)[f"{panel['panelIndex']}:{name}"][0] == "search"


@pytest.mark.parametrize("dashboard", of("dashboard"))
def test_a_picture_names_its_data_view_in_itself_and_in_the_dashboard(dashboard):
    for panel, layer_id, _, _ in pictures(dashboard):
        name = f"indexpattern-datasource-layer-{layer_id}"
        (inside,) = panel["embeddableConfig"]["attributes"]["references"]
        assert inside["name"] == name
        assert references(dashboard)[f"{panel['panelIndex']}:{name}"] == (inside["type"], inside["id"])


@pytest.mark.parametrize("dashboard", of("dashboard"))
def test_a_layer_lists_all_its_columns_groupings_first(dashboard):
    for _, _, layer, _ in pictures(dashboard):
        columns = layer["columns"]
        bucketed = [columns[c]["isBucketed"] for c in layer["columnOrder"]]
        assert sorted(layer["columnOrder"]) == sorted(columns)
        assert bucketed == sorted(bucketed, reverse=True)


@pytest.mark.parametrize("dashboard", of("dashboard"))
def test_columns_read_fields_that_can_be_aggregated(dashboard):
    for _, _, layer, _ in pictures(dashboard):
        for column in layer["columns"].values():
            if column["operationType"] == "count":
                assert column["sourceField"] == "___records___"
            else:
                assert_aggregatable(column["sourceField"])
                assert column["isBucketed"] or column["operationType"] == "unique_count" or numeric(column["sourceField"])
            if column["operationType"] == "date_histogram":
                assert FIELDS[column["sourceField"]]["type"] == "date"
            if column["operationType"] == "terms":
                assert column["params"]["orderBy"]["columnId"] in layer["columns"]


@pytest.mark.parametrize("dashboard", of("dashboard"))
def test_pictures_draw_columns_of_their_own_layer(dashboard):
    for panel, layer_id, layer, picture in pictures(dashboard):
        parts = picture.get("layers", [picture])
        assert [p["layerId"] for p in parts] == [layer_id]
        single = [
            p[k]
            for p in parts
            for k in ("xAccessor", "yAccessor", "valueAccessor", "splitAccessor", "metricAccessor")
            if k in p
        ]
        several = [c for p in parts for k in ("accessors", "primaryGroups", "metrics") for c in p.get(k, [])]
        several += [c["columnId"] for p in parts for c in p.get("columns", [])]
        assert sorted(single + several) == sorted(layer["columns"]), panel["title"]


@pytest.mark.parametrize("dashboard", of("dashboard"))
def test_controls_filter_by_fields_that_can_be_listed_and_name_their_data_view(dashboard):
    controls = json.loads(dashboard["attributes"]["controlGroupInput"]["panelsJSON"])

    assert controls
    assert sorted(c["order"] for c in controls.values()) == list(range(len(controls)))
    for identity, control in controls.items():
        assert control["explicitInput"]["id"] == identity
        assert_aggregatable(control["explicitInput"]["fieldName"])
        kind, view = references(dashboard)[f"controlGroup_{identity}:optionsListDataView"]
        assert (kind, view) == ("index-pattern", control["explicitInput"]["dataViewId"])


@pytest.mark.parametrize("dashboard", of("dashboard"))
def test_lists_inside_a_dashboard_are_json_in_strings(dashboard):
    attributes = dashboard["attributes"]
    controls = attributes["controlGroupInput"]
    texts = [attributes["panelsJSON"], attributes["optionsJSON"], attributes["kibanaSavedObjectMeta"]["searchSourceJSON"]]
    texts += [controls["panelsJSON"], controls["ignoreParentSettingsJSON"]]

    assert all(isinstance(json.loads(text), list | dict) for text in texts)


def test_kibana_opens_on_a_dashboard_that_is_imported():
    route = yaml.safe_load((FOLDER / "kibana.yml").read_text("utf-8"))["uiSettings.overrides.defaultRoute"]

    assert ("dashboard", route.removeprefix("/app/dashboards#/view/")) in BY_KEY

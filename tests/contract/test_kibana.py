"""What is imported into Kibana is right by structure: Kibana itself would accept much of what it cannot draw."""

import itertools
import json
from pathlib import Path

import pytest
import yaml
from newsloom_schemas.index import ALIAS, templates
from newsloom_setup.saved_objects import TARGET, compile_folder

FOLDER = Path(__file__).parents[2] / "deploy" / "kibana"
OBJECTS = [json.loads(line) for line in (FOLDER / TARGET).read_text("utf-8").splitlines()]
BY_KEY = {(o["type"], o["id"]): o for o in OBJECTS}
GRID_COLUMNS = 48
AGGREGATABLE = {"keyword", "date", "integer", "long", "float", "double", "boolean"}


def of(kind):
    return [pytest.param(o, id=o["id"]) for o in OBJECTS if o["type"] == kind]


def fields():
    """Each field of our index: its mapping, aliases followed."""

    def walk(properties, prefix=""):
        for name, mapping in properties.items():
            yield prefix + name, mapping
            yield from walk(mapping.get("properties", {}), f"{prefix}{name}.")

    flat = {}
    for template in templates().values():
        flat.update(walk(template["template"].get("mappings", {}).get("properties", {})) if "template" in template else ())
    return {name: flat[m["path"]] if m.get("type") == "alias" else m for name, m in flat.items()}


FIELDS = fields()


def assert_aggregatable(field):
    assert field in FIELDS, f"{field} is not in our templates"
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


def references(saved):
    return {r["name"]: (r["type"], r["id"]) for r in saved["references"]}


def test_the_committed_file_is_what_the_yaml_says():
    assert (FOLDER / TARGET).read_text("utf-8") == compile_folder(FOLDER), (
        "run: python -m newsloom_setup.saved_objects deploy/kibana"
    )


def test_there_is_a_data_view_a_session_and_a_dashboard():
    assert {o["type"] for o in OBJECTS} == {"index-pattern", "search", "dashboard"}


@pytest.mark.parametrize("saved", [pytest.param(o, id=o["id"]) for o in OBJECTS])
def test_each_object_says_which_shape_it_has_so_that_no_older_migration_runs(saved):
    assert saved["coreMigrationVersion"] == "8.8.0"
    assert saved["typeMigrationVersion"] == {"index-pattern": "8.0.0", "search": "10.5.0", "dashboard": "10.2.0"}[saved["type"]]
    assert saved["managed"] is False


def test_no_object_comes_twice():
    assert len(BY_KEY) == len(OBJECTS)


@pytest.mark.parametrize("saved", [pytest.param(o, id=o["id"]) for o in OBJECTS])
def test_every_reference_leads_to_an_object_of_the_file_and_has_a_name_of_its_own(saved):
    assert len(references(saved)) == len(saved["references"])
    assert [key for key in references(saved).values() if key not in BY_KEY] == []


@pytest.mark.parametrize("view", of("index-pattern"))
def test_the_data_view_sees_our_index_by_its_time(view):
    assert view["attributes"]["title"] == ALIAS, "a pattern would see each article again in the index before a migration"
    assert FIELDS[view["attributes"]["timeFieldName"]]["type"] == "date"


@pytest.mark.parametrize("view", of("index-pattern"))
def test_labels_and_formats_are_for_fields_that_exist(view):
    named = [*json.loads(view["attributes"]["fieldAttrs"]), *json.loads(view["attributes"]["fieldFormatMap"])]

    assert named
    assert [f for f in named if f not in FIELDS] == []


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
            if column["operationType"] == "date_histogram":
                assert FIELDS[column["sourceField"]]["type"] == "date"
            if column["operationType"] == "terms":
                assert column["params"]["orderBy"]["columnId"] in layer["columns"]


@pytest.mark.parametrize("dashboard", of("dashboard"))
def test_pictures_draw_columns_of_their_own_layer(dashboard):
    for panel, layer_id, layer, picture in pictures(dashboard):
        parts = picture.get("layers", [picture])
        assert [p["layerId"] for p in parts] == [layer_id]
        single = [p[k] for p in parts for k in ("xAccessor", "splitAccessor", "metricAccessor") if k in p]
        several = [c for p in parts for k in ("accessors", "primaryGroups", "metrics") for c in p.get(k, [])]
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

"""readable YAML → Kibana's saved objects

``python -m newsloom_setup.saved_objects deploy/kibana`` compiles every YAML file of the folder into newsloom.ndjson there. Only
that file is imported. Kibana keeps lists as JSON inside strings and names every reference twice; the YAML says each thing once.
"""

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from newsloom_setup.panels import Panel, lens

Spec = Mapping[str, Any]
Object = dict[str, Any]

TARGET: Final = "newsloom.ndjson"
CORE_VERSION: Final = "8.8.0"
# The shapes that are written here. Without them Kibana would run every migration since its version 5 over the objects; the
# following ones, up to the Kibana in use, run at the import. Newer than that Kibana would be refused.
TYPE_VERSIONS: Final = {"index-pattern": "8.0.0", "search": "10.5.0", "dashboard": "10.2.0"}
INDEX_REFERENCE: Final = "kibanaSavedObjectMeta.searchSourceJSON.index"


def compile_all(specs: Iterable[Spec]) -> list[Object]:
    """Return the objects in the order of their dependence: data views, Discover sessions, dashboards."""
    makers = {"index-pattern": data_view, "search": session, "dashboard": dashboard}
    made = [makers[spec["kind"]](spec) for spec in specs]
    return sorted(made, key=lambda o: (list(makers).index(o["type"]), o["id"]))


def data_view(spec: Spec) -> Object:
    """Which indices are looked at, which field is the time, and what the fields are called."""
    labels = {field: {"customLabel": label} for field, label in spec["labels"].items()}
    attributes = {
        "title": spec["indices"],
        "name": spec["title"],
        "timeFieldName": spec["time"],
        "allowNoIndex": True,
        "fieldAttrs": _json(labels),
        "fieldFormatMap": _json({field: {"id": kind, "params": {}} for field, kind in spec.get("formats", {}).items()}),
        "fields": "[]",
        "runtimeFieldMap": "{}",
        "sourceFilters": "[]",
        "typeMeta": "{}",
    }
    return _object("index-pattern", spec["id"], attributes, [])


def session(spec: Spec) -> Object:
    """A Discover session: a table of documents with chosen columns, sorted."""
    attributes = {
        "title": spec["title"],
        "description": spec["about"],
        "columns": list(spec["columns"]),
        "sort": [list(pair) for pair in spec["sort"]],
        "grid": {"columns": {field: {"width": width} for field, width in spec.get("widths", {}).items()}},
        "hideChart": False,
        "isTextBasedQuery": False,
        "timeRestore": True,
        "timeRange": {"from": f"now-{spec['last']}", "to": "now"},
        "refreshInterval": {"pause": True, "value": 60_000},
        "kibanaSavedObjectMeta": _search_source({"indexRefName": INDEX_REFERENCE}),
    }
    return _object("search", spec["id"], attributes, [_view(INDEX_REFERENCE, spec["data_view"])])


def dashboard(spec: Spec) -> Object:
    """Panels on a grid of 48 columns, and controls that filter all of them."""
    panels = [Panel(str(number), panel) for number, panel in enumerate(spec["panels"], 1)]
    attributes = {
        "title": spec["title"],
        "description": spec["about"],
        "version": 3,
        "timeRestore": True,
        "timeFrom": f"now-{spec['last']}",
        "timeTo": "now",
        "refreshInterval": {"pause": False, "value": 60_000},
        "optionsJSON": _json({"useMargins": True, "syncColors": True, "syncCursor": True, "hidePanelTitles": False}),
        "controlGroupInput": _controls(spec),
        "panelsJSON": _json([_panel(p, spec["data_view"]) for p in panels]),
        "kibanaSavedObjectMeta": _search_source({}),
    }
    references = [_panel_reference(p, spec["data_view"]) for p in panels]
    references += [_view(f"controlGroup_{c['field']}:optionsListDataView", spec["data_view"]) for c in spec["controls"]]
    return _object("dashboard", spec["id"], attributes, references)


def ndjson(objects: Iterable[Object]) -> str:
    """One object a line, names in order, so that a change shows as a small difference."""
    return "".join(json.dumps(o, ensure_ascii=False, sort_keys=True) + "\n" for o in objects)


def compile_folder(folder: Path) -> str:
    """Return the text of newsloom.ndjson for the YAML files of a folder; kibana.yml is Kibana's own configuration."""
    return ndjson(compile_all(yaml.safe_load(p.read_text("utf-8")) for p in sorted(folder.glob("*.yaml"))))


def _panel(panel: Panel, view: str) -> Object:
    common = {"gridData": panel.grid(), "panelIndex": panel.index, "title": panel.title}
    if panel.session:
        return {**common, "type": "search", "panelRefName": f"panel_{panel.index}", "embeddableConfig": {"enhancements": {}}}
    config = {"attributes": lens(panel, view), "enhancements": {}, "hidePanelTitles": False}
    return {**common, "type": "lens", "embeddableConfig": config}


def _panel_reference(panel: Panel, view: str) -> Object:
    if panel.session:
        return {"type": "search", "id": panel.session, "name": f"{panel.index}:panel_{panel.index}"}
    return _view(f"{panel.index}:{panel.layer_reference}", view)


def _controls(spec: Spec) -> Object:
    return {
        "chainingSystem": "HIERARCHICAL",
        "controlStyle": "oneLine",
        "showApplySelections": False,
        "ignoreParentSettingsJSON": _json(
            dict.fromkeys(("ignoreFilters", "ignoreQuery", "ignoreTimerange", "ignoreValidations"), False)
        ),
        "panelsJSON": _json({c["field"]: _control(order, c, spec["data_view"]) for order, c in enumerate(spec["controls"])}),
    }


def _control(order: int, control: Spec, view: str) -> Object:
    chosen = {"id": control["field"], "fieldName": control["field"], "title": control["title"], "dataViewId": view}
    how = {"searchTechnique": "prefix", "selectedOptions": [], "sort": {"by": "_count", "direction": "desc"}}
    return {"type": "optionsListControl", "order": order, "width": "medium", "grow": True, "explicitInput": {**chosen, **how}}


def _search_source(more: Spec) -> Object:
    return {"searchSourceJSON": _json({"query": {"language": "kuery", "query": ""}, "filter": [], **more})}


def _view(name: str, view: str) -> Object:
    return {"type": "index-pattern", "id": view, "name": name}


def _object(kind: str, identity: str, attributes: Object, references: list[Object]) -> Object:
    return {
        "type": kind,
        "id": identity,
        "attributes": attributes,
        "references": references,
        "coreMigrationVersion": CORE_VERSION,
        "typeMigrationVersion": TYPE_VERSIONS[kind],
        "managed": False,
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    (folder / TARGET).write_text(compile_folder(folder), encoding="utf-8")

"""readable YAML → Kibana's saved objects

``python -m newsloom_setup.saved_objects deploy/kibana`` compiles every YAML file of the folder into newsloom.ndjson there;
a file may hold several, parted by ``---``. Only newsloom.ndjson is imported. Kibana keeps lists as JSON inside strings and
names every reference twice; the YAML says each thing once.
"""

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import yaml

from newsloom_setup import data_views
from newsloom_setup.data_views import text
from newsloom_setup.panels import Around, Panel, panel, references

Spec = Mapping[str, Any]
Object = dict[str, Any]

TARGET: Final = "newsloom.ndjson"
CORE_VERSION: Final = "8.8.0"
# The shapes that are written here. Without them Kibana would run every migration since its version 5 over the objects; the
# following ones, up to the Kibana in use, run at the import. Newer than that Kibana would be refused.
TYPE_VERSIONS: Final = {"tag": "8.0.0", "index-pattern": "8.0.0", "search": "10.5.0", "dashboard": "10.2.0"}
INDEX_REFERENCE: Final = "kibanaSavedObjectMeta.searchSourceJSON.index"


def compile_all(specs: Iterable[Spec]) -> list[Object]:
    """Return the objects in the order of their dependence: tags, data views, Discover sessions, dashboards."""
    given = list(specs)
    dashboards = sorted((s for s in given if s["kind"] == "dashboard"), key=lambda s: int(s["order"]))
    links = [(s["id"], s["title"]) for s in dashboards]
    makers: dict[str, Callable[[Spec], Object]] = {
        "tag": tag, "index-pattern": data_view, "search": session, "dashboard": lambda spec: dashboard(spec, links),
    }  # fmt: skip
    made = [makers[spec["kind"]](spec) for spec in given]
    return sorted(made, key=lambda o: (list(makers).index(o["type"]), o["id"]))


def tag(spec: Spec) -> Object:
    """What Kibana's lists of dashboards and sessions can be narrowed to."""
    attributes = {"name": spec["title"], "description": spec["about"], "color": spec["color"]}
    return _object("tag", spec["id"], attributes, [])


def data_view(spec: Spec) -> Object:
    """Which indices are looked at, which field is the time, and what the fields are called."""
    return _object("index-pattern", spec["id"], data_views.attributes(spec), [])


def session(spec: Spec) -> Object:
    """A Discover session: a table of documents with chosen columns, sorted, and the query that narrows it."""
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
        "kibanaSavedObjectMeta": _search_source(spec, {"indexRefName": INDEX_REFERENCE}),
    }
    return _object("search", spec["id"], attributes, [_view(INDEX_REFERENCE, spec["data_view"]), *_tags(spec)])


def dashboard(spec: Spec, dashboards: Sequence[tuple[str, str]]) -> Object:
    """Panels on a grid of 48 columns, and controls that filter all of them."""
    panels = [Panel(str(number), panel) for number, panel in enumerate(spec["panels"], 1)]
    around = Around(spec["data_view"], dashboards)
    attributes = {
        "title": spec["title"],
        "description": spec["about"],
        "version": 3,
        "timeRestore": True,
        "timeFrom": f"now-{spec['last']}",
        "timeTo": "now",
        "refreshInterval": {"pause": False, "value": 60_000},
        "optionsJSON": text({"useMargins": True, "syncColors": True, "syncCursor": True, "hidePanelTitles": False}),
        "controlGroupInput": _controls(spec),
        "panelsJSON": text([panel(p, around) for p in panels]),
        "kibanaSavedObjectMeta": _search_source(spec, {}),
    }
    needed = [reference for p in panels for reference in references(p, around)]
    needed += [_view(f"controlGroup_{c['field']}:optionsListDataView", spec["data_view"]) for c in spec["controls"]]
    return _object("dashboard", spec["id"], attributes, [*needed, *_tags(spec)])


def ndjson(objects: Iterable[Object]) -> str:
    """One object a line, names in order, so that a change shows as a small difference."""
    return "".join(json.dumps(o, ensure_ascii=False, sort_keys=True) + "\n" for o in objects)


def compile_folder(folder: Path) -> str:
    """Return the text of newsloom.ndjson for the YAML files of a folder; kibana.yml is Kibana's own configuration."""
    files = sorted(folder.glob("*.yaml"))
    return ndjson(compile_all(spec for file in files for spec in yaml.safe_load_all(file.read_text("utf-8"))))


def _controls(spec: Spec) -> Object:
    return {
        "chainingSystem": "HIERARCHICAL",
        "controlStyle": "oneLine",
        "showApplySelections": False,
        "ignoreParentSettingsJSON": text(
            dict.fromkeys(("ignoreFilters", "ignoreQuery", "ignoreTimerange", "ignoreValidations"), False)
        ),
        "panelsJSON": text({c["field"]: _control(order, c, spec["data_view"]) for order, c in enumerate(spec["controls"])}),
    }


def _control(order: int, control: Spec, view: str) -> Object:
    chosen = {"id": control["field"], "fieldName": control["field"], "title": control["title"], "dataViewId": view}
    how = {"searchTechnique": "prefix", "selectedOptions": [], "sort": {"by": "_count", "direction": "desc"}}
    return {"type": "optionsListControl", "order": order, "width": "medium", "grow": True, "explicitInput": {**chosen, **how}}


def _search_source(spec: Spec, more: Spec) -> Object:
    query = {"language": "kuery", "query": spec.get("only", "")}
    return {"searchSourceJSON": text({"query": query, "filter": [], **more})}


def _tags(spec: Spec) -> list[Object]:
    return [{"type": "tag", "id": identity, "name": f"tag-ref-{identity}"} for identity in spec.get("tags", ())]


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


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    (folder / TARGET).write_text(compile_folder(folder), encoding="utf-8")

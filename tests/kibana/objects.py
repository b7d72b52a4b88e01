"""newsloom.ndjson → the objects by kind, their JSON inside strings read."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "deploy" / "kibana"
Json = dict[str, Any]


def load() -> list[Json]:
    return [json.loads(line) for line in (FOLDER / "newsloom.ndjson").read_text("utf-8").splitlines()]


def of(kind: str) -> dict[str, Json]:
    """Return the attributes of the objects of a kind, by their ids."""
    return {o["id"]: o["attributes"] for o in load() if o["type"] == kind}


def runtime() -> Json:
    """Return the runtime fields of the data view."""
    (view,) = of("index-pattern").values()
    return json.loads(view["runtimeFieldMap"])


def panels(dashboard: Json) -> list[Json]:
    return json.loads(dashboard["panelsJSON"])


def controls(dashboard: Json) -> list[Json]:
    """Return field and title of the controls in their order."""
    held = json.loads(dashboard["controlGroupInput"]["panelsJSON"]).values()
    return [c["explicitInput"] for c in sorted(held, key=lambda c: c["order"])]


def query(attributes: Json) -> str:
    """Return the query (KQL) of a dashboard or a session."""
    return json.loads(attributes["kibanaSavedObjectMeta"]["searchSourceJSON"])["query"]["query"]


def last(attributes: Json) -> str:
    """Return how far back a dashboard or a session looks: ``now-30d``."""
    return attributes["timeFrom"] if "timeFrom" in attributes else attributes["timeRange"]["from"]


def session_of(panel: Json, dashboard_id: str) -> str:
    """Return the id of the session that a panel shows."""
    (dashboard,) = (o for o in load() if o["id"] == dashboard_id)
    name = f"{panel['panelIndex']}:{panel['panelRefName']}"
    return next(r["id"] for r in dashboard["references"] if r["name"] == name)

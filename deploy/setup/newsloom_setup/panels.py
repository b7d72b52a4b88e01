"""a panel as the YAML names it → the panel in a dashboard, and the references that the dashboard needs for it

A panel has exactly one of ``links``, ``session`` and the pictures of pictures.py. ``only`` is a query (KQL) that holds for
this picture alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from newsloom_setup.columns import Json
from newsloom_setup.pictures import PICTURES

KINDS: Final = ("links", "session", *PICTURES)


@dataclass(frozen=True)
class Panel:
    """A panel of a dashboard: its number there, and what its YAML says."""

    index: str
    spec: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """What the panel shows. Raises ValueError where the YAML names nothing, or more than one thing."""
        kinds = [kind for kind in KINDS if kind in self.spec]
        if len(kinds) != 1:
            raise ValueError(f"panel {self.title!r}: needs exactly one of {', '.join(KINDS)}")
        return kinds[0]

    @property
    def title(self) -> str:
        return str(self.spec.get("title", ""))

    @property
    def layer(self) -> str:
        return f"layer-{self.index}"

    @property
    def layer_reference(self) -> str:
        return f"indexpattern-datasource-layer-{self.layer}"

    def grid(self) -> Json:
        """Place on the grid: ``at: [x, y, width, height]`` in the YAML."""
        return {**dict(zip("xywh", self.spec["at"], strict=True)), "i": self.index}


@dataclass(frozen=True)
class Around:
    """What a panel needs to know of its surroundings: the data view's id, and id and title of all dashboards in order."""

    view: str
    dashboards: Sequence[tuple[str, str]] = ()


def panel(made: Panel, around: Around) -> Json:
    """Return the entry of panelsJSON."""
    common = {"gridData": made.grid(), "panelIndex": made.index, "title": made.title}
    if made.kind == "session":
        return {**common, "type": "search", "panelRefName": f"panel_{made.index}", "embeddableConfig": {"enhancements": {}}}
    if made.kind == "links":
        attributes: Json = {"layout": "horizontal", "links": [_link(n, *d) for n, d in enumerate(around.dashboards)]}
    else:
        attributes = lens(made, around.view)
    named_already = made.kind in {"links", "number"}  # a number's own label says the same
    config = {"attributes": attributes, "enhancements": {}, "hidePanelTitles": named_already}
    return {**common, "type": "links" if made.kind == "links" else "lens", "embeddableConfig": config}


def references(made: Panel, around: Around) -> list[Json]:
    """Return the dashboard's references for a panel: Kibana wants each name again there, behind the panel's number."""
    if made.kind == "session":
        return [{"type": "search", "id": made.spec["session"], "name": f"{made.index}:panel_{made.index}"}]
    if made.kind == "links":
        return [
            {"type": "dashboard", "id": identity, "name": f"{made.index}:{_link_reference(identity)}"}
            for identity, _ in around.dashboards
        ]
    return [{"type": "index-pattern", "id": around.view, "name": f"{made.index}:{made.layer_reference}"}]


def lens(made: Panel, data_view: str) -> Json:
    """Return the attributes of the picture, which lies inside the dashboard."""
    columns, kind, picture = PICTURES[made.kind](made.spec, made.layer)
    layer = {"columns": columns, "columnOrder": list(columns), "incompleteColumns": {}, "sampling": 1}
    return {
        "title": made.title,
        "type": "lens",
        "visualizationType": kind,
        "references": [{"type": "index-pattern", "id": data_view, "name": made.layer_reference}],
        "state": {
            "datasourceStates": {"formBased": {"layers": {made.layer: layer}}, "textBased": {"layers": {}}},
            "visualization": picture,
            "query": {"language": "kuery", "query": made.spec.get("only", "")},
            "filters": [],
            "adHocDataViews": {},
            "internalReferences": [],
        },
    }


def _link(order: int, identity: str, title: str) -> Json:
    """A link that takes the chosen time and filters along."""
    return {
        "id": identity,
        "type": "dashboardLink",
        "label": title,
        "order": order,
        "destinationRefName": _link_reference(identity),
        "options": {"openInNewTab": False, "useCurrentDateRange": True, "useCurrentFilters": True},
    }


def _link_reference(identity: str) -> str:
    return f"link_{identity}_dashboard"

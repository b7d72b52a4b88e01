"""a panel as the YAML names it → the Lens visualisation that draws it

A panel has exactly one of ``count``, ``over_time``, ``top``, ``share`` and ``session``. Lens wants each number and each
grouping as a column, and a picture that names the columns. These pictures all count articles.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

Json = dict[str, Any]
COUNT: Final = "articles"  # ids of columns: any text will do, as long as it is the same everywhere
WHEN: Final = "when"
GROUP: Final = "group"
DEFAULT_SIZE: Final = 10


@dataclass(frozen=True)
class Panel:
    """A panel of a dashboard: its number there, and what its YAML says."""

    index: str
    spec: Mapping[str, Any]

    @property
    def title(self) -> str:
        return str(self.spec["title"])

    @property
    def session(self) -> str:
        """Id of the Discover session that is shown, "" for a picture."""
        return str(self.spec.get("session", ""))

    @property
    def layer(self) -> str:
        return f"layer-{self.index}"

    @property
    def layer_reference(self) -> str:
        return f"indexpattern-datasource-layer-{self.layer}"

    def grid(self) -> Json:
        """Place on the grid: ``at: [x, y, width, height]`` in the YAML."""
        return {**dict(zip("xywh", self.spec["at"], strict=True)), "i": self.index}


def lens(panel: Panel, data_view: str) -> Json:
    """Return the attributes of the visualisation, which lies inside the dashboard. Raises ValueError where none is named."""
    kinds = [kind for kind in PICTURES if kind in panel.spec]
    if len(kinds) != 1:
        raise ValueError(f"panel {panel.title!r}: needs exactly one of session, {', '.join(PICTURES)}")
    columns, kind, picture = PICTURES[kinds[0]](panel)
    layer = {"columns": columns, "columnOrder": list(columns), "incompleteColumns": {}, "sampling": 1}
    return {
        "title": panel.title,
        "type": "lens",
        "visualizationType": kind,
        "references": [{"type": "index-pattern", "id": data_view, "name": panel.layer_reference}],
        "state": {
            "datasourceStates": {"formBased": {"layers": {panel.layer: layer}}, "textBased": {"layers": {}}},
            "visualization": picture,
            "query": {"language": "kuery", "query": ""},
            "filters": [],
            "adHocDataViews": {},
            "internalReferences": [],
        },
    }


Drawn = tuple[dict[str, Json], str, Json]  # columns with the groupings first, Lens' name of the picture, the picture


def _count(panel: Panel) -> Drawn:
    return {COUNT: _articles()}, "lnsMetric", {"layerId": panel.layer, "layerType": "data", "metricAccessor": COUNT}


def _over_time(panel: Panel) -> Drawn:
    by = panel.spec["over_time"]
    columns = {
        GROUP: _terms(by["by"], by.get("size", DEFAULT_SIZE), others=True),
        WHEN: _histogram(by["time"]),
        COUNT: _articles(),
    }
    layer = {"seriesType": "bar_stacked", "xAccessor": WHEN, "splitAccessor": GROUP, "accessors": [COUNT]}
    return columns, "lnsXY", _bars(panel, layer, legend=True)


def _top(panel: Panel) -> Drawn:
    columns = {GROUP: _terms(panel.spec["top"], panel.spec.get("size", DEFAULT_SIZE)), COUNT: _articles()}
    layer = {"seriesType": "bar_horizontal", "xAccessor": GROUP, "accessors": [COUNT]}
    return columns, "lnsXY", _bars(panel, layer, legend=False)


def _share(panel: Panel) -> Drawn:
    columns = {GROUP: _terms(panel.spec["share"], panel.spec.get("size", DEFAULT_SIZE), others=True), COUNT: _articles()}
    layer = {"layerId": panel.layer, "layerType": "data", "primaryGroups": [GROUP], "metrics": [COUNT]}
    look = {"numberDisplay": "percent", "categoryDisplay": "default", "legendDisplay": "default", "nestedLegend": False}
    return columns, "lnsPie", {"shape": "donut", "layers": [{**layer, **look}]}


PICTURES: Final[dict[str, Callable[[Panel], Drawn]]] = {"count": _count, "over_time": _over_time, "top": _top, "share": _share}


def _bars(panel: Panel, layer: Json, *, legend: bool) -> Json:
    return {
        "preferredSeriesType": layer["seriesType"],
        "layers": [{"layerId": panel.layer, "layerType": "data", **layer}],
        "legend": {"isVisible": legend, "position": "right"},
        "valueLabels": "hide",
        "fittingFunction": "None",
        "axisTitlesVisibilitySettings": {"x": False, "yLeft": False, "yRight": False},
    }


def _articles() -> Json:
    return {
        "label": "Articles",
        "customLabel": True,
        "dataType": "number",
        "operationType": "count",
        "isBucketed": False,
        "scale": "ratio",
        "sourceField": "___records___",
        "params": {"emptyAsNull": False},
    }


def _terms(field: str, size: int, *, others: bool = False) -> Json:
    """The ``size`` most frequent values, with one bar for all others where that adds up to something meaningful."""
    return {
        "label": field,
        "dataType": "string",
        "operationType": "terms",
        "isBucketed": True,
        "scale": "ordinal",
        "sourceField": field,
        "params": {
            "size": size,
            "orderBy": {"type": "column", "columnId": COUNT},
            "orderDirection": "desc",
            "otherBucket": others,
            "missingBucket": False,
            "parentFormat": {"id": "terms"},
        },
    }


def _histogram(field: str) -> Json:
    return {
        "label": field,
        "dataType": "date",
        "operationType": "date_histogram",
        "isBucketed": True,
        "scale": "interval",
        "sourceField": field,
        "params": {"interval": "auto", "includeEmptyRows": True, "dropPartials": False},
    }

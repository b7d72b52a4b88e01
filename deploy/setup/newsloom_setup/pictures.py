"""a panel's picture as the YAML names it → its columns, and what Lens draws of them

number: VALUE                                        one number
over_time: {time: …, by: …, size: …, among: […]}     a stacked bar a period; with ``value`` and no ``by`` a line
top: FIELD                                           bars, the highest first; with ``by: VALUE`` ordered by that
share: FIELD                                         a donut
heat: {rows: FIELD, columns: FIELD}                  how often two go together
table: {rows: {LABEL: FIELD}, values: {LABEL: VALUE, …}}
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from newsloom_setup.columns import VALUE, Json, histogram, terms, value

WHEN: Final = "when"  # ids of columns, as VALUE is
GROUP: Final = "group"
ACROSS: Final = "across"
SIZE: Final = 10

Spec = Mapping[str, Any]
Drawn = tuple[dict[str, Json], str, Json]  # columns with the groupings first, Lens' name of the picture, the picture


def _number(spec: Spec, layer: str) -> Drawn:
    column = value(spec["number"], spec["title"])
    return {VALUE: column}, "lnsMetric", {"layerId": layer, "layerType": "data", "metricAccessor": VALUE}


def _over_time(spec: Spec, layer: str) -> Drawn:
    over = spec["over_time"]
    counted = value(over.get("value", "articles"))
    when = histogram(over["time"], over.get("every", "auto"))
    if "by" not in over:
        line = {"seriesType": "line", "xAccessor": WHEN, "accessors": [VALUE]}
        return {WHEN: when, VALUE: counted}, "lnsXY", _axes(layer, line, legend=False)
    group = terms(over["by"], over.get("size", SIZE), others="among" not in over, among=over.get("among", ()))
    stacked = {"seriesType": "bar_stacked", "xAccessor": WHEN, "splitAccessor": GROUP, "accessors": [VALUE]}
    return {GROUP: group, WHEN: when, VALUE: counted}, "lnsXY", _axes(layer, stacked, legend=True)


def _top(spec: Spec, layer: str) -> Drawn:
    columns = {GROUP: terms(spec["top"], spec.get("size", SIZE)), VALUE: value(spec.get("by", "articles"))}
    bars = {"seriesType": "bar_horizontal", "xAccessor": GROUP, "accessors": [VALUE]}
    return columns, "lnsXY", _axes(layer, bars, legend=False)


def _share(spec: Spec, layer: str) -> Drawn:
    columns = {GROUP: terms(spec["share"], spec.get("size", SIZE), others=True), VALUE: value("articles")}
    parts = {"layerId": layer, "layerType": "data", "primaryGroups": [GROUP], "metrics": [VALUE]}
    look = {"numberDisplay": "percent", "categoryDisplay": "default", "legendDisplay": "default", "nestedLegend": False}
    return columns, "lnsPie", {"shape": "donut", "layers": [{**parts, **look}]}


def _heat(spec: Spec, layer: str) -> Drawn:
    """Columns come first: each row is then asked for the same ones, where rows first would give each its own."""
    heat = spec["heat"]
    columns = {
        ACROSS: terms(heat["columns"], heat.get("across", SIZE)),
        GROUP: terms(heat["rows"], heat.get("size", SIZE), among=heat.get("among", ())),
        VALUE: value("articles"),
    }
    look = {"isCellLabelVisible": True, "isXAxisLabelVisible": True, "isYAxisLabelVisible": True}
    return columns, "lnsHeatmap", {
        "shape": "heatmap", "layerId": layer, "layerType": "data",
        "xAccessor": ACROSS, "yAccessor": GROUP, "valueAccessor": VALUE,
        "legend": {"type": "heatmap_legend", "isVisible": False, "position": "right"},
        "gridConfig": {"type": "heatmap_grid", **look, "isXAxisTitleVisible": False, "isYAxisTitleVisible": False},
    }  # fmt: skip


def _table(spec: Spec, layer: str) -> Drawn:
    """Rows are in the order of the first value."""
    table = spec["table"]
    ((label, field),) = table["rows"].items()
    ids = (VALUE, *(f"{VALUE}-{number}" for number in range(2, len(table["values"]) + 1)))
    values = {identity: value(of, says) for identity, (says, of) in zip(ids, table["values"].items(), strict=True)}
    group = terms(field, table.get("size", SIZE), among=table.get("among", ()), label=label)
    shown = [{"columnId": identity, "isTransposed": False} for identity in (GROUP, *values)]
    return {GROUP: group, **values}, "lnsDatatable", {"layerId": layer, "layerType": "data", "columns": shown}


PICTURES: Final[dict[str, Callable[[Spec, str], Drawn]]] = {
    "number": _number, "over_time": _over_time, "top": _top, "share": _share, "heat": _heat, "table": _table,
}  # fmt: skip


def _axes(layer: str, series: Json, *, legend: bool) -> Json:
    return {
        "preferredSeriesType": series["seriesType"],
        "layers": [{"layerId": layer, "layerType": "data", **series}],
        "legend": {"isVisible": legend, "position": "right"},
        "valueLabels": "hide",
        "fittingFunction": "None",
        "axisTitlesVisibilitySettings": {"x": False, "yLeft": False, "yRight": False},
    }

"""A dashboard and what Elasticsearch answers to it → a picture of the dashboard, for the documents."""

import hashlib
import json

from . import charts, objects, svg, tables
from .charts import Place
from .filled import Filled
from .objects import Json

CELL, ROW = 26, 21  # pixels of a column and a row of the grid
EDGE, TOP = 12, 104
DRAWN = {"lnsMetric": charts.number, "lnsPie": charts.donut, "lnsHeatmap": charts.heat, "lnsDatatable": tables.numbers}


def draw(attributes: Json, filled: list[Filled]) -> str:
    high = TOP + ROW * max(p.panel["gridData"]["y"] + p.panel["gridData"]["h"] for p in filled) + EDGE
    wide = CELL * 48 + 2 * EDGE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" role="img" font-family="Inter, sans-serif">\n'
        f"<title>{attributes['title']}</title><desc>{digest(attributes)}</desc>\n"
        f"{svg.box(0, 0, wide, high, fill='#f6f9fc', rx=8)}"
        f"{_head(attributes, wide)}\n{''.join(_panel(p, attributes) for p in filled)}</svg>\n"
    )


def digest(attributes: Json) -> str:
    """Return what changes with the dashboard, so that a picture of an older one is noticed."""
    return hashlib.sha256(json.dumps(attributes, sort_keys=True).encode()).hexdigest()[:16]


def _head(attributes: Json, wide: int) -> str:
    """Title, what it is about, the time that is looked at, and the controls."""
    about = svg.wrapped(attributes["description"], wide - 210, 2, 12)
    drawn = [svg.words(EDGE + 4, 26, attributes["title"], size=19, weight="600")]
    drawn += [svg.words(EDGE + 4, 44 + n * 15, text, fill=svg.PALE) for n, text in enumerate(about)]
    said = f"Last {objects.last(attributes).removeprefix('now-').replace('d', ' days')}"
    drawn += [svg.box(wide - 150, 12, 134, 26, fill="#fff", rx=4, stroke=svg.LINE), svg.words(wide - 140, 30, said)]
    controls = objects.controls(attributes)
    step = (wide - 2 * EDGE) / len(controls)
    for n, control in enumerate(controls):
        x = EDGE + n * step + 3
        drawn += [
            svg.box(x, 68, step - 6, 28, fill="#fff", rx=4, stroke=svg.LINE),
            svg.words(x + 10, 87, control["title"], weight="600"),
        ]
        drawn.append(svg.words(x + step - 18, 87, "Any  ▾", fill=svg.PALE, anchor="end"))
    return "".join(drawn)


def _panel(filled: Filled, attributes: Json) -> str:
    grid = filled.panel["gridData"]
    x, y = EDGE + grid["x"] * CELL + 3, TOP + grid["y"] * ROW + 3
    wide, high = grid["w"] * CELL - 6, grid["h"] * ROW - 6
    card = svg.box(x, y, wide, high, fill="#fff", rx=6, stroke=svg.LINE)
    title = svg.words(x + 10, y + 19, svg.cut(filled.panel["title"], wide - 20, 13), size=13, weight="600")
    if filled.panel["type"] == "links":
        return card + _links(filled.panel, attributes["title"], Place(x, y, wide, high)) + "\n"
    return card + title + _inside(filled, Place(x + 10, y + 30, wide - 20, high - 38)) + "\n"


def _inside(filled: Filled, at: Place) -> str:
    if filled.session is not None:
        return tables.articles(filled.session, filled.hits or [], at)
    shown = filled.panel["embeddableConfig"]["attributes"]
    (layer,) = shown["state"]["datasourceStates"]["formBased"]["layers"].values()
    look = DRAWN.get(shown["visualizationType"]) or _series(shown["state"]["visualization"])
    return look(filled.table, layer["columns"], at)


def _series(visualization: Json):
    return {"bar_stacked": charts.stacked, "bar_horizontal": charts.bars, "line": charts.trend}[
        visualization["preferredSeriesType"]
    ]


def _links(panel: Json, here: str, at: Place) -> str:
    drawn, x = [], at.x + 16
    for link in panel["embeddableConfig"]["attributes"]["links"]:
        open_ = link["label"] == here
        drawn.append(
            svg.words(
                x,
                at.y + at.high / 2 + 5,
                link["label"],
                size=13,
                weight="600" if open_ else "400",
                fill=svg.INK if open_ else "#0b64dd",
            )
        )
        x += svg.width(link["label"], 13) + 40
    return "".join(drawn)

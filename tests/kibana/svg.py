"""Pieces of SVG: text that is as wide as its place, rectangles, numbers as the data view writes them."""

import json
import unicodedata
from datetime import UTC, datetime
from html import escape
from typing import Any

from . import objects

INK, PALE, LINE = "#1d2a3e", "#5a6d8c", "#e3e8f2"
COLOURS = ("#16c5c0", "#61a2ff", "#ee72a6", "#eaae01", "#f6726a", "#8144cc", "#a6edea", "#bfdbff", "#ffc7db", "#fcd883")
OTHER = "#cad3e2"
THOUSANDS = ((1e12, "t"), (1e9, "b"), (1e6, "m"), (1e3, "k"))
SPANS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def width(text: str, size: float = 12) -> float:
    """Return about how wide a text is: Chinese takes a square, Latin about half of one."""
    return sum(size if unicodedata.east_asian_width(c) in "WF" else size * 0.52 for c in text)


def cut(text: str, room: float, size: float = 12) -> str:
    """Return the text, or its beginning and an ellipsis where it has no room."""
    if width(text, size) <= room:
        return text
    kept = text
    while kept and width(f"{kept}…", size) > room:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def wrapped(text: str, room: float, lines: int, size: float = 12) -> list[str]:
    """Return the text on at most so many lines; Latin breaks at spaces, Chinese anywhere."""
    made: list[str] = []
    while text and len(made) < lines - 1 and width(text, size) > room:
        end = _fits(text, room, size)
        made.append(text[:end].rstrip())
        text = text[end:].lstrip()
    return [*made, cut(text, room, size)]


def _fits(text: str, room: float, size: float) -> int:
    end = len(text)
    while width(text[:end], size) > room:
        end -= 1
    space = text.rfind(" ", 0, end + 1)
    return space if space > end * 0.3 else end


def words(x: float, y: float, text: str, size: float = 12, **look: str) -> str:
    """Return a text; ``look`` may have fill, anchor (start, middle, end) and weight."""
    names = {"fill": "fill", "anchor": "text-anchor", "weight": "font-weight"}
    said = "".join(f' {names[name]}="{value}"' for name, value in {"fill": INK, **look}.items())
    return f'<text x="{x:.0f}" y="{y:.0f}" font-size="{size:g}"{said}>{escape(text, quote=False)}</text>'


def box(x: float, y: float, wide: float, high: float, **look: str | float) -> str:
    """Return a rectangle; ``look`` may have fill, stroke and rx."""
    said = "".join(f' {name}="{value}"' for name, value in look.items())
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(wide, 0):.1f}" height="{max(high, 0):.1f}"{said}/>'


def line(x: float, y: float, to_x: float, to_y: float) -> str:
    return f'<path d="M{x:.0f} {y:.0f}L{to_x:.0f} {to_y:.0f}" stroke="{LINE}"/>'


def written(value: Any, column: objects.Json) -> str:
    """Return a number, a date or a term as Kibana writes it."""
    if value is None:
        return "–"
    if column["dataType"] == "date":
        return f"{datetime.fromtimestamp(value / 1000, UTC):%Y-%m-%d %H:%M}"
    counted = column["operationType"] in {"count", "unique_count"}
    how = {} if counted else formats().get(column["sourceField"], {})
    if how.get("id") == "static_lookup":
        return next((e["value"] for e in how["params"]["lookupEntries"] if e["key"] == value), str(value))
    return value if isinstance(value, str) else _figure(value, how)


def _figure(value: float, how: objects.Json) -> str:
    pattern = how.get("params", {}).get("pattern", "")
    if how.get("id") == "percent":
        return f"{value:.0%}"
    if how.get("id") == "duration":
        return scaled(value, SPANS, " ")
    return ("$" if pattern.startswith("$") else "") + (scaled(value, THOUSANDS) if pattern.endswith("a") else f"{value:,.0f}")


def scaled(value: float, scale: tuple[tuple[float, str], ...], space: str = "") -> str:
    """Return a number in the largest unit that it fills."""
    by, unit = next(((by, unit) for by, unit in scale if value >= by), (1, ""))
    return f"{value / by:.1f}".removesuffix(".0") + (space + unit if unit else "")


def formats() -> objects.Json:
    (view,) = objects.of("index-pattern").values()
    return json.loads(view["fieldFormatMap"])


def labels() -> dict[str, str]:
    (view,) = objects.of("index-pattern").values()
    return {field: said["customLabel"] for field, said in json.loads(view["fieldAttrs"]).items()}

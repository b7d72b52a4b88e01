"""A table of numbers, or the articles of a session → lines of cells."""

from typing import Any

from . import svg
from .asking import Table
from .charts import Place
from .objects import Json

HEAD, ROW, TEXT = 22, 22, 15  # heights of a head, of a row of numbers, of a line of text
TIME = 112.0  # width of the first column
EACH = {"telling", "said"}  # each value on lines of its own


def numbers(table: Table, columns: Json, at: Place) -> str:
    """The grouping at the left, numbers at the right; what has no room is left to scrolling."""
    narrow = at.wide / (len(table.columns) + 0.6)
    side = at.wide - narrow * (len(table.columns) - 1)
    ends = [at.x + side + narrow * (n + 1) - 8 for n in range(len(table.columns) - 1)]
    heads = [columns[c]["label"] for c in table.columns]
    drawn = [
        svg.words(at.x + 4, at.y + 14, heads[0], weight="600", size=11),
        svg.line(at.x, at.y + HEAD, at.x + at.wide, at.y + HEAD),
    ]
    drawn += [
        svg.words(x, at.y + 14, svg.cut(h, narrow - 4, 11), weight="600", size=11, anchor="end")
        for x, h in zip(ends, heads[1:], strict=True)
    ]
    for n, row in enumerate(table.rows[: int((at.high - HEAD) / ROW)]):
        y = at.y + HEAD + n * ROW + 15
        cells = [svg.written(value, columns[c]) for value, c in zip(row, table.columns, strict=True)]
        drawn += [
            svg.words(at.x + 4, y, svg.cut(cells[0], side - 10, 11), size=11),
            svg.line(at.x, y + 7, at.x + at.wide, y + 7),
        ]
        drawn += [svg.words(x, y, cell, size=11, anchor="end") for x, cell in zip(ends, cells[1:], strict=True)]
    return "".join(drawn)


def articles(session: Json, hits: list[Json], at: Place) -> str:
    """Columns of a set width, the others share the rest; rows as high as their text."""
    places = _places(session, at)
    said = svg.labels()
    drawn = [svg.words(x + 4, at.y + 14, svg.cut(said[c], wide - 8, 11), weight="600", size=11) for c, x, wide in places]
    drawn.append(svg.line(at.x, at.y + HEAD, at.x + at.wide, at.y + HEAD))
    y = at.y + HEAD
    for hit in hits:
        cells = [(x, _cell(c, hit["fields"].get(c, []), wide - 10)) for c, x, wide in places]
        high = 8 + TEXT * max(len(lines) for _, lines in cells)
        if y + high > at.y + at.high:
            break
        drawn += [svg.words(x + 4, y + 14 + n * TEXT, text, size=11) for x, lines in cells for n, text in enumerate(lines)]
        y += high
        drawn.append(svg.line(at.x, y, at.x + at.wide, y))
    return "".join(drawn)


def _places(session: Json, at: Place) -> list[tuple[str, float, float]]:
    """Return each column with where it starts and how wide it is, the time first, as Discover has it."""
    given = {c: float(session["grid"]["columns"].get(c, {}).get("width", 0)) for c in session["columns"]}
    scale = min(1.0, (at.wide - TIME) * 0.8 / sum(given.values()))
    free = [c for c, wide in given.items() if not wide]
    left = (at.wide - TIME - sum(wide * scale for wide in given.values())) / max(len(free), 1)
    places, x = [("@timestamp", at.x, TIME)], at.x + TIME
    for column, wide in given.items():
        places.append((column, x, wide * scale or left))
        x += wide * scale or left
    return places


def _cell(column: str, values: list[Any], room: float) -> list[str]:
    if column == "@timestamp":
        return [svg.cut(str(values[0])[:16].replace("T", " "), room, 11)] if values else []
    if column in EACH:
        return [text for value in values[:2] for text in svg.wrapped(str(value), room, 2, 11)]
    said = [svg.written(value, {"operationType": "terms", "dataType": "", "sourceField": column}) for value in values]
    return svg.wrapped(", ".join(said), room, 2, 11) if said else []

"""A table of numbers → bars, lines, a donut, a heat map: as Lens draws them, in a place of so many pixels."""

import math
from datetime import UTC, datetime
from typing import NamedTuple

from . import svg
from .asking import OTHER, Table
from .objects import Json

ROOM = 150  # for a legend


class Place(NamedTuple):
    x: float
    y: float
    wide: float
    high: float


def number(table: Table, columns: Json, at: Place) -> str:
    """The number stands where Lens has it, at the lower right of its panel."""
    ((value,),) = table.rows
    said = svg.written(value, columns["value"])
    return svg.words(at.x + at.wide - 6, at.y + at.high - 8, said, size=min(34, at.high * 0.5), anchor="end", weight="600")


def stacked(table: Table, columns: Json, at: Place) -> str:
    groups = list(dict.fromkeys(group for group, *_ in table.rows))
    times = sorted({when for _, when, _ in table.rows})
    counts = {(group, when): count for group, when, count in table.rows}
    highest = max(sum(counts.get((g, t), 0) for g in groups) for t in times)
    plot = Place(at.x + 26, at.y + 6, at.wide - 26 - ROOM, at.high - 26)
    step, drawn = plot.wide / len(times), [_scale(highest, plot), _times(times, plot)]
    for n, when in enumerate(times):
        base = plot.y + plot.high
        for colour, group in zip(_colours(groups), groups, strict=True):
            tall = plot.high * counts.get((group, when), 0) / highest
            base -= tall
            drawn.append(svg.box(plot.x + n * step + step * 0.1, base, step * 0.8, tall, fill=colour) if tall else "")
    return "".join(drawn) + _legend({g: svg.written(g, columns["group"]) for g in groups}, at)


def trend(table: Table, columns: Json, at: Place) -> str:
    points = [(when, value) for when, value in table.rows if value is not None]
    plot = Place(at.x + 60, at.y + 6, at.wide - 70, at.high - 26)
    highest = max(value for _, value in points)
    first, last = points[0][0], points[-1][0]
    path = "L".join(
        f"{plot.x + plot.wide * (when - first) / (last - first):.1f} {plot.y + plot.high * (1 - value / highest):.1f}"
        for when, value in points
    )
    said = "".join(
        svg.words(plot.x - 6, plot.y + plot.high * (1 - share) + 4, svg.written(highest * share, columns["value"]),
                  size=10, fill=svg.PALE, anchor="end")
        for share in (0, 0.5, 1)
    )  # fmt: skip
    curve = f'<path d="M{path}" fill="none" stroke="{svg.COLOURS[0]}" stroke-width="2"/>'
    return said + _times([when for when, _ in points], plot) + curve


def bars(table: Table, columns: Json, at: Place) -> str:
    rows = [row for row in table.rows if row[1]]
    step = min(at.high / len(rows), 26)
    side = min(at.wide * 0.42, max(svg.width(svg.written(key, columns["group"]), 11) for key, _ in rows) + 10)
    longest = max(value for _, value in rows)
    room = at.wide - side - 44
    drawn = []
    for n, (key, value) in enumerate(rows):
        y = at.y + n * step
        name = svg.cut(svg.written(key, columns["group"]), side - 8, 11)
        drawn += [
            svg.words(at.x + side - 6, y + step / 2 + 4, name, size=11, anchor="end"),
            svg.box(at.x + side, y + step * 0.15, room * value / longest, step * 0.7, fill=svg.COLOURS[0]),
            svg.words(at.x + side + room * value / longest + 5, y + step / 2 + 4, svg.written(value, columns["value"]),
                      size=11, fill=svg.PALE),
        ]  # fmt: skip
    return "".join(drawn)


def donut(table: Table, columns: Json, at: Place) -> str:
    total = sum(count for _, count in table.rows)
    radius = min(at.high, at.wide - ROOM) / 2 - 4
    x, y, angle, drawn = at.x + radius + 10, at.y + at.high / 2, -math.pi / 2, []
    for colour, (_, count) in zip(_colours([key for key, _ in table.rows]), table.rows, strict=True):
        turn = min(2 * math.pi * count / total, 2 * math.pi - 1e-4)  # a full circle would start where it ends
        drawn.append(_slice((x, y, radius), angle, angle + turn, colour))
        angle += turn
    names = {key: f"{svg.written(key, columns['group'])}  {count / total:.0%}" for key, count in table.rows}
    return "".join(drawn) + _legend(names, at._replace(x=x + radius - at.wide + ROOM + 16))


def heat(table: Table, columns: Json, at: Place) -> str:
    """The darker a cell, the more articles; a row that any column has is there for all of them."""
    across = list(dict.fromkeys(key for key, _, _ in table.rows))
    totals: dict[str, int] = {}
    for _, key, count in table.rows:
        totals[key] = totals.get(key, 0) + count
    down = sorted(totals, key=lambda key: -totals[key])
    counts = {(a, d): count for a, d, count in table.rows}
    plot = Place(at.x + 130, at.y, at.wide - 130, at.high - 24)
    wide, high, highest = plot.wide / len(across), plot.high / len(down), max(counts.values())
    drawn = [
        _cell(Place(plot.x + i * wide, plot.y + j * high, wide, high), counts.get((a, d), 0), highest)
        for i, a in enumerate(across) for j, d in enumerate(down)
    ]  # fmt: skip
    drawn += [svg.words(plot.x - 6, plot.y + (j + 0.5) * high + 4, d, size=11, anchor="end") for j, d in enumerate(down)]
    foot = at.y + at.high - 8
    drawn += [
        svg.words(plot.x + (i + 0.5) * wide, foot, svg.cut(a, wide - 2, 10), size=10, anchor="middle")
        for i, a in enumerate(across)
    ]
    return "".join(drawn)


def _cell(at: Place, count: int, highest: int) -> str:
    share = count / highest
    pale, dark = ((222, 239, 255), (11, 100, 221)) if count else ((246, 249, 252),) * 2
    fill = "#{:02x}{:02x}{:02x}".format(*(round(a + (b - a) * share) for a, b in zip(pale, dark, strict=True)))
    cell = svg.box(at.x + 1, at.y + 1, at.wide - 2, at.high - 2, fill=fill)
    ink = "#fff" if share > 0.5 else svg.INK
    return cell + (
        svg.words(at.x + at.wide / 2, at.y + at.high / 2 + 4, str(count), 11, anchor="middle", fill=ink) if count else ""
    )


def _slice(disc: tuple[float, float, float], start: float, end: float, colour: str) -> str:
    """A part of a ring around x, y with a radius; angles in radians."""
    x, y, radius = disc
    hole, large = radius * 0.5, int(end - start > math.pi)
    outer = [f"{x + radius * math.cos(a):.1f} {y + radius * math.sin(a):.1f}" for a in (start, end)]
    inner = [f"{x + hole * math.cos(a):.1f} {y + hole * math.sin(a):.1f}" for a in (end, start)]
    arc = f"A{radius:.1f} {radius:.1f} 0 {large} 1 {outer[1]}L{inner[0]}A{hole:.1f} {hole:.1f} 0 {large} 0 {inner[1]}Z"
    return f'<path d="M{outer[0]}{arc}" fill="{colour}" stroke="#fff"/>'


def _legend(names: dict[str, str], at: Place) -> str:
    x, drawn = at.x + at.wide - ROOM + 12, []
    for n, (colour, name) in enumerate(zip(_colours(list(names)), names.values(), strict=True)):
        y = at.y + 12 + n * 18
        drawn += [
            f'<circle cx="{x:.0f}" cy="{y:.0f}" r="5" fill="{colour}"/>',
            svg.words(x + 11, y + 4, svg.cut(name, ROOM - 26, 11), size=11),
        ]
    return "".join(drawn)


def _scale(highest: float, plot: Place) -> str:
    marks = {round(highest * share) for share in (0, 0.5, 1)}
    return "".join(
        svg.line(plot.x, y := plot.y + plot.high * (1 - mark / highest), plot.x + plot.wide, y)
        + svg.words(plot.x - 6, y + 4, str(mark), size=10, fill=svg.PALE, anchor="end")
        for mark in sorted(marks)
    )


def _times(times: list[int], plot: Place) -> str:
    step = plot.wide / len(times)
    every = max(1, math.ceil(len(times) / (plot.wide / 70)))
    return "".join(
        svg.words(plot.x + (n + 0.5) * step, plot.y + plot.high + 15, f"{datetime.fromtimestamp(t / 1000, UTC):%b %-d}",
                  size=10, fill=svg.PALE, anchor="middle")
        for n, t in enumerate(times) if n % every == 0
    )  # fmt: skip


def _colours(names: list[str]) -> list[str]:
    """A colour for each name; those for whom none is left, and all others together, are grey."""
    spare = [*svg.COLOURS[: len(names)], *[svg.OTHER] * (len(names) - len(svg.COLOURS))]
    return [svg.OTHER if name == OTHER else colour for name, colour in zip(names, spare, strict=True)]

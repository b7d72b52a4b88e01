"""Pieces of text for the terminal: harmless, coloured by theme, with their evidence marked."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Final

from newsloom_tagger.taxonomy import installed
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

# Titles come from strangers: what a terminal would obey (control and bidirectional characters) is not passed on.
OBEYED: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
COLOURS: Final = {
    "supply": "red",
    "models": "blue",
    "business": "green",
    "capital": "yellow",
    "governance": "magenta",
    "autonomy": "cyan",
}
GAP: Final = "   "
AROUND: Final = 24  # code points of the text on either side of a span
FOUND: Final = "bold underline"


def plain(text: object, style: str = "") -> Text:
    """Return the text as it may be shown."""
    return Text(OBEYED.sub("\ufffd", str(text)), style=style)


@cache
def _groups() -> dict[str, str]:
    return {t.id: t.group for t in installed().themes}


def colour(theme: str) -> str:
    """Return the colour of a theme's group; white for a theme that this version does not know."""
    return COLOURS.get(_groups().get(theme, ""), "white")


def theme(name: str, score: float | None = None) -> Text:
    """Return a theme as a label: a dot of its group's colour, the id, the score."""
    label = Text.assemble(("● ", colour(name)), plain(name, colour(name)))
    return label if score is None else label.append(f" {score:.2f}", "dim")


class Themes:
    """Labels side by side, as many to a line as there is room for; a label is never cut in two."""

    def __init__(self, scored: Iterable[tuple[str, float | None]]) -> None:
        self._labels = [theme(name, score) for name, score in scored] or [Text("no theme", "dim")]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Lay the labels out."""
        line = Text()
        for label in self._labels:
            if line and line.cell_len + len(GAP) + label.cell_len > options.max_width:
                yield line
                line = Text()
            line = line + Text(GAP if line else "") + label
        yield line


def snippet(text: str, start: int, end: int, style: str = FOUND) -> Text:
    """Return the span with what stands around it, on one line."""
    left, right = max(0, start - AROUND), min(len(text), end + AROUND)
    parts = (text[left:start], text[start:end], text[end:right])
    before, span, after = (re.sub(r"\s+", " ", p) for p in parts)
    snip = Text.assemble("…" if left else "", plain(before), plain(span, style), plain(after), "…" if right < len(text) else "")
    snip.no_wrap, snip.overflow = True, "ellipsis"
    return snip


def sentence(text: str, start: int, end: int, around: Mapping[str, int] | None, style: str = FOUND) -> Text:
    """Return the span with the sentence around it, whole; ``around`` has its ``start`` and ``end``, unless it is the span."""
    left, right = (around["start"], around["end"]) if around else (start, end)
    parts = (re.sub(r"\s+", " ", text[a:b]) for a, b in ((left, start), (start, end), (end, right)))
    return Text.assemble(*(plain(part, used) for part, used in zip(parts, ("", style, ""), strict=True)), overflow="fold")


def marked(text: str, opening: str, closing: str, style: str = FOUND) -> Text:
    """Return a highlighted fragment: what stands between the marks is styled, the marks are gone."""
    pieces = re.split(f"{opening}(.*?){closing}", " ".join(text.split()))
    return Text.assemble(*(plain(p, style if n % 2 else "") for n, p in enumerate(pieces)))


def moment(at: datetime | str | None) -> str:
    """Return a time as the reader's clock shows it, to the minute."""
    found = datetime.fromisoformat(at) if isinstance(at, str) else at
    return found.astimezone().strftime("%Y-%m-%d %H:%M") if found else ""


def joined(parts: Sequence[object]) -> Text:
    """Return the parts that are not empty, with dots between them, faint."""
    return Text(" · ", "dim").join(plain(p, "dim") for p in parts if p)

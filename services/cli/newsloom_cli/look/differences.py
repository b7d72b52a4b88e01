"""What reconcile found, on the terminal."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from newsloom_cli.look import words
from newsloom_cli.look.tables import table


def table_of(found: Sequence[Mapping[str, Any]], total: Mapping[str, Any]) -> RenderableType:
    """Return the differences kind by kind, and how much was compared."""
    kinds = [
        block
        for name, same in groupby(found, key=lambda d: d["difference"])
        for block in _kind(list(same), total["differences"][name])
    ]
    sizes = ", ".join(f"{n:,} {name.replace('_', ' ')}" for name, n in total["compared"].items())
    verdict = Text("✗ topics and index differ", "red") if total["differences"] else Text("✓ topics and index agree", "green")
    return Group(*kinds, Text(sizes, "dim"), verdict)


def _kind(same: Sequence[Mapping[str, Any]], count: int) -> list[RenderableType]:
    made = table("article", "record", "found", "expected")
    for one in same:
        made.add_row(*(words.plain(one[k] or "") for k in ("id", "place", "found", "expected")))
    head = Text.assemble((f"{count:,}", "bold red"), (f" {same[0]['about']}", "red"))
    more = [Text(f"and {count - len(same):,} more", "dim")] if count > len(same) else []
    return [head, made, *more, Text(f"To mend it: {same[0]['repair']}", "dim"), Text()]

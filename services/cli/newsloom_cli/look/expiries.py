"""What is too old for the index, on the terminal."""

from collections.abc import Mapping
from typing import Any, Final

from rich.console import Group, RenderableType
from rich.text import Text

from newsloom_cli.look.tables import table

SHOWN: Final = 12  # months and themes
Line = Mapping[str, Any]


def planned(line: Line) -> RenderableType:
    """Return what would go: by month, the oldest first; and by theme, the largest first."""
    if not line["documents"]:
        return Text(f"nothing in the index is from before {_day(line)}", "green")
    head = Text(f"{line['documents']:,} articles from before {_day(line)}", "bold")
    return Group(head, _counts("month", line["months"]), *([_counts("theme", line["themes"])] if line["themes"] else []))


def done(line: Line) -> RenderableType:
    """Return what went."""
    said = f"{line['documents']:,} articles from before {_day(line)} are out of the index ({line['seconds']:.1f} s)"
    return Group(Text(said, "green"), Text("topics and archive have them still: `newsloom trace ID` says where one is", "dim"))


def _day(line: Line) -> str:
    return str(line["until"])[:10]


def _counts(name: str, counts: Mapping[str, int]) -> RenderableType:
    made = table(name, "articles")
    for key, number in list(counts.items())[:SHOWN]:
        made.add_row(key, f"{number:,}")
    if len(counts) > SHOWN:
        made.add_row(Text(f"and {len(counts) - SHOWN:,} more", "dim"), "")
    return made

"""What searches cost → tables, docs/performance-searching.md and its picture."""

import io
from collections.abc import Sequence
from pathlib import Path
from statistics import quantiles
from typing import Final

from msgspec import Struct
from rich.console import Console
from rich.text import Text

from bench.page import FONTS, bars, filled, markdown
from bench.searching_ways import Asked
from bench.starting import Command

DOCS: Final = Path(__file__).parents[1] / "docs"
PAGE: Final = DOCS / "performance-searching.md"
PICTURE: Final = DOCS / "pictures" / "performance-searching.svg"
TEMPLATE: Final = Path(__file__).with_name("performance-searching.md")
COLUMNS: Final = 90
SLOWEST: Final = 5
SHARES: Final = (50, 95, 99)  # per cent of the searches that are below
ALSO: Final = ("of the processor", "with the client's part", "the first time")


class Result(Struct, frozen=True, kw_only=True):
    """All that was measured; of each way every answer in order, round after round."""

    machine: str
    count: int
    megabytes: float
    segments: int
    queries: int
    rounds: int
    asked: dict[str, list[Asked]]
    command: Command


def tables(result: Result) -> str:
    """Return the whole result as Markdown tables, which a terminal shows well enough."""
    head = ("milliseconds", *(f"{share} in 100 are below" for share in SHARES), *(f"95 in 100, {what}" for what in ALSO))
    rows = [(name, *_shown(asked[: result.queries], asked[result.queries :])) for name, asked in result.asked.items()]
    command = [(f"{ms:.0f}", what) for what, ms in _command(result.command).items()]
    slowest = [(f"{ms:.0f}", f"`{text}`") for text, ms in _slowest(result)]
    return "\n\n".join(
        [
            markdown(head, rows),
            markdown(("milliseconds of the processor", "the costliest searches, as newsloom asks"), slowest),
            markdown(("milliseconds", "as a command"), command),
        ]
    )


def percentile(values: Sequence[float], share: int) -> float:
    """Return the value that so many in a hundred are at or below."""
    return quantiles(values, n=100, method="inclusive")[share - 1]


def _shown(first: Sequence[Asked], warm: Sequence[Asked]) -> list[str]:
    took = [percentile([a.took for a in warm], share) for share in SHARES]
    also = [[a.cpu for a in warm], [a.whole for a in warm], [a.took for a in first]]
    return [f"{ms:.0f}" for ms in [*took, *(percentile(values, 95) for values in also)]]


def _command(command: Command) -> dict[str, float]:
    return {
        "Python's own start": command.python,
        "`newsloom search --help`": command.help,
        "`newsloom search 英伟达 H100 --json`, from its start to its end": command.search,
    }


def _slowest(result: Result) -> list[tuple[str, float]]:
    """Return the searches that cost most, each by its cheapest answer: what disturbed one of them is not its own."""
    warm = next(iter(result.asked.values()))[result.queries :]
    least = {text: min(a.cpu for a in warm if a.text == text) for text in {a.text for a in warm}}
    return sorted(least.items(), key=lambda one: -one[1])[:SLOWEST]


def write(result: Result) -> None:
    """Write the page and its picture."""
    values = {
        "TABLES": tables(result),
        "MACHINE": result.machine,
        "COUNT": f"{result.count:,}",
        "MEGABYTES": f"{result.megabytes:.0f}",
        "SEGMENTS": str(result.segments),
        "QUERIES": str(result.queries),
        "ROUNDS": str(result.rounds),
    }
    PAGE.write_text(filled(TEMPLATE, values), "utf-8")
    PICTURE.write_text(picture(result), "utf-8")


def picture(result: Result) -> str:
    """Return bars: milliseconds below which 95 in 100 searches are, and what a command takes."""
    console = Console(width=COLUMNS, record=True, file=io.StringIO(), force_terminal=True)
    console.print(Text(f"Milliseconds, 95 in 100 searches of {result.count:,} articles are below", style="bold"))
    warm = {name: percentile([a.took for a in asked[result.queries :]], 95) for name, asked in result.asked.items()}
    console.print(bars(warm, "#9fd0ff", "{:.0f}"))
    console.print(Text("\nMilliseconds of `newsloom search` as a command", style="bold"))
    command = result.command
    console.print(bars({"Python": command.python, "--help": command.help, "a search": command.search}, "#b8e994", "{:.0f}"))
    return FONTS.sub("", console.export_svg(title="make bench", unique_id="performance-searching"))

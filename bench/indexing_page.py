"""What indexing cost → tables, docs/performance-indexing.md and its picture."""

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Final

from msgspec import Struct
from rich.console import Console
from rich.text import Text

from bench.indexing_ways import Turn
from bench.measuring import spread
from bench.page import FONTS, bars, filled, markdown, shown

DOCS: Final = Path(__file__).parents[1] / "docs"
PAGE: Final = DOCS / "performance-indexing.md"
PICTURE: Final = DOCS / "pictures" / "performance-indexing.svg"
TEMPLATE: Final = Path(__file__).with_name("performance-indexing.md")
COLUMNS: Final = 90


class Round(Struct, frozen=True, kw_only=True):
    """A turn of each: our indexer, the Go program, requests ready in memory; our indexer where it finds stories too."""

    ours: Turn
    go: Turn
    bare: Turn
    stories: Turn


class Result(Struct, frozen=True, kw_only=True):
    """All that was measured: ``bytes`` of a record, and how many bare requests at once Elasticsearch takes most of."""

    machine: str
    count: int
    bytes: int
    at_once: int
    rounds: list[Round]


def tables(result: Result) -> str:
    """Return the whole result as Markdown tables, which a terminal shows well enough."""
    rounds = result.rounds
    compared = [
        ("times the Go program", _ratio(rounds, lambda r: r.ours.a_second / r.go.a_second)),
        (
            "the same by what the processor needs for a document, of all processes",
            _ratio(rounds, lambda r: r.go.cpu_ms / r.ours.cpu_ms),
        ),
        ("times what Elasticsearch takes at most", _ratio(rounds, lambda r: r.ours.a_second / r.bare.a_second)),
        ("the Go program, times what Elasticsearch takes at most", _ratio(rounds, lambda r: r.go.a_second / r.bare.a_second)),
    ]
    costs = [
        ("documents a second", *_each(rounds, lambda t: t.a_second, 0)),
        ("its own milliseconds a document", *_each(rounds, lambda t: t.client_ms, 3)),
        ("Elasticsearch's", *_each(rounds, lambda t: t.elasticsearch_ms, 3)),
        ("Kafka's", *_each(rounds, lambda t: t.kafka_ms, 3)),
    ]
    head = ("", "newsloom", "Go", f"bare requests, {result.at_once} at once", "newsloom, stories too")
    return "\n\n".join([markdown(("the indexer's documents a second are", ""), compared), markdown(head, costs)])


def _ratio(rounds: Sequence[Round], value: Callable[[Round], float]) -> str:
    return shown(spread([value(r) for r in rounds]), 2)


def _each(rounds: Sequence[Round], value: Callable[[Turn], float], digits: int) -> list[str]:
    ways = ([value(getattr(r, name)) for r in rounds] for name in Round.__struct_fields__)
    return [shown(spread(values), digits) for values in ways]


def write(result: Result) -> None:
    """Write the page and its picture."""
    values = {
        "TABLES": tables(result),
        "MACHINE": result.machine,
        "COUNT": f"{result.count:,}",
        "BYTES": f"{result.bytes / 1000:.1f}",
        "ROUNDS": str(len(result.rounds)),
    }
    PAGE.write_text(filled(TEMPLATE, values), "utf-8")
    PICTURE.write_text(picture(result), "utf-8")


def picture(result: Result) -> str:
    """Return bars: documents a second, and where a document's time goes."""
    console = Console(width=COLUMNS, record=True, file=io.StringIO(), force_terminal=True)
    ways: dict[str, list[Turn]] = {
        "newsloom": [r.ours for r in result.rounds],
        "Go": [r.go for r in result.rounds],
        "bare requests": [r.bare for r in result.rounds],
        "stories too": [r.stories for r in result.rounds],
    }
    console.print(Text("Documents a second", style="bold"))
    console.print(bars({name: median(t.a_second for t in turns) for name, turns in ways.items()}, "#9fd0ff", "{:,.0f}"))
    console.print(Text("\nMilliseconds of the processor a document", style="bold"))
    costs = {name: median(t.client_ms for t in turns) for name, turns in ways.items()}
    store = {"Elasticsearch": median(r.ours.elasticsearch_ms for r in result.rounds)}
    console.print(bars({**costs, **store}, "#b8e994", "{:.2f}"))
    return FONTS.sub("", console.export_svg(title="make bench", unique_id="performance-indexing"))

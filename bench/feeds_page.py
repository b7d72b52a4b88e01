"""What polling cost → tables, docs/performance-feeds.md and its picture."""

import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct
from rich.console import Console
from rich.text import Text

from bench.feeds_memory import Flat
from bench.feeds_ours import Round
from bench.feeds_peer import Cost
from bench.page import FONTS, bars
from bench.parsing import Timing

DOCS: Final = Path(__file__).parents[1] / "docs"
PAGE: Final = DOCS / "performance-feeds.md"
PICTURE: Final = DOCS / "pictures" / "performance-feeds.svg"
TEMPLATE: Final = Path(__file__).with_name("performance-feeds.md")
COLUMNS: Final = 90
USUAL: Final = 1  # the round that stands for everyday work


class Turn(Struct, frozen=True, kw_only=True):
    """One round of the ingestor, and what the broker, which has another core, needed for it."""

    name: str
    ours: Round
    kafka_cpu_s: float


class Account(Struct, frozen=True, kw_only=True):
    """Articles that the sites listed and that are on news.raw; lost, twice there, or never listed by anyone."""

    listed: int
    told: int
    lost: int
    doubled: int
    invented: int


class Result(Struct, frozen=True, kw_only=True):
    """All that was measured, and on what."""

    machine: str
    feeds: int
    fetchers: int
    turns: list[Turn]
    peer: list[Cost]
    account: Account
    parsing: list[Timing]
    memory: Flat | None


def tables(result: Result) -> str:
    """Return the whole result as Markdown tables, which a terminal shows well enough."""
    account, memory = result.account, result.memory
    kept = f"{account.listed:,} articles listed, {account.told:,} told, {account.lost} lost, {account.doubled} doubled"
    return "\n\n".join(
        [
            _table(("", *(turn.name for turn in result.turns)), _rounds(result)),
            f"Over all rounds: {kept}.",
            _table(("part", "share of the time, an hour later"), _shares(result.turns[USUAL].ours)),
            _table(("milliseconds a document (times newsloom's)", *result.parsing[0].ms), map(_reading, result.parsing)),
            *([_table(("simulated hours", *_hours(memory)), [("MB", *_megabytes(memory))])] if memory else []),
        ]
    )


def _rounds(result: Result) -> Iterable[Sequence[str]]:
    ours = [turn.ours for turn in result.turns]
    peers = [*result.peer, *[None] * (len(ours) - len(result.peer))]
    return [
        ("feeds a minute of one core", *(f"{r.a_minute:,.0f}" for r in ours)),
        ("the plain loop", *(f"{60 * result.feeds / p.cpu_s:,.0f}" if p else "" for p in peers)),
        ("times the plain loop", *(f"{p.cpu_s / r.cpu_s:.2f}" if p else "" for r, p in zip(ours, peers, strict=True))),
        ("seconds of the core", *(f"{r.cpu_s:.1f}" for r in ours)),
        ("seconds until all were polled", *(f"{r.wall_s:.0f}" for r in ours)),
        ("until all that could be had were told", *(f"{r.answered_s:.0f}" for r in ours)),
        ("the plain loop, until all were polled", *(f"{p.wall_s:.0f}" if p else "" for p in peers)),
        ("new articles, published and acknowledged", *(f"{r.articles:,}" for r in ours)),
        ("feeds that failed", *(str(r.outcomes.get("failed", 0)) for r in ours)),
        ("seconds of the core to start", *(f"{r.start_cpu_s:.1f}" for r in ours)),
        ("MB of the service at most", *(f"{r.peak_mb:.0f}" for r in ours)),
        ("seconds that Kafka needed on its core", *(f"{turn.kafka_cpu_s:.1f}" for turn in result.turns)),
    ]


def _shares(found: Round) -> Iterable[Sequence[str]]:
    return [(name, f"{spent / found.cpu_s:.0%}") for name, spent in found.parts.items()]


def _reading(timing: Timing) -> Sequence[str]:
    ours = timing.ms["newsloom"] or 1.0
    return (
        f"{timing.document}, {timing.size / 1000:.0f} kB",
        *("cannot" if ms is None else f"{ms:.1f} ({ms / ours:.2f})" for ms in timing.ms.values()),
    )


def _hours(memory: Flat) -> list[str]:
    return [str(n) for n in _shown(memory)]


def _megabytes(memory: Flat) -> list[str]:
    return [f"{memory.megabytes[n]:.0f}" for n in _shown(memory)]


def _shown(memory: Flat) -> list[int]:
    return [n for n in (0, 1, 2, 4, 8, 12, 16, 20, 24) if n < len(memory.megabytes)]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join([_line(head), _line(["---"] * len(head)), *map(_line, rows)])


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def write(result: Result) -> None:
    """Write the page and its picture."""
    usual, memory = result.turns[USUAL].ours, result.memory
    values = {
        "TABLES": tables(result),
        "MACHINE": result.machine,
        "FEEDS": f"{result.feeds:,}",
        "FETCHERS": str(result.fetchers),
        "MARGIN": f"{usual.a_minute / result.feeds:.1f}",
        "RATIO": f"{result.peer[USUAL].cpu_s / usual.cpu_s:.1f}",
        "POLLS": f"{memory.polls:,}" if memory else "no",
        "GROWTH": f"{memory.growth:+.1%}" if memory else "not measured",
    }
    PAGE.write_text(re.sub("|".join(values), lambda m: values[m.group()], TEMPLATE.read_text("utf-8")), "utf-8")
    PICTURE.write_text(picture(result), "utf-8")


def picture(result: Result) -> str:
    """Return bars: feeds a minute beside the plain loop, where the time goes, and memory over a day."""
    console = Console(width=COLUMNS, record=True, file=io.StringIO(), force_terminal=True)
    usual = result.turns[USUAL].ours
    _part(console, "Feeds a minute of one core", "#9fd0ff", "{:,.0f}", {
        "newsloom": usual.a_minute, "a plain loop": 60 * result.feeds / result.peer[USUAL].cpu_s, "polled here": result.feeds,
    })  # fmt: skip
    _part(
        console, "\nWhere newsloom spends its time", "#b8e994", "{:.0%}", {n: s / usual.cpu_s for n, s in usual.parts.items()}
    )
    if result.memory:
        hours = {f"after {n} h": result.memory.megabytes[n] for n in _shown(result.memory)[1:]}
        _part(console, f"\nMB in memory, {result.memory.feeds:,} feeds, simulated hours", "#ffb870", "{:.0f}", hours)
    return FONTS.sub("", console.export_svg(title="make bench", unique_id="performance-feeds"))


def _part(console: Console, title: str, colour: str, shown: str, values: dict[str, float]) -> None:
    console.print(Text(title, style="bold"))
    console.print(bars(values, colour, shown))

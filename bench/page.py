"""A result → the table on a terminal, docs/performance.md and its picture."""

import io
import os
import platform
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct
from newsloom_tagger.analysis import ROW
from rich.console import Console
from rich.text import Text

from bench.measuring import Memory, Speed, Spread

ROOT: Final = Path(__file__).parents[1]
PAGE: Final = ROOT / "docs" / "performance.md"
PICTURE: Final = ROOT / "docs" / "pictures" / "performance.svg"
TEMPLATE: Final = Path(__file__).with_name("performance.md")
FONTS: Final = re.compile(r"@font-face \{.*?\}", re.DOTALL)  # rich names a web font: the reader's own will do
COLUMNS: Final = 90
BAR: Final = 50  # cells of the longest bar
EIGHTHS: Final = " ▏▎▍▌▋▊▉"


class Worker(Struct, frozen=True, kw_only=True):
    """The most resident megabytes of a tagger process on a real broker: after so many ordinary articles, and huge ones too."""

    articles: int
    peak: float
    huge: int
    peak_huge: float


class Result(Struct, frozen=True, kw_only=True):
    """All that was measured, and on what. ``phrases`` is how many the peer looks for; ``core`` the one that was used."""

    machine: str
    core: int | None
    count: int
    rounds: int
    phrases: int
    speed: Speed
    shares: dict[str, float]
    memory: Memory
    worker: Worker | None = None


def machine() -> str:
    """Return what kind of machine this is, in words that say nothing about whose."""
    return (
        f"{os.cpu_count()}-core {platform.machine()}, {_processor()}, {platform.system()}, Python {platform.python_version()}"
    )


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    names = re.findall(r"^model name\s*:\s*(.+)$", path.read_text("utf-8"), re.MULTILINE) if path.exists() else []
    return names[0] if names else platform.processor() or "processor unknown"


def rows(result: Result) -> list[tuple[str, str]]:
    """Return what was measured, as names and values."""
    s, m, w = result.speed, result.memory, result.worker
    return [
        ("times as fast as the word lists", shown(s.ratio, 1)),
        ("articles a second, the whole analysis", shown(s.ours, 0)),
        ("articles a second, the word lists", shown(s.peer, 0)),
        ("milliseconds of an article alone, half are below", f"{s.p50_ms:.2f}"),
        ("milliseconds of an article alone, 99 in 100 are below", f"{s.p99_ms:.2f}"),
        ("MB in memory, ready to analyse", f"{m.ready:.0f}"),
        (f"MB after {min(1000, m.articles):,} articles", f"{m.first:.0f}"),
        (f"MB after {m.articles:,} articles", f"{m.last:.0f}"),
        ("MB at most", f"{m.peak:.0f}"),
        *(_worker(w) if w else []),
    ]


def _worker(w: Worker) -> list[tuple[str, str]]:
    return [
        (f"MB at most of a whole worker on Kafka, {w.articles:,} articles", f"{w.peak:.0f}"),
        (f"the same, and {w.huge} articles of 1 MB after them", f"{w.peak_huge:.0f}"),
    ]


def shown(s: Spread, digits: int) -> str:
    """Return the middle, and in brackets the least and the greatest."""
    return f"{s.median:.{digits}f} ({s.low:.{digits}f} to {s.high:.{digits}f})"


def table(result: Result) -> str:
    """Return the whole result as Markdown tables, which a terminal shows well enough."""
    measured = [f"| {name} | {value} |" for name, value in rows(result)]
    share = [f"| {name} | {part:.0%} |" for name, part in result.shares.items()]
    return "\n".join(["| measured | |", "|---|---|", *measured, "", "| part | share of the time |", "|---|---|", *share])


def write(result: Result) -> None:
    """Write the page and its picture."""
    values = {
        "TABLES": table(result),
        "MACHINE": result.machine,
        "ARTICLES": f"{result.count:,}",
        "ROUNDS": str(result.rounds),
        "ROW": str(ROW),
        "PHRASES": f"{result.phrases:,}",
    }
    PAGE.write_text(filled(TEMPLATE, values), "utf-8")
    PICTURE.write_text(picture(result), "utf-8")


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows))


def filled(template: Path, values: Mapping[str, str]) -> str:
    """Return a page, with values in the place of their names in capitals."""
    return re.sub("|".join(values), lambda m: values[m.group()], template.read_text("utf-8"))


def picture(result: Result) -> str:
    """Return bars: how fast beside the peer, and where the time goes."""
    console = Console(width=COLUMNS, record=True, file=io.StringIO(), force_terminal=True)
    ratio = {"word lists": 1.0, "newsloom": result.speed.ratio.median}
    console.print(Text("Articles a second, word lists = 1", style="bold"))
    console.print(bars(ratio, "#9fd0ff", "{:.1f}"))
    console.print(Text("\nWhere newsloom spends its time", style="bold"))
    console.print(bars({n: max(0.0, s) for n, s in result.shares.items()}, "#b8e994", "{:.0%}"))
    drawn = console.export_svg(title="make bench", unique_id="performance")
    return FONTS.sub("", drawn)


def bars(values: dict[str, float], colour: str, shown: str) -> Text:
    """Return a bar for each value, the longest as wide as there is room."""
    longest, wide = max(values.values()), max(18, *map(len, values))
    lines = [
        Text.assemble(f"  {name:<{wide}} ", (_bar(value / longest), colour), " ", shown.format(value))
        for name, value in values.items()
    ]
    return Text("\n").join(lines)


def _bar(part: float) -> str:
    full, rest = divmod(round(part * BAR * 8), 8)
    return "█" * full + EIGHTHS[rest].strip()

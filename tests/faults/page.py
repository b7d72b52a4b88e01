"""The rows that `make faults` kept → docs/reliability.md and its picture: python -m tests.faults.page."""

import io
import json
import re
from itertools import groupby
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.text import Text

from bench.page import FONTS, bars, machine

ROOT = Path(__file__).parents[2]
ROWS = ROOT / "var" / "faults" / "long"
PAGE = ROOT / "docs" / "reliability.md"
PICTURE = ROOT / "docs" / "pictures" / "reliability.svg"
TEMPLATE = Path(__file__).with_name("reliability.md")
SECTIONS = {
    "test_kills": "Services",
    "test_engines": "Engines",
    "test_state": "Records and state",
}
NAMES = ("fault", "times", "articles", "lost", "doubled", "stale", "repeated", "seconds to recover: half, all")
HEAD = f"| {' | '.join(NAMES)} |\n|---{'|--:' * (len(NAMES) - 1)}|"
COLUMNS = 120
SERVICES = ("ingestor", "tagger", "indexer", "notifier")


def rows():
    """Return what was kept, in the order of the tests."""
    kept = [json.loads(path.read_text("utf-8")) for path in ROWS.glob("*.json")]
    return sorted(kept, key=lambda row: (list(SECTIONS).index(row["place"][0]), row["place"][1], row["fault"]))


def table(kept):
    sections = groupby(kept, key=lambda row: SECTIONS[row["place"][0]])
    lines = [line for name, found in sections for line in (f"| **{name}** | | | | | | | |", *map(_line, found))]
    return "\n".join([HEAD, *lines])


def _line(row):
    counts = " | ".join(f"{row[name]:,}" for name in ("runs", "articles", "lost", "doubled", "stale", "repeated"))
    return f"| {row['fault']} | {counts} | {_recovery(row['recovery'])} |"


def _recovery(seconds):
    if len(seconds) < 2:
        return "".join(f"{s:.1f}" for s in seconds)
    return f"{median(seconds):.1f}, {max(seconds):.1f}"


def memory(kept):
    """Return the most that each service took, in each kind of run."""
    kinds = {
        "while services are killed": lambda row: row["place"][0] == "test_kills",
        "while Kafka is away": lambda row: row["fault"].startswith("Kafka stopped"),
        "while Elasticsearch is away": lambda row: "Elasticsearch, away" in row["fault"],
    }
    lines = [f"| MB at most | {' | '.join(SERVICES)} |", f"|---{'|--:' * len(SERVICES)}|"]
    for name, chosen in kinds.items():
        found = [row["memory"] for row in kept if chosen(row)]
        lines += [f"| {name} | {' | '.join(_most(found, s) for s in SERVICES)} |"] if found else []
    return "\n".join(lines)


def _most(found, service):
    return str(max((mb for peaks in found for name, mb in peaks.items() if name.partition("-")[0] == service), default=""))


def picture(kept):
    """Return bars: how long until news goes through again, at worst."""
    console = Console(width=COLUMNS, record=True, file=io.StringIO(), force_terminal=True)
    console.print(Text("Seconds from the end of the fault to the first article through, at worst", style="bold"))
    single = [row for row in kept if row["recovery"] and not row["fault"].startswith("two ")]
    console.print(bars({row["fault"]: max(row["recovery"]) for row in single}, "#9fd0ff", "{:.1f}"))
    return FONTS.sub("", console.export_svg(title="make faults", unique_id="reliability"))


def main():
    kept = rows()
    sums = {name.upper(): f"{sum(row[name] for row in kept):,}" for name in ("articles", "runs", "lost", "doubled", "stale")}
    values = {f"{{{name}}}": text for name, text in sums.items()}
    loads = sorted(row["load"] for row in kept)
    values |= {"{LOAD}": f"{loads[0]} to {loads[-1]}"}
    values |= {"{TABLE}": table(kept), "{MEMORY}": memory(kept), "{MACHINE}": machine()}
    PAGE.write_text(re.sub("|".join(map(re.escape, values)), lambda m: values[m.group()], TEMPLATE.read_text("utf-8")), "utf-8")
    PICTURE.write_text(picture(kept), "utf-8")
    print(table(kept))


if __name__ == "__main__":
    main()

"""Versions of the index and what became of a migration, on the terminal."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, TextIO

from rich.console import Console, Group, RenderableType
from rich.filesize import decimal
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from newsloom_cli.look import words
from newsloom_cli.look.tables import table

KINDS: Final = {
    "added": "new fields, which older articles do not have",
    "changed": "fields that are indexed in another way",
    "left_out": "fields that stay behind",
    "settings": "other settings and analysis",
}
SHOWN: Final = 8  # names of a kind
Line = Mapping[str, Any]


@contextmanager
def progress(stream: TextIO) -> Iterator[Callable[[str, int, int], None]]:
    """Yield what is told (what is done, how much of it, of how much); shows a bar for each where the stream is a terminal."""
    if not stream.isatty():
        yield lambda *_: None
        return
    columns = (TextColumn("{task.description:<14}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(file=stream)) as bar:
        known: dict[str, Any] = {}

        def tell(what: str, done: int, total: int) -> None:
            if what not in known:
                known[what] = bar.add_task(what, total=total)
            bar.update(known[what], completed=done, total=total)

        yield tell


def versions(lines: Sequence[Line]) -> RenderableType:
    """Return the list of versions."""
    made = table("index", "part", "articles", "size", "writes", "made")
    for line in lines:
        style = "bold" if line["part"] == "live" else ""
        writes = "" if line["writable"] else "none"
        made.add_row(
            Text(line["name"], style), line["part"], _number(line["documents"]), decimal(line["bytes"]), writes,
            words.moment(line["created"]),
        )  # fmt: skip
    return made


def planned(line: Line) -> RenderableType:
    """Return what a migration would change."""
    if line["outcome"] == "current":
        return Text(f"{line['source']} is as the templates have it: there is nothing to migrate", "green")
    size = f"{_number(line['documents'])} articles, {decimal(line['bytes'])}"
    goes = "goes on with" if line["resumes"] else "builds"
    kinds = [Text(f"  {about}: {_names(line[kind])}") for kind, about in KINDS.items() if line[kind]]
    return Group(Text(f"`newsloom index migrate` {goes} {line['target']} from {line['source']} ({size})"), *kinds)


def moved(line: Line) -> RenderableType:
    """Return what was done."""
    return Group(
        Text(f"{line['target']} is live: {line['documents']:,} articles, {line['copied']:,} copied", "green"),
        Text(f"{line['seconds']:.1f} s in {line['passes']} passes; writers waited {line['waited_s']:.1f} s", "dim"),
        Text(f"{line['source']} is kept: `newsloom index rollback`, or `newsloom index drop {line['source']}`", "dim"),
    )


def dropped(line: Line) -> RenderableType:
    """Return what is gone."""
    return Text(f"{line['name']} is deleted: {_number(line['documents'])} articles")


def _number(count: int | None) -> str:
    return "?" if count is None else f"{count:,}"


def _names(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN:,} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more

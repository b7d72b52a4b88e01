"""A backfill on the terminal: a bar on standard error while it goes on, and a table of what became of everything."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from newsloom_cli.backfilling import Tally


@contextmanager
def progress(total: int, tally: Tally, stream: TextIO) -> Iterator[Callable[[int], None]]:
    """Yield what is told how many bytes were read; shows a bar where the stream is a terminal. ``total`` 0: nobody knows."""
    if not stream.isatty():
        yield lambda _: None
        return
    columns = (BarColumn(), DownloadColumn(), TextColumn("{task.fields[articles]}"), TimeRemainingColumn())
    with Progress(*columns, console=Console(file=stream), transient=True) as bar:
        task = bar.add_task("", total=total or None, articles="reading what is known")

        def tell(size: int) -> None:
            speed = tally.read / max(bar.tasks[0].elapsed or 1.0, 0.1)
            bar.update(task, advance=size, articles=f"{tally.published:,} published of {tally.read:,}, {speed:,.0f}/s")

        yield tell


def summary(line: dict[str, Any]) -> Table:
    """Return the outcomes, the reasons of what was skipped below."""
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(justify="right")
    table.add_column()
    names = {
        "published": "would be published" if line.get("dry_run") else "published",
        "skipped": "skipped",
        "refused": "refused",
    }
    table.add_row(f"{line['read']:,}", "read", style="bold")
    for key, name in names.items():
        table.add_row(f"{line[key]:,}", name, style="red" if key == "refused" and line[key] else None)
        if key == "skipped":
            for why, count in line["why"].items():
                table.add_row(f"{count:,}", f"  {why}", style="dim")
    return table

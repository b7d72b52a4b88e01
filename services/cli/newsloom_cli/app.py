"""The commands, and what they have in common."""

import click

from newsloom_cli.commands import (
    add,
    alerts,
    backfill,
    completion,
    dead,
    export,
    feeds,
    index,
    parse,
    reconcile,
    retag,
    search,
    status,
    tag,
    tail,
    themes,
    trace,
)
from newsloom_cli.groups import Commands
from newsloom_cli.options import examples


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=examples("newsloom tag articles.jsonl", "newsloom tail --theme compute-scarcity", "newsloom search 算力 --since 7d"),
)
@click.version_option(package_name="newsloom", message="%(prog)s %(version)s")
def app() -> None:
    """News on the AI industry, by theme, with the evidence.

    Where standard output is not a terminal, results are JSON lines. What goes wrong is one line on standard error.
    NEWSLOOM_KAFKA and NEWSLOOM_ELASTICSEARCH say where the engines are; where everything runs without Docker,
    var/newsloom.env says it.
    """


for command in (
    tag.tag, parse.parse, feeds.feeds, add.add, backfill.backfill, themes.themes, tail.tail, search.search, alerts.alerts,
    export.export, status.status, reconcile.reconcile, retag.retag, trace.trace, dead.dead, index.index, completion.completion,
):  # fmt: skip
    app.add_command(command)

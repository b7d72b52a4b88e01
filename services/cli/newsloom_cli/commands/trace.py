"""newsloom trace: the way of one article."""

import click

from newsloom_cli import engines
from newsloom_cli.errors import Problem
from newsloom_cli.options import examples, json_option
from newsloom_cli.output import Output


@click.command(
    short_help="Show the way of one article.",
    epilog=examples("newsloom trace 09419c7358869c74", "newsloom trace 09419c7358869c74 --json | jq -r .step"),
)
@click.argument("article", metavar="ID")
@json_option
def trace(article: str, as_json: bool) -> None:
    """Show where an article went, step by step: published, tagged, on its theme topics, dead, indexed.

    Only the partition that holds the article's key is read, but that whole, so it can take a while on a large archive. Exit
    code 1 where nothing of that id is found.
    """
    import msgspec

    from newsloom_cli import tracing, way
    from newsloom_cli.look import tables

    given = engines.settings()
    with engines.broker(given) as broker:
        records = tracing.records(broker, article)
    with engines.store(given) as client:
        document = tracing.document(client, article)
    steps = way.steps(records, document)
    if not steps:
        raise Problem(f"no trace of {article!r}: it is on no topic and not in the index")
    Output(as_json).put_all([msgspec.to_builtins(s) for s in steps], lambda: tables.way(article, steps))

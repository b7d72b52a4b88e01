"""newsloom trace: the way of one article."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import click
from newsloom_common.settings import Settings

from newsloom_cli import engines
from newsloom_cli.errors import Problem, UnavailableError, say
from newsloom_cli.options import examples, json_option
from newsloom_cli.output import Output

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

T = TypeVar("T")


@click.command(
    short_help="Show the way of one article.",
    epilog=examples(
        "newsloom trace 09419c7358869c74",
        "newsloom trace https://example.com/news/1",
        "newsloom trace 09419c7358869c74 --json | jq -r .step",
    ),
)
@click.argument("article", metavar="ID")
@json_option
@click.pass_context
def trace(ctx: click.Context, /, article: str, as_json: bool) -> None:
    """Show where an article went, step by step: published, tagged, on its theme topics, dead, sent back, indexed; with times.

    ID is the article's id or its address. Only the partition that holds the article's key is read, but that whole, so it can
    take a while on a large archive. Exit code 1 where nothing of that id is found, or an engine does not answer.
    """
    import msgspec

    from newsloom_cli import tracing, way
    from newsloom_cli.look import tables

    given, silent = engines.settings(), list[str]()
    wanted = tracing.identity(article)
    with engines.broker(given) as broker:
        records = tracing.records(broker, wanted)
    document, until = _asked(given, silent, lambda client: tracing.held(client, wanted)) or (None, None)
    steps = way.steps(records, document)
    if not steps:
        raise Problem(_unknown(article, wanted, _asked(given, silent, lambda client: tracing.near(client, article)) or []))
    total = way.summed(steps, until)
    shown = [msgspec.to_builtins(s) for s in (*steps, total)]
    Output(as_json).put_all(shown, lambda: tables.way(wanted, steps, total))
    for reason in silent:
        say(f"{reason}; what the index holds is not shown")
    ctx.exit(1 if silent else 0)


def _asked(given: Settings, silent: list[str], ask: Callable[["Elasticsearch"], T]) -> T | None:
    """Return Elasticsearch's answer; where there is none, the reason is added to ``silent``."""
    if silent:
        return None
    try:
        with engines.store(given) as client:
            return ask(client)
    except UnavailableError as error:
        silent.append(str(error))
        return None


def _unknown(asked: str, wanted: str, near: list[tuple[str, str]]) -> str:
    of = "" if asked == wanted else f" ({wanted})"
    said = f"no trace of {asked!r}{of}: it is on no topic and not in the index"
    return said + ("; near it: " + ", ".join(f"{found} {title!r}" for found, title in near) if near else "")

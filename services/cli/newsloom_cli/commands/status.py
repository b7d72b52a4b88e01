"""newsloom status: the ledger."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click
from newsloom_common.settings import Settings

from newsloom_cli import engines
from newsloom_cli.errors import UnavailableError
from newsloom_cli.options import examples, json_option
from newsloom_cli.output import Output

if TYPE_CHECKING:
    from newsloom_cli.broker import Broker
    from newsloom_cli.feedhealth import Feeds
    from newsloom_cli.ledger import Ledger
    from newsloom_cli.readings import Documents


@click.command(
    short_help="Say what became of every article.",
    epilog=examples("newsloom status", "newsloom status --json | jq .balanced", "watch -c newsloom status"),
)
@json_option
@click.pass_context
def status(ctx: click.Context, as_json: bool) -> None:
    """Say what became of every article: seen = indexed + duplicate + stale + dead + in flight.

    The figures come from Kafka's offsets, the indexer's counters beside them, news.dead, and a count of the index, and are held
    against each other. What is wrong is said in one sentence. Exit code 1 where an engine does not answer, else 0.
    """
    import msgspec

    from newsloom_cli.look import books

    silent: list[str] = []
    out = Output(as_json)
    found = _ledger(engines.settings(), silent)
    out.put(msgspec.to_builtins(found), lambda: books.ledger(found))
    ctx.exit(1 if silent else 0)


def _ledger(given: Settings, silent: list[str]) -> "Ledger":
    """Return the ledger, with as much in it as the engines tell; what does not answer is added to ``silent``."""
    from msgspec.structs import replace

    from newsloom_cli.ledger import Ledger, ledger
    from newsloom_cli.reading import readings

    try:
        with engines.broker(given) as broker:
            read = readings(broker, lambda: _documents(given, silent))
            feeds = _feeds(broker)
    except UnavailableError as error:
        silent.append(str(error))
        documents = _documents(given, silent)
        return Ledger(documents=documents.number if documents else None, problem="; ".join(silent))
    return replace(ledger(read, silent), feeds=feeds)


def _feeds(broker: "Broker") -> "Feeds | None":
    """Return how the feeds stand, None where nothing tells of them: that alone is no reason to say nothing."""
    from newsloom_cli.feedhealth import summary
    from newsloom_cli.feeds import latest

    try:
        return summary(latest(broker).values(), datetime.now(UTC))
    except UnavailableError:
        return None


def _documents(given: Settings, silent: list[str]) -> "Documents | None":
    from newsloom_cli.reading import count

    try:
        with engines.store(given) as client:
            return count(client)
    except UnavailableError as error:
        silent.append(str(error))
        return None

"""newsloom status: the ledger."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

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
    from newsloom_cli.readings import Documents, Readings

WATCH_SECONDS: Final = 2.0


@click.command(
    short_help="Say what became of every article.",
    epilog=examples("newsloom status", "newsloom status --json | jq .balanced", "newsloom status --watch"),
)
@click.option("--watch", is_flag=True, help="Say it anew every two seconds, until Ctrl-C.")
@json_option
@click.pass_context
def status(ctx: click.Context, /, watch: bool, as_json: bool) -> None:
    """Say what became of every article: seen = indexed + duplicate + stale + expired + dead + purged + in flight.

    The figures come from Kafka's offsets, the indexer's counters beside them, news.dead, and a count of the index, and are held
    against each other. What is wrong is said in one sentence. Exit code 1 where an engine does not answer, else 0.
    """
    import msgspec

    from newsloom_cli.look import books

    out, given = Output(as_json), engines.settings()
    if watch:
        out.keep_putting((msgspec.to_builtins(found), books.ledger(found)) for found in _watched(given))
    silent: list[str] = []
    found = _ledger(given, silent, Rates())
    out.put(msgspec.to_builtins(found), lambda: books.ledger(found))
    ctx.exit(1 if silent else 0)


def _watched(given: Settings) -> Iterator["Ledger"]:
    """Yield the ledger again and again."""
    rates = Rates()
    while True:
        yield _ledger(given, [], rates)
        time.sleep(WATCH_SECONDS)


class Rates:
    """What the indexer does in a second, by two readings: unlike a topic it keeps no times."""

    def __init__(self) -> None:
        self._before: tuple[float, int] | None = None

    def of(self, read: "Readings") -> "Readings":
        """Return the readings with it, from the second ones on."""
        from newsloom_schemas.index import ALIAS

        now, before = (time.monotonic(), read.indexer.read), self._before
        self._before = now
        if before is None:
            return read
        return read._replace(rates={**read.rates, ALIAS: round(max(0, now[1] - before[1]) / (now[0] - before[0]), 2)})


def _ledger(given: Settings, silent: list[str], rates: Rates) -> "Ledger":
    """Return the ledger, with as much in it as the engines tell; what does not answer is added to ``silent``."""
    from msgspec.structs import replace

    from newsloom_cli.ledger import Ledger, ledger
    from newsloom_cli.reading import readings

    try:
        with engines.broker(given) as broker:
            read = rates.of(readings(broker, lambda: _documents(given, silent)))
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

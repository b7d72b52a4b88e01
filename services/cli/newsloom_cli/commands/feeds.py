"""newsloom feeds: what is polled, and how it stands."""

from datetime import UTC, datetime
from typing import Any

import click

from newsloom_cli import engines
from newsloom_cli.errors import UnavailableError, WrongInputError, say
from newsloom_cli.options import examples, json_option
from newsloom_cli.output import Output

STATES = ("failing", "silent", "gone", "waiting", "well", "dropped")


@click.group(short_help="Say which feeds are polled, and how they stand.")
def feeds() -> None:
    """Say which feeds are polled, how they stand, and what one of them gives now.

    Feeds are configured in an OPML file (NEWSLOOM_FEEDS_FILE) and in NEWSLOOM_FEEDS. How they stand is on news.feeds.
    """


@feeds.command("list", epilog=examples("newsloom feeds list", "newsloom feeds list --state failing --state silent --json"))
@click.option("--state", "states", multiple=True, type=click.Choice(STATES), help="Only feeds in this state; repeatable.")
@json_option
def list_(states: tuple[str, ...], as_json: bool) -> None:
    """List the feeds, those that need somebody first: failing, silent for longer than usual, gone; then the others.

    Where Kafka does not answer, the configured feeds alone are listed, and standard error says so.
    """
    from newsloom_cli import feeds as told
    from newsloom_cli.look import tables

    rows = [row for row in told.lines(_configured(), _health()) if not states or row["state"] in states]
    Output(as_json).put_all(rows, lambda: tables.feeds(rows, datetime.now(UTC)))


@feeds.command(
    epilog=examples("newsloom feeds check https://example.com/feed.xml", "newsloom feeds check file:seeds/sample/feed.xml")
)
@click.argument("url")
@json_option
@click.pass_context
def check(ctx: click.Context, url: str, as_json: bool) -> None:
    """Poll one feed now, as the ingestor would, and explain what it gives. Nothing is published or remembered.

    Exit code 1 where it gives nothing that could be read.
    """
    from newsloom_ingestor.fetch import Limits

    from newsloom_cli.checking import checked
    from newsloom_cli.look import tables

    if not url.startswith(("http://", "https://", "file:")):
        raise WrongInputError(f"{url!r}: not an http, https or file address")
    given = _settings()
    told = checked(url, Limits(given.user_agent, given.allow_private_addresses), datetime.now(UTC))
    Output(as_json).put(told, lambda: tables.facts(url, told))
    ctx.exit(1 if told["problem"] else 0)


def _settings() -> Any:
    from newsloom_common.settings import load
    from newsloom_ingestor.settings import IngestorSettings

    return load(IngestorSettings)


def _configured() -> Any:
    from newsloom_ingestor import sources

    return sources.feeds(_settings())


def _health() -> dict[str, Any]:
    from newsloom_cli import feeds as told

    try:
        with engines.broker(engines.settings()) as broker:
            return told.latest(broker)
    except UnavailableError as error:
        say(f"how the feeds stand is not known: {error}")
        return {}

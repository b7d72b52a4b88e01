"""newsloom feeds: what is polled, and how it stands."""

from datetime import UTC, datetime
from typing import Any

import click

from newsloom_cli import engines
from newsloom_cli.errors import Problem, UnavailableError, WrongInputError, say
from newsloom_cli.files import opened
from newsloom_cli.groups import Commands
from newsloom_cli.options import examples, json_option
from newsloom_cli.output import Output, write

STATES = ("well", "waiting", "silent", "failing", "gone", "dropped")


@click.group(cls=Commands, short_help="Say which feeds are polled, and how they stand.")
def feeds() -> None:
    """Say which feeds are polled, how they stand, and what one of them gives now.

    Feeds are configured in an OPML file (NEWSLOOM_FEEDS_FILE) and in NEWSLOOM_FEEDS. How they stand is on news.feeds.
    """


@feeds.command("list", epilog=examples("newsloom feeds list", "newsloom feeds list --state failing --state silent --json"))
@click.option("--state", "states", multiple=True, type=click.Choice(STATES), help="Only feeds in this state; repeatable.")
@json_option
def list_(states: tuple[str, ...], as_json: bool) -> None:
    """List the feeds as they are configured, those that need somebody last: silent for longer than usual, failing, gone.

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

    _address(url)
    given = _settings()
    told = checked(url, Limits(given.user_agent, given.allow_private_addresses), datetime.now(UTC))
    Output(as_json).put(told, lambda: tables.facts(url, told))
    ctx.exit(1 if told["problem"] else 0)


@feeds.command(epilog=examples("newsloom feeds add https://example.com/feed --title Example --folder Labs"))
@click.argument("url")
@click.option("--title", default="", help="What to call it; what the feed calls itself, if not said.")
@click.option("--folder", default="", metavar="PATH", help="The folder to keep it in: 中文媒体/商业与科技.")
@click.option("--unchecked", is_flag=True, help="Add it without asking whether it gives anything.")
def add(url: str, title: str, folder: str, unchecked: bool) -> None:
    """Add a feed to the OPML file; a running ingestor polls it within seconds. The rest of the file stays as it is.

    The feed is polled once before it is added; one that gives nothing to read is refused, with the reason.
    """
    from newsloom_ingestor.opml import Source

    from newsloom_cli import subscriptions

    _address(url)
    path = subscriptions.path(_settings())
    told = {} if unchecked else _polled(url)
    subscriptions.add(path, [Source(url, title or told.get("title", ""), folder)])
    say(f"{path}: added {url}")


@feeds.command(epilog=examples("newsloom feeds remove https://example.com/feed"))
@click.argument("url")
def remove(url: str) -> None:
    """Remove a feed from the OPML file. What it brought stays; should it come back, nothing is published twice."""
    from newsloom_cli import subscriptions

    path = subscriptions.path(_settings())
    subscriptions.remove(path, url)
    say(f"{path}: removed {url}")


@feeds.command("import", epilog=examples("newsloom feeds import subscriptions.opml"))
@click.argument("file")
def import_(file: str) -> None:
    """Add all feeds of another reader's OPML file, in their folders; those that are there already stay where they are."""
    from newsloom_cli import subscriptions

    path = subscriptions.path(_settings())
    with opened(file) as (name, stream):
        new = subscriptions.add(path, subscriptions.sources(stream.read(), name))
    say(f"{path}: {new} feeds added")


@feeds.command(epilog=examples("newsloom feeds export > subscriptions.opml"))
def export() -> None:
    """Write all configured feeds as one OPML document, for any other reader."""
    from newsloom_ingestor import opml

    write(opml.write(_configured()))


def _address(url: str) -> None:
    if not url.startswith(("http://", "https://", "file:")):
        raise WrongInputError(f"{url!r}: not an http, https or file address")


def _polled(url: str) -> dict[str, Any]:
    """Poll a feed; raise Problem where it gives nothing to read."""
    from newsloom_ingestor.fetch import Limits

    from newsloom_cli.checking import checked

    given = _settings()
    told = checked(url, Limits(given.user_agent, given.allow_private_addresses), datetime.now(UTC))
    if told["problem"]:
        instead = f"; the page names {', '.join(told['feeds'])}" if told.get("feeds") else "; --unchecked adds it all the same"
        raise Problem(f"{url}: {told['problem']}{instead}")
    return told


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

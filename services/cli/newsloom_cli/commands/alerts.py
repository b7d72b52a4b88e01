"""newsloom alerts: searches that are asked of each new article."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from newsloom_cli import engines
from newsloom_cli.errors import WrongInputError, say
from newsloom_cli.groups import Commands
from newsloom_cli.options import Since, examples, json_option
from newsloom_cli.output import Output, show

if TYPE_CHECKING:
    from newsloom_schemas.alerts import Alert, SavedSearch

    from newsloom_cli.broker import Broker

F = TypeVar("F", bound=Callable[..., Any])
LATELY: Final = timedelta(days=7)  # alerts that are counted in lists


def query_argument(command: F) -> F:
    """Add QUERY, which may be several words."""
    return click.argument("query_text", metavar="QUERY", nargs=-1, required=True)(command)


@click.group(cls=Commands, short_help="Save searches that are asked of each new article, and follow what they find.")
def alerts() -> None:
    """Saved searches: each new article is held against them, and what one asks for is told on news.alerts.

    A search tells of a story once, however many sites print it, and not again when an article is edited. It begins with the
    articles that come after it was saved. The language is that of `newsloom search`, taken strictly: an article has all of it.
    """


@alerts.command(epilog=examples(
    "newsloom alerts add gpu-queue theme:compute-scarcity H100",
    "newsloom alerts add 融资 'theme:funding amount>1e9 USD' --about 'Large rounds'",
))  # fmt: skip
@click.argument("name")
@query_argument
@click.option("--about", default="", metavar="TEXT", help="What it is for; alerts carry it.")
@click.option("--replace", is_flag=True, help="Where there is a search of that name, change it.")
@json_option
def add(name: str, query_text: tuple[str, ...], about: str, replace: bool, as_json: bool) -> None:
    """Save a search. It takes effect within seconds, for articles that come from now on.

    `newsloom alerts try QUERY` shows beforehand what it would have found.
    """
    from newsloom_cli import asking, saved

    now, text = datetime.now(UTC), " ".join(query_text)
    asking.parsed(text, now)
    search = saved.made(name, text, about, now)
    with engines.broker(engines.settings()) as broker:
        if name in saved.searches(broker) and not replace:
            raise WrongInputError(
                f"there is a saved search {name} already: --replace changes it, `newsloom alerts show {name}` shows it"
            )
        saved.put(broker, name, search, now)
    _tell(search, as_json, f"saved {name}: `newsloom alerts follow {name}` shows what it finds")


@alerts.command(
    "list", epilog=examples("newsloom alerts list", "newsloom alerts list --json | jq -r 'select(.problem) | .name'")
)
@json_option
def list_(as_json: bool) -> None:
    """List the saved searches, how many alerts each raised in seven days, and what is wrong with those that cannot be asked."""
    from newsloom_cli import saved
    from newsloom_cli.look import alerts as look

    with engines.broker(engines.settings()) as broker:
        found, told = saved.searches(broker), saved.counted(_lately(broker, None))
    lines = [saved.line(search, told) for search in found.values()]
    Output(as_json).put_all(lines, lambda: look.searches(lines))


@alerts.command("show", epilog=examples("newsloom alerts show gpu-queue"))
@click.argument("name")
@json_option
def show_(name: str, as_json: bool) -> None:
    """Show one saved search."""
    from newsloom_cli import saved
    from newsloom_cli.look import tables

    with engines.broker(engines.settings()) as broker:
        search = saved.named(saved.searches(broker), name)
        line = saved.line(search, saved.counted(_lately(broker, name)))
    Output(as_json).put(line, lambda: tables.facts(name, line))


@alerts.command(epilog=examples("newsloom alerts remove gpu-queue"))
@click.argument("name")
def remove(name: str) -> None:
    """Remove a saved search. What it has told stays on news.alerts."""
    from newsloom_cli import saved

    with engines.broker(engines.settings()) as broker:
        saved.named(saved.searches(broker), name)
        saved.put(broker, name, None, datetime.now(UTC))
    say(f"removed {name}")


@alerts.command(epilog=examples("newsloom alerts pause gpu-queue"))
@click.argument("name")
@json_option
def pause(name: str, as_json: bool) -> None:
    """Let a search rest: it tells of nothing until it is resumed."""
    _switch(name, as_json, enabled=False)


@alerts.command(epilog=examples("newsloom alerts resume gpu-queue"))
@click.argument("name")
@json_option
def resume(name: str, as_json: bool) -> None:
    """Let a paused search go on, with the articles that come from now on."""
    _switch(name, as_json, enabled=True)


@alerts.command("try", epilog=examples("newsloom alerts try theme:compute-scarcity H100 --since 30d"))
@query_argument
@click.option("--since", type=Since(), default="7d", show_default=True, help="Articles since then: 12h, 7d, 2w, or a date.")
@click.option("--samples", type=click.IntRange(0, 100), default=5, show_default=True, help="How many of the newest to show.")
@json_option
def try_(query_text: tuple[str, ...], since: datetime, samples: int, as_json: bool) -> None:
    """Show what a search would have told: how many stories on which day, and the newest of them. Nothing is saved."""
    from newsloom_schemas.index import ALIAS

    from newsloom_cli import asking, trying
    from newsloom_cli.look import alerts as look

    now = datetime.now(UTC)
    query = asking.parsed(" ".join(query_text), now)
    with engines.store(engines.settings()) as client:
        found = client.search(index=ALIAS, body=trying.body(query, since, now, samples)).body
    newest = trying.samples(query, found, now, samples)
    told = trying.answer(query, since, now, found, newest)
    Output(as_json).put(told, lambda: look.tried(told, newest))


@alerts.command(epilog=examples("newsloom alerts follow", "newsloom alerts follow gpu-queue --json | jq -r .article.url"))
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--from-beginning", is_flag=True, help="Start with the oldest alert that is kept, not with the next one.")
@click.option("--max", "most", type=click.IntRange(min=1), metavar="N", help="Stop after N alerts.")
@json_option
def follow(names: tuple[str, ...], from_beginning: bool, most: int | None, as_json: bool) -> None:
    """Follow the alerts as they are raised, of these searches or of all, until Ctrl-C. Each is shown once."""
    from newsloom_schemas.topics import ALERTS

    from newsloom_cli import saved

    out = Output(as_json)
    with engines.broker(engines.settings()) as broker:
        partitions = broker.partitions(ALERTS)
        known = saved.searches(broker)
        for name in names:
            saved.named(known, name)
        if not out.json:
            say(
                f"following {', '.join(names) or 'all alerts'} from the {'beginning' if from_beginning else 'end'}; Ctrl-C ends"
            )
        for alert in saved.once(broker.follow(partitions, from_beginning), set(names), say, most):
            _put(alert, out)


@alerts.command(epilog=examples("newsloom alerts history", "newsloom alerts history gpu-queue --since 30d"))
@click.argument("name", required=False)
@click.option("--since", type=Since(), default="7d", show_default=True, help="Alerts since then: 12h, 7d, 2w, or a date.")
@json_option
def history(name: str | None, since: datetime, as_json: bool) -> None:
    """Show what was told, oldest first. A search that was removed since then still has its history."""
    from newsloom_cli import saved

    out = Output(as_json)
    with engines.broker(engines.settings()) as broker:
        for alert in saved.alerts(broker, since, name, say):
            _put(alert, out)


def _switch(name: str, as_json: bool, *, enabled: bool) -> None:
    from newsloom_cli import saved

    now, word = datetime.now(UTC), "on" if enabled else "paused"
    with engines.broker(engines.settings()) as broker:
        search = saved.named(saved.searches(broker), name)
        if changed := saved.switched(search, enabled=enabled, now=now):
            saved.put(broker, name, changed, now)
    _tell(changed or search.saved, as_json, f"{name} is {word}" + ("" if changed else " already"))


def _tell(search: "SavedSearch | None", as_json: bool, said: str) -> None:
    """Say what was done, and in JSON the search as it is saved now."""
    import msgspec

    out = Output(as_json)
    if out.json:
        out.put(msgspec.to_builtins(search), lambda: "")
    else:
        say(said)


def _put(alert: "Alert", out: Output) -> None:
    import msgspec

    from newsloom_cli.look import alerts as look

    if out.json:
        out.put(msgspec.to_builtins(alert), lambda: "")
    else:
        show(look.raised(alert))


def _lately(broker: "Broker", name: str | None) -> "Iterator[Alert]":
    from newsloom_cli import saved

    return saved.alerts(broker, datetime.now(UTC) - LATELY, name, say)

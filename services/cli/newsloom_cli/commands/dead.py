"""newsloom dead: what could not be processed."""

import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click

from newsloom_cli import engines
from newsloom_cli.errors import Problem, WrongInputError, say
from newsloom_cli.groups import Commands
from newsloom_cli.options import Since, ThemeId, examples, json_option
from newsloom_cli.output import Output

if TYPE_CHECKING:
    from newsloom_cli.broker import Broker
    from newsloom_cli.graveyard import Graveyard
    from newsloom_cli.letters import Entry, Wanted

F = TypeVar("F", bound=Callable[..., Any])
UNDER_WAY = "its replay was begun: go on with `newsloom dead replay`"
STATES = {"dead": "dead", "replayed": "replayed", "purged": "purged", "all": None}


class Position(click.ParamType):
    """Where a letter lies on news.dead: PARTITION:OFFSET, or the offset alone on partition 0."""

    name = "position"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        """Return (partition, offset)."""
        partition, _, offset = str(value).rpartition(":")
        if offset.isdecimal() and (partition or "0").isdecimal() and not str(value).startswith(":"):
            return int(partition or 0), int(offset)
        return self.fail(f"{value!r} is not OFFSET or PARTITION:OFFSET, as `newsloom dead list` shows it", param, ctx)


def filters(command: F) -> F:
    """Add the options that say which letters are meant."""
    for option in reversed(
        (
            click.option("--stage", metavar="STAGE", help="Only letters of this stage: decode, tag, index, publish."),
            click.option("--service", metavar="NAME", help="Only letters of this service: ingestor, tagger, indexer."),
            click.option("--error", metavar="TEXT", help="Only letters whose error holds this text."),
            click.option("--theme", type=ThemeId(), metavar="ID", help="Only articles that were tagged with this theme."),
            click.option("--feed", metavar="TEXT", help="Only articles whose feed's address or title holds this text."),
            click.option("--id", "article", metavar="ID", help="Only letters of this article: of this key, exactly."),
            click.option("--since", type=Since(), metavar="SPAN|DATE", help="Died since then: 30m, 12h, 7d, 2w, or a date."),
            click.option("--until", type=Since(), metavar="SPAN|DATE", help="Died before then."),
        )
    ):
        command = option(command)
    return command


def deciding(command: F) -> F:
    """Add what commands that change something need: which letters, and how sure somebody is."""
    command = click.option("--yes", is_flag=True, help="Do not ask.")(command)
    command = click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")(command)
    command = click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most N, the oldest.")(command)
    command = click.option("--all", "every", is_flag=True, help="All open letters, where no filter says which.")(command)
    return click.argument("positions", nargs=-1, type=Position(), metavar="[POSITION]...")(filters(command))


@click.group(cls=Commands, short_help="Look at what could not be processed, send it back, or purge it.")
def dead() -> None:
    """Look at news.dead: records that could not be processed, byte for byte, with the reason; send them back, or purge them."""


@dead.command(
    "list",
    epilog=examples("newsloom dead list", "newsloom dead list --service tagger --stage decode --limit 5 --since 7d"),
)
@filters
@click.option("--state", type=click.Choice(list(STATES)), default="dead", show_default=True, help="What became of them.")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="How many, the newest.")
@json_option
def list_(state: str, limit: int, as_json: bool, **given: Any) -> None:
    """List dead letters, the newest first: those that are open, if nothing else is asked for."""
    from newsloom_cli.letters import Wanted, chosen, line
    from newsloom_cli.look import tables

    with engines.broker(engines.settings()) as broker:
        entries, _ = _read(broker)
    found = chosen(entries, Wanted(state=STATES[state], **given))[:limit]  # type: ignore[arg-type]
    Output(as_json).put_all([line(e) for e in found], lambda: tables.dead(found))


@dead.command(epilog=examples("newsloom dead show 17", "newsloom dead show 0:17 --json | jq -r .value"))
@click.argument("position", type=Position())
@json_option
def show(position: tuple[int, int], as_json: bool) -> None:
    """Show one dead letter whole: the reason, the headers and the record itself."""
    from newsloom_cli import letters
    from newsloom_cli.look import tables

    with engines.broker(engines.settings()) as broker:
        found = letters.at(broker, *position)
    if not found:
        raise Problem(f"news.dead has no letter at {position[0]}:{position[1]}: `newsloom dead list` shows what there is")
    Output(as_json).put(letters.whole(found), lambda: tables.letter(found))


@dead.command(epilog=examples("newsloom dead replay 0:17 --dry-run", "newsloom dead replay --stage index --since 2d --yes"))
@deciding
@json_option
@click.pass_context
def replay(ctx: click.Context, /, as_json: bool, dry_run: bool, yes: bool, **given: Any) -> None:
    """Send records back to the topics that they came from, byte for byte, once what was wrong has been put right.

    A header says which letter a record comes from. What dies again is a new letter. A record is sent back once: its letter
    is marked then. After a kill the same command goes on; what had arrived is not sent again. Exit code 1 where one cannot
    be sent.
    """
    from newsloom_cli.letters import doubled, hindrance, target
    from newsloom_cli.look.progress import bar
    from newsloom_cli.replaying import Sent, replay

    out = Output(as_json)
    with engines.broker(engines.settings()) as broker:
        meant, yard = _meant(broker, given)
        twice = doubled(meant, yard.letters, yard.deeds.open)
        refused = [Sent(e.position, "refused", why) for e in meant if (why := hindrance(e))]
        going = [e for e in meant if not hindrance(e) and e.position not in twice]
        sure = _sure(f"send back {target(going) or 'nothing'}", len(going) + len(yard.found), dry_run=dry_run, yes=yes)
        sent: list[Sent] = []
        with bar("sending back", len(going) if sure else 0) as advance:
            for one in replay(broker, broker.writer(), going, yard) if sure else ():
                sent.append(one)
                advance(1)
    told = [*refused, *(sent if sure else [Sent(e.position, "would") for e in going])]
    _tell(out, told, {e.position: e for e in meant})
    ctx.exit(1 if any(s.outcome == "refused" for s in told) else 0)


@dead.command(epilog=examples("newsloom dead purge --before 90d --dry-run", "newsloom dead purge 0:17 0:18 --yes"))
@deciding
@click.option("--before", "before", type=Since(), metavar="SPAN|DATE", help="The same as --until.")
@json_option
def purge(before: datetime | None, as_json: bool, dry_run: bool, yes: bool, **given: Any) -> None:
    """Give letters up for good. The ledger counts them as purged; what lies before the first open letter is deleted.

    Kafka deletes only the oldest records of a topic: what is purged behind an open letter is not shown any more, and stays on
    the disk until the letters before it are purged or sent back.
    """
    from newsloom_cli.clearing import Trimmed, purge, trim
    from newsloom_cli.letters import hindrance
    from newsloom_cli.replaying import Sent

    given["until"] = before or given["until"]
    with engines.broker(engines.settings()) as broker:
        meant, yard = _meant(broker, given)
        going = [e for e in meant if e.state == "dead" and e.position not in yard.deeds.open]
        settled = [Sent(e.position, "refused", hindrance(e) or UNDER_WAY) for e in meant if e not in going]
        sure = _sure(f"purge {len(going):,} letters for good", len(going), dry_run=dry_run, yes=yes)
        trimmed = Trimmed(0, 0)
        if sure:
            purge(broker.writer(), going)
            trimmed = trim(broker, broker.writer())
    told = [*settled, *(Sent(e.position, "purged" if sure else "would") for e in going)]
    _tell(Output(as_json), told, {e.position: e for e in meant})
    if sure:
        kept = f"; {trimmed.kept:,} letters stay on the disk behind open ones" if trimmed.kept else ""
        say(f"{len(going):,} purged; {trimmed.deleted:,} records of news.dead deleted, its own marks included{kept}")


def _read(broker: "Broker") -> tuple[list["Entry"], "Graveyard"]:
    from newsloom_cli.graveyard import graveyard
    from newsloom_cli.letters import Entry, entry, judged

    entries: list[Entry] = []
    yard = graveyard(broker, lambda record: entries.append(entry(record)))
    return judged(entries, yard.letters), yard


def _meant(broker: "Broker", given: dict[str, Any]) -> tuple[list["Entry"], "Graveyard"]:
    """Return the letters that are meant, the oldest first. Raises WrongInputError where nothing says which."""
    from newsloom_cli.letters import chosen

    limit = given.pop("limit")
    wanted = _wanted(given)
    entries, yard = _read(broker)
    found = chosen(entries, wanted)[::-1][:limit]
    if gone := set(wanted.positions) - {e.position for e in found}:
        raise Problem(f"news.dead has no letter at {', '.join(sorted(gone))}: `newsloom dead list` shows what there is")
    return found, yard


def _wanted(given: dict[str, Any]) -> "Wanted":
    from newsloom_cli.letters import Wanted

    every, positions = given.pop("every"), tuple(f"{p}:{o}" for p, o in given.pop("positions"))
    if not (every or positions or any(given.values())):
        raise WrongInputError("say which letters are meant: positions, filters, or --all")
    return Wanted(positions=positions, state=None if positions else "dead", **given)


def _sure(deed: str, count: int, *, dry_run: bool, yes: bool) -> bool:
    """Return whether to do it: after --yes, or when the person at the terminal says so."""
    if dry_run or not count:
        return False
    if yes:
        return True
    if not sys.stdin.isatty():
        raise WrongInputError(f"to {deed}, add --yes; --dry-run shows it")
    return click.confirm(f"{deed[0].upper()}{deed[1:]}?", err=True)


def _tell(out: Output, told: Sequence[Any], entries: dict[str, "Entry"]) -> None:
    from newsloom_cli.look import tables

    lines = [
        {"position": s.position, "outcome": s.outcome, "topic": e.letter.topic if e else None, "reason": s.reason or None}
        for s in told
        for e in [entries.get(s.position)]
    ]
    out.put_all(lines, lambda: tables.replayed(lines))

"""newsloom index: versions of the index, and how one becomes the next while the stream runs."""

import signal
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from newsloom_cli import engines
from newsloom_cli.errors import Problem, WrongInputError
from newsloom_cli.groups import Commands
from newsloom_cli.options import examples, json_option
from newsloom_cli.output import Output

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from elasticsearch import Elasticsearch
    from newsloom_setup.migration import Moved, Plan
    from newsloom_setup.versions import Version

DOCKER = "under Docker the command is `docker compose run --rm index …`"


@click.group(cls=Commands, short_help="Build the next version of the index, go back to the one before, take out what is old.")
def index() -> None:
    """Versions of the index: built beside the live one, made the live one in one step, kept for a rollback, dropped.

    And what is in it: `expire` takes out what is old.

    Under Docker: `docker compose run --rm index list`, and so on: other commands have a key that may only read.
    """


@index.command("list", epilog=examples("newsloom index list"))
@json_option
def list_(as_json: bool) -> None:
    """List all versions of the index, the oldest first, and what part each plays."""
    from newsloom_setup import versions

    from newsloom_cli.look import migrations

    with _store() as client:
        lines = [_line(v) for v in versions.listed(client)]
    Output(as_json).put_all(lines, lambda: migrations.versions(lines))


@index.command(epilog=examples("newsloom index migrate --dry-run", "newsloom index migrate"))
@click.option("--dry-run", is_flag=True, help="Say what would be different, and do nothing.")
@click.option("--anyway", is_flag=True, help="Build it anew also where nothing would be different.")
@json_option
def migrate(dry_run: bool, anyway: bool, as_json: bool) -> None:
    """Build the next version of the index from the templates of this release and the user's own, and make it the live one.

    Articles go on being written and found meanwhile; for a moment at the end what is written waits. The index of before is
    kept: `newsloom index rollback` goes back to it. Killed in the middle, the same command goes on.
    """
    from newsloom_common.settings import load
    from newsloom_setup import migration
    from newsloom_setup.settings import SetupSettings
    from newsloom_setup.versions import Change

    out, analysis = Output(as_json), load(SetupSettings).analysis
    with _store() as client:
        plan = migration.plan(client, analysis)
        if dry_run or (plan.change == Change() and not anyway):
            return _planned(out, plan, nothing=plan.change == Change() and not anyway)
        return _moved(out, client, partial(migration.migrate, analysis=analysis), "migrated")


@index.command(epilog=examples("newsloom index rollback"))
@json_option
def rollback(as_json: bool) -> None:
    """Make the previous index the live one again, with everything that was written since."""
    from newsloom_setup import migration

    with _store() as client:
        _moved(Output(as_json), client, migration.rollback, "rolled back")


@index.command(epilog=examples("newsloom index expire --dry-run", "newsloom index expire --older-than 365d"))
@click.option("--older-than", metavar="DAYS", help="Their age, such as 365d; NEWSLOOM_RETENTION, if not said.")
@click.option("--dry-run", is_flag=True, help="Say how many there are, by month and theme, and do nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def expire(older_than: str | None, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Take articles out of the index that were published longer ago than so many days.

    The indexer does so by itself where NEWSLOOM_RETENTION is set. Topics keep what they have. Killed in the middle, the same
    command goes on.
    """
    from newsloom_cli import expiry
    from newsloom_cli.look import expiries
    from newsloom_cli.look.progress import bar

    out, before = Output(as_json), expiry.before(older_than, datetime.now(UTC))
    with _store() as client:
        line = expiry.plan(client, before)
        if dry_run or not line["documents"]:
            return out.put(line, lambda: expiries.planned(line))
        if not _agreed(f"Take {line['documents']:,} articles from before {before:%Y-%m-%d} out of the index?", yes=yes):
            return None
        with bar("taking out", line["documents"]) as advance:
            done = line | expiry.apply(client, before, advance)
    return out.put(done, lambda: expiries.done(done))


@index.command(epilog=examples("newsloom index drop news-articles-v1-000001"))
@click.argument("name", metavar="NAME")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def drop(name: str, yes: bool, as_json: bool) -> None:
    """Delete a version of the index that is not the live one."""
    from newsloom_setup import migration

    from newsloom_cli.look import migrations

    if not _agreed(f"Delete {name} for good?", yes=yes):
        return
    with _store() as client:
        line = {"outcome": "dropped", **_line(migration.drop(client, name))}
    Output(as_json).put(line, lambda: migrations.dropped(line))


def _agreed(question: str, *, yes: bool) -> bool:
    """Ask, unless --yes has answered. Raises WrongInputError where nobody can be asked."""
    if not yes and not sys.stdin.isatty():
        raise WrongInputError(f"{question} Add --yes")
    return yes or click.confirm(question, err=True)


def _planned(out: Output, plan: "Plan", *, nothing: bool) -> None:
    from newsloom_cli.look import migrations

    line = {
        "outcome": "current" if nothing else "would",
        "source": plan.source.name,
        "target": None if nothing else plan.target,
        "documents": plan.source.documents,
        "bytes": plan.source.bytes,
        "resumes": plan.resumes,
        **plan.change._asdict(),
    }
    out.put(line, lambda: migrations.planned(line))


def _moved(out: Output, client: "Elasticsearch", act: "Callable[..., Moved]", outcome: str) -> None:
    from newsloom_cli.look import migrations

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as after Ctrl-C: no index is left that takes no writes
    with migrations.progress(sys.stderr) as tell:
        line = {"outcome": outcome, **act(client, tell)._asdict()}
    out.put(line, lambda: migrations.moved(line))


def _line(version: "Version") -> dict[str, Any]:
    return {**version._asdict(), "created": version.created.isoformat()}


@contextmanager
def _store() -> "Iterator[Elasticsearch]":
    """Connect with the rights of set-up."""
    from elasticsearch import AuthorizationException
    from newsloom_common.settings import load
    from newsloom_setup import SetupError
    from newsloom_setup.settings import SetupSettings

    given = engines.settings()
    with engines.store(given, **load(SetupSettings).credentials()) as client:
        try:
            yield client
        except SetupError as error:
            raise Problem(str(error)) from error
        except AuthorizationException as error:
            raise Problem(f"the key may not do that: {DOCKER}") from error

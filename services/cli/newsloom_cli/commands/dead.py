"""newsloom dead: what could not be processed."""

from typing import Any

import click

from newsloom_cli import engines
from newsloom_cli.errors import Problem
from newsloom_cli.options import examples, json_option
from newsloom_cli.output import Output


class Position(click.ParamType):
    """Where a letter lies on news.dead: PARTITION:OFFSET, or the offset alone on partition 0."""

    name = "position"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        """Return (partition, offset)."""
        partition, _, offset = str(value).rpartition(":")
        if offset.isdecimal() and (partition or "0").isdecimal() and not str(value).startswith(":"):
            return int(partition or 0), int(offset)
        return self.fail(f"{value!r} is not OFFSET or PARTITION:OFFSET, as `newsloom dead list` shows it", param, ctx)


@click.group(short_help="Look at what could not be processed.")
def dead() -> None:
    """Look at news.dead: records that could not be processed, byte for byte, with the reason."""


@dead.command("list", epilog=examples("newsloom dead list", "newsloom dead list --service tagger --stage decode --limit 5"))
@click.option("--stage", metavar="STAGE", help="Only letters of this stage: decode, tag, index …")
@click.option("--service", metavar="NAME", help="Only letters of this service: ingestor, tagger, indexer.")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="How many, the newest.")
@json_option
def list_(stage: str | None, service: str | None, limit: int, as_json: bool) -> None:
    """List dead letters, the newest first."""
    from newsloom_cli import letters
    from newsloom_cli.look import tables

    with engines.broker(engines.settings()) as broker:
        found = letters.newest(letters.every(broker), limit, stage=stage, service=service)
    Output(as_json).put_all([letters.line(x) for x in found], lambda: tables.dead(found))


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

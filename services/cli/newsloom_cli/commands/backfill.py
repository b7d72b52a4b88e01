"""newsloom backfill: older articles, from wherever they were kept → news.backfill."""

import sys
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from newsloom_cli import engines
from newsloom_cli.errors import say
from newsloom_cli.options import Since, examples, json_option
from newsloom_cli.output import Output

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from newsloom_ingestor.backfill import Found
    from newsloom_schemas.codec import Message

    from newsloom_cli.backfilling import Known, Send, Tally, Wanted
    from newsloom_cli.broker import Broker
    from newsloom_cli.stores import Store


@click.command(
    short_help="Read in older articles.",
    epilog=examples(
        "newsloom backfill var/ingestor/warc --dry-run",
        "newsloom backfill articles.jsonl.gz --since 2025-01-01",
        "newsloom backfill CC-NEWS-20250101.warc.gz --rate 50",
        "jq -c .article tagged.jsonl | newsloom backfill -",
    ),
)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("--dry-run", is_flag=True, help="Publish nothing; say what would be.")
@click.option("--since", type=Since(), help="Only articles published from then on: 30d, or a date.")
@click.option("--until", type=Since(), help="Only articles published until then.")
@click.option("--limit", type=click.IntRange(min=1), help="Publish so many at most.")
@click.option("--rate", type=click.FloatRange(min=0, min_open=True), help="Publish so many a second at most.")
@json_option
@click.pass_context
def backfill(  # noqa: PLR0913, PLR0917 - an option each
    ctx: click.Context,
    sources: tuple[str, ...],
    dry_run: bool,
    since: datetime | None,
    until: datetime | None,
    limit: int | None,
    rate: float | None,
    as_json: bool,
) -> None:
    """Publish older articles to news.backfill; they are understood when no live news waits.

    SOURCE is a file of WARC (the ingestor's own archive, or any other with feeds and pages), JSON lines (an article each, as
    `newsloom parse` prints them or as they may be pushed in), a seed (NUMBER_HASH.txt), a folder of any of these, or "-" for
    standard input; .gz of all of them. An article that is on news.raw or news.backfill already is skipped, unless it is a later
    revision: after Ctrl-C or a kill, the same command goes on. What cannot be read is named on standard error, the rest is
    published all the same, and the exit code is 2.
    """
    from newsloom_cli.backfilling import Tally, Wanted
    from newsloom_cli.look import backfilled
    from newsloom_cli.stores import stores

    found, tally = stores(sources), Tally()
    with engines.broker(engines.settings()) as broker:
        try:
            _run(broker, found, Wanted(since, until, limit, rate), tally, dry=dry_run)
        except KeyboardInterrupt:
            say(f"stopped; {tally.published} articles were published. The same command again goes on from there")
            raise
    line = tally.line(dry=dry_run)
    Output(as_json).put(line, lambda: backfilled.summary(line))
    if tally.refused:
        ctx.exit(2)


def _run(broker: "Broker", found: "list[Store]", wanted: "Wanted", tally: "Tally", *, dry: bool) -> None:
    from newsloom_cli import backfilling
    from newsloom_cli.look import backfilled
    from newsloom_cli.stores import Reading

    with backfilled.progress(sum(s.size for s in found), tally, sys.stderr) as tell, closing(Reading(_now(), tell)) as reading:
        known = _known(broker)
        articles = backfilling.chosen(reading.items(found), wanted, known, tally, say)
        if dry:
            _counted(articles, tally)
            return
        backfilling.publish(backfilling.paced(articles, wanted.per_second), _sender(broker), tally, say, _now)


def _known(broker: "Broker") -> "Known":
    from newsloom_schemas.topics import BACKFILL, RAW

    from newsloom_cli.backfilling import Known

    known = Known()
    for topic in (RAW, BACKFILL):
        for record in broker.scan(broker.partitions(topic)):
            known.record(record.key, record.value)
    return known


def _sender(broker: "Broker") -> "Send":
    from newsloom_cli.backfilling import Waiting

    waiting = Waiting(say, f"Kafka at {engines.settings().kafka}")

    def send(messages: "Sequence[Message]") -> "Sequence[Exception | None]":
        errors = broker.writer().send(messages, waiting)
        waiting.over()
        return errors

    return send


def _counted(articles: "Iterable[Found]", tally: "Tally") -> None:
    for _ in articles:
        tally.published += 1


def _now() -> datetime:
    return datetime.now(UTC)

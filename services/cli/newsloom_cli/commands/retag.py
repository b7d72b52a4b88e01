"""newsloom retag: what changed themes do to the articles that are there already: shown, then applied."""

import os
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from newsloom_cli import engines, taxonomies
from newsloom_cli.errors import WrongInputError, say
from newsloom_cli.exporting import opened
from newsloom_cli.options import Since, examples, json_option
from newsloom_cli.output import Output

if TYPE_CHECKING:
    from newsloom_cli.retag.job import Job
    from newsloom_cli.retag.tally import Tally

PROCESSES = min(2, os.cpu_count() or 1)  # if nobody says otherwise: tagging is for news first


@click.command(
    short_help="Apply changed themes to older articles.",
    epilog=examples(
        "newsloom retag --dry-run --themes themes",
        "newsloom retag --dry-run --themes themes --theme jobs --sample 10",
        "newsloom retag --dry-run --from articles.jsonl.gz --since 30d",
        "newsloom retag --themes themes",
    ),
)
@click.option("--dry-run", is_flag=True, help="Change nothing; show what would change.")
@click.option("--theme", "wanted", multiple=True, metavar="ID", help="Only articles in which this theme changes; repeatable.")
@click.option(
    "--themes",
    "folder",
    type=click.Path(exists=True, file_okay=False),
    metavar="DIR",
    help="Theme files other than the usual ones.",
)
@click.option(
    "--from", "sources", multiple=True, default=("index",), metavar="index|topic|FILE",
    help="With --dry-run: what to read anew. The index, if not said; news.raw and news.backfill; or what `backfill` reads.",
)  # fmt: skip
@click.option("--since", type=Since(), help="Only articles since then: 30d, or a date.")
@click.option(
    "--limit", type=click.IntRange(min=1), metavar="N", help="With --dry-run: so many articles at most, newest first."
)
@click.option(
    "--sample", type=click.IntRange(min=0), default=3, metavar="N", help="Samples of each kind and theme; 3 if not said."
)
@click.option(
    "--workers", type=click.IntRange(1, 64), default=PROCESSES, metavar="N", help="Processes that tag; 2 if not said."
)
@click.option("--report", metavar="FILE", help="Also write a page for the browser.")
@json_option
@click.pass_context
def retag(  # noqa: PLR0913, PLR0917 - an option each
    ctx: click.Context,
    dry_run: bool,
    wanted: tuple[str, ...],
    folder: str | None,
    sources: tuple[str, ...],
    since: datetime | None,
    limit: int | None,
    sample: int,
    workers: int,
    report: str | None,
    as_json: bool,
) -> None:
    """Tag articles anew after themes have changed: with --dry-run show the difference, without it apply it.

    The difference is shown theme by theme: how many articles had the theme and have it then, gained and lost it, and in how
    many its score moves by more than 0.1, with samples and what speaks for them or against. Applied, only what differs is
    published, to news.tagged and to the topics of themes gained and lost, behind live news and never as an alert. Killed, the
    same command goes on. docs/retagging.md has the way from a changed file to a changed archive.
    """
    from newsloom_cli.retag.job import INDEX, Job
    from newsloom_cli.retag.tally import Tally

    if not dry_run and (limit or sources != (INDEX,)):
        raise WrongInputError("--from and --limit are for --dry-run: what is applied is applied to the index")
    where = taxonomies.folder(folder)
    job = Job(taxonomies.chosen(where), where, sources, wanted, since, limit, workers)
    tally = Tally(wanted, sample)
    more = _shown(job, tally) if dry_run else _applied(job, tally)
    _put(Output(as_json), tally, {**tally.total(), **more}, report)
    ctx.exit(2 if tally.failed else 1 if tally.refused else 0)


def _shown(job: "Job", tally: "Tally") -> dict[str, Any]:
    from newsloom_cli.retag import work
    from newsloom_cli.retag.job import TOPIC

    given = engines.settings()
    with engines.store(given) as client:
        work.check(job, client)
        if job.sources == (TOPIC,):
            with engines.broker(given) as broker:
                work.show(job, client, broker, tally)
        else:
            work.show(job, client, None, tally)
    return {"dry_run": True, **_version(job)}


def _applied(job: "Job", tally: "Tally") -> dict[str, Any]:
    from newsloom_cli.retag import work

    given = engines.settings()
    with engines.store(given) as client, engines.broker(given) as broker:
        work.check(job, client)
        try:
            mark = work.apply(job, client, broker, tally)
        except KeyboardInterrupt:
            say(f"stopped; {tally.published:,} articles were published. The same command again goes on from there")
            raise
    return {"run": mark.run, "published": tally.published, "refused": tally.refused, **_version(job)}


def _version(job: "Job") -> dict[str, Any]:
    return {"version": job.target.version, "taxonomy": job.target.taxonomy, "digest": job.target.digest}


def _put(out: Output, tally: "Tally", total: dict[str, Any], report: str | None) -> None:
    from newsloom_cli.look import retag_page, retags

    lines = list(tally.lines())
    if report:
        with opened(report) as stream:
            stream.write(retag_page.page(lines, total).encode("utf-8", "replace"))
    out.put_all([*lines, total], lambda: retags.difference(lines, total))

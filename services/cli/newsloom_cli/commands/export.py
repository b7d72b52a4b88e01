"""newsloom export: articles of the index → JSON lines, which `newsloom backfill` takes."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from newsloom_cli import engines
from newsloom_cli.errors import say
from newsloom_cli.options import Since, Until, examples, theme_option
from newsloom_cli.output import json_line, write

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch
    from newsloom_query import Query

PAGE = 200  # whole articles: a few megabytes at a time, a few hundred where they are as large as they may be


@click.command(
    short_help="Write articles as JSON lines.",
    epilog=examples(
        "newsloom export --to articles.jsonl.gz",
        "newsloom export --theme chips --since 30d | jq -r .article.url",
        "newsloom export --query '\"gross margin\" | 毛利率' --to margins.jsonl",
    ),
)
@theme_option("Only articles of this theme; given again, of any of them.")
@click.option("--since", type=Since(), help="Only articles since then: 30m, 12h, 7d, 2w back from now, or an ISO date or time.")
@click.option("--until", type=Until(), help="Only articles until then; a date is with that day.")
@click.option("--query", "text", metavar="QUERY", help="Only articles that are exactly what is meant: see `search`.")
@click.option("--to", "file", metavar="FILE", help="The file to write; compressed where its name ends with .gz.")
def export(themes: tuple[str, ...], since: datetime | None, until: datetime | None, text: str | None, file: str | None) -> None:
    """Write articles as they stand in the index: a TaggedArticle of the contract on each line, in no order.

    It is the index as it was when the command began; the stream goes on. `newsloom backfill FILE` reads the articles in
    again, here or elsewhere.
    """
    from newsloom_cli import exporting

    wanted = exporting.query(_asked(text), themes, since, until)
    with engines.store(engines.settings()) as client:
        if file is None or file == "-":
            count = _export(client, wanted, write)
        else:
            with exporting.opened(file) as stream:
                count = _export(client, wanted, stream.write)
    say(f"{count:,} articles exported")


def _asked(text: str | None) -> "Query | None":
    if text is None:
        return None
    from newsloom_cli import asking

    return asking.parsed(text, datetime.now(UTC))


def _export(client: "Elasticsearch", wanted: dict[str, Any], put: Callable[[bytes], object]) -> int:
    """Write the articles and return how many they were."""
    from newsloom_common import elastic
    from newsloom_schemas.index import ALIAS

    from newsloom_cli import exporting
    from newsloom_cli.look.progress import bar

    count = 0
    with bar("exporting", client.count(index=ALIAS, query=wanted)["count"]) as advance:
        for hit in elastic.scan(client, ALIAS, size=PAGE, query=wanted, _source=list(exporting.FIELDS)):
            put(json_line(exporting.tagged(hit["_source"])))
            count += 1
            if count % PAGE == 0:
                advance(PAGE)
    return count

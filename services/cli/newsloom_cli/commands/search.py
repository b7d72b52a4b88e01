"""newsloom search: what has been said about something."""

from datetime import UTC, datetime

import click

from newsloom_cli import engines, query
from newsloom_cli.errors import WrongInputError
from newsloom_cli.options import Since, examples, json_option, theme_option
from newsloom_cli.output import Output


@click.command(
    short_help="Search the articles.",
    epilog=examples(
        "newsloom search 英伟达 H100",
        "newsloom search '\"gross margin\" -forecast' --theme commercialization --since 7d",
        "newsloom search '*' --theme chips --since 2026-11-01 --json | jq -r .url",
    ),
)
@click.argument("query_text", metavar="QUERY", nargs=-1, required=True)
@theme_option("Only articles of this theme; given again, of any of them.")
@click.option("--since", type=Since(), help="Only articles since then: 30m, 12h, 7d, 2w back from now, or an ISO date or time.")
@click.option("--size", type=click.IntRange(1, 1000), default=10, show_default=True, help="How many hits.")
@json_option
def search(query_text: tuple[str, ...], themes: tuple[str, ...], since: datetime | None, size: int, as_json: bool) -> None:
    """Search titles and texts, Chinese and English, best hits first.

    Articles with most of the words come first. Other words for the same are found too, and names in any language; what is
    far behind the best is left out. "…" is a phrase that must occur, | is or, a - before a word is not, a * after it any
    ending. QUERY '*' is everything, newest first. In JSON the words found are marked with <em>.
    """
    from elasticsearch import BadRequestError
    from newsloom_schemas.index import ALIAS

    from newsloom_cli.look import tables

    body = query.body(" ".join(query_text), themes=themes, since=since, size=size, now=datetime.now(UTC))
    out, given = Output(as_json), engines.settings()
    with engines.store(given) as client:
        try:
            answer = client.search(index=ALIAS, body=body)
        except BadRequestError as error:
            raise WrongInputError(f"Elasticsearch cannot search for that: {error.message}") from error
    hits, total = query.hits(answer.body), query.total(answer.body)
    out.put_all([query.as_json(h) for h in hits], lambda: tables.hits(hits, total))

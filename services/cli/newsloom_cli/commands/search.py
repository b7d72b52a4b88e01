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
        "newsloom search '\"gross margin\" -forecast theme:commercialization since:7d'",
        "newsloom search '(company:NVIDIA | company:AMD) amount>1e9 USD'",
        "newsloom search 'theme:compute-scarcity>0.8 lang:zh' --json | jq -r .url",
        "newsloom search 'speaker:黄仁勋 title:chip*'",
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
    ending, ( ) a group; theme: company: person: product: title: speaker: source: lang: origin: since: until: are fields,
    and amount>1e9 USD, gpus>=10000, mw>500 numbers. QUERY '*' is everything, newest first. In JSON the words found are
    marked with <em>.
    """
    from elasticsearch import BadRequestError
    from newsloom_common.settings import load
    from newsloom_schemas.index import ALIAS

    from newsloom_cli import asking, weighing
    from newsloom_cli.look import tables

    now = datetime.now(UTC)
    asked, weights = asking.parsed(" ".join(query_text), now), weighing.weights(load(weighing.SearchSettings))
    body = query.body(asked, cut=query.limits(themes, since), size=size, now=now, weights=weights)
    out, given = Output(as_json), engines.settings()
    with engines.store(given) as client:
        try:
            answer = client.search(index=ALIAS, body=body, include_named_queries_score=bool(weights))
        except BadRequestError as error:
            raise WrongInputError(f"Elasticsearch cannot search for that: {error.message}") from error
    hits, total = query.hits(answer.body), query.total(answer.body)
    out.put_all([query.as_json(h) for h in hits], lambda: tables.hits(hits, total))

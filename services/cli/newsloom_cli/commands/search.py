"""newsloom search: what has been said about something."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from newsloom_cli import engines, grouping, lean, query
from newsloom_cli.errors import WrongInputError
from newsloom_cli.options import Since, examples, json_option, theme_option
from newsloom_cli.output import Output

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch


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
@click.option("--all", "each", is_flag=True, help="Show every article of a story, not only its best hit.")
@json_option
def search(  # noqa: PLR0913, PLR0917 - an option each
    query_text: tuple[str, ...], themes: tuple[str, ...], since: datetime | None, size: int, each: bool, as_json: bool
) -> None:
    """Search titles and texts, Chinese and English, best hits first.

    Articles with most of the words come first. Other words for the same are found too, and names in any language; what is
    far behind the best is left out. "…" is a phrase that must occur, | is or, a - before a word is not, a * after it any
    ending, ( ) a group; theme: company: person: product: title: speaker: source: lang: origin: since: until: are fields,
    and amount>1e9 USD, gpus>=10000, mw>500 numbers. QUERY '*' is everything, newest first. Of articles that tell one story
    in the same words only the best hit is shown, and how many others there are. In JSON the words found are marked with <em>.
    """
    lean.elasticsearch()
    from elasticsearch import BadRequestError
    from newsloom_common.settings import load

    from newsloom_cli import asking, weighing
    from newsloom_cli.look import tables

    now = datetime.now(UTC)
    asked, weights = asking.parsed(" ".join(query_text), now), weighing.weights(load(weighing.SearchSettings))
    body = query.body(asked, cut=query.limits(themes, since), size=size, now=now, weights=weights)
    out, given = Output(as_json), engines.settings()
    with engines.store(given) as client:
        try:
            answer = _found(client, body, each=each, scored=bool(weights))
        except BadRequestError as error:
            raise WrongInputError(f"Elasticsearch cannot search for that: {error.message}") from error
    hits, total = query.hits(answer), query.total(answer)
    out.put_all([query.as_json(h) for h in hits], lambda: tables.hits(hits, total))


def _found(client: "Elasticsearch", body: dict[str, Any], *, each: bool, scored: bool) -> dict[str, Any]:
    """Return the answer to a search, each story once unless ``each`` article is asked for."""
    from newsloom_schemas.index import ALIAS

    def ask(one: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = client.search(index=ALIAS, body=one, include_named_queries_score=scored).body
        return answer

    answer = ask(body if each else grouping.collapsed(body))
    if each or not answer["hits"]["hits"]:
        return answer
    if grouping.lacking(answer):
        answer = grouping.merged(answer, ask(grouping.of_lacking(body)), body["size"])
    return grouping.joined(answer, ask(grouping.siblings(body, answer)))

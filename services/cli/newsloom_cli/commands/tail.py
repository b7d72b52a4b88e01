"""newsloom tail: articles as they arrive."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from newsloom_cli import engines
from newsloom_cli.errors import say
from newsloom_cli.options import examples, json_option, theme_option
from newsloom_cli.output import Output, show, write

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsloom_schemas.types import TaggedArticle


@click.command(
    short_help="Follow the stream.",
    epilog=examples(
        "newsloom tail",
        "newsloom tail --theme compute-scarcity --theme chips",
        "newsloom tail --query 'company:NVIDIA amount>1e9 USD'",
        "newsloom tail --from-beginning --max 100 --json > articles.jsonl",
    ),
)
@theme_option("Only this theme, read from its own topic; may be given again.")
@click.option("--query", "text", metavar="QUERY", help="Only articles that are exactly what is meant: see `search`.")
@click.option("--from-beginning", is_flag=True, help="Start with the oldest article that is kept, not with the next one.")
@click.option("--max", "most", type=click.IntRange(min=1), metavar="N", help="Stop after N articles.")
@json_option
def tail(themes: tuple[str, ...], text: str | None, from_beginning: bool, most: int | None, as_json: bool) -> None:
    """Follow the stream: each article as it arrives, until Ctrl-C.

    Reads news.tagged, or the topics of the themes, without a consumer group, so it takes nothing from anybody. An article is
    shown once, also where it has several of the themes or was published again. JSON lines are TaggedArticles of the contract.
    """
    from newsloom_cli import following

    wanted = _wanted(text)
    given, out = engines.settings(), Output(as_json)
    with engines.broker(given) as broker:
        topics = following.topics(themes)
        partitions = [tp for topic in topics for tp in broker.partitions(topic)]
        if not out.json:
            say(f"following {', '.join(topics)} from the {'beginning' if from_beginning else 'end'}; Ctrl-C ends")
        records = broker.follow(partitions, from_beginning)
        for record, article in following.articles(records, most, say, wanted):
            _put(record.value, article, out)


def _wanted(text: str | None) -> "Callable[[TaggedArticle], bool]":
    """Return what tells whether an article is one of those that are asked for."""
    if text is None:
        return lambda _: True
    from newsloom_query import matches

    from newsloom_cli import asking

    query = asking.parsed(text, datetime.now(UTC))
    return lambda article: matches(query, article) is not None


def _put(value: bytes, article: "TaggedArticle", out: Output) -> None:
    from newsloom_cli.following import one_line
    from newsloom_cli.look import articles

    if out.json:
        write(one_line(value))
    else:
        show(articles.arrived(article))

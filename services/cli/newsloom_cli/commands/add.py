"""newsloom add: articles from elsewhere."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from newsloom_cli.errors import WrongInputError, say
from newsloom_cli.files import opened
from newsloom_cli.options import Since, examples, json_option
from newsloom_cli.output import Output

if TYPE_CHECKING:
    from newsloom_cli.adding import Item, Said


@click.command(
    short_help="Push articles in.",
    epilog=examples(
        "newsloom add https://example.com/article",
        "newsloom add articles.jsonl",
        "newsloom add memo.md --title 'Chips are short' --url https://example.com/memo",
        "newsloom parse feed.xml --url https://example.com/feed | newsloom add -",
    ),
)
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@click.option("--title", default="", help="Of a text or page: what it is called; its first line or heading, if not said.")
@click.option("--url", default="", help="Of a text or page: its address, by which it is known.")
@click.option("--published", type=Since(), metavar="DATE", help="Of a text or page: when it was published.")
@click.option("--language", default="", metavar="TAG", help="Of a text or page: its language, zh or en.")
@json_option
@click.pass_context
def add(ctx: click.Context, /, sources: Sequence[str], as_json: bool, **said: Any) -> None:
    """Push articles into the stream: addresses, files, or - for standard input.

    A file has JSON lines or JSON, with at least title and content; or it is one article as text, Markdown or HTML. Of an
    address the page is fetched. What is said to be new is on news.raw; the same article again is a duplicate. Exit code 1
    where any was refused.
    """
    from newsloom_cli import pushing
    from newsloom_cli.adding import Said

    out, refused = Output(as_json), 0
    with pushing.opened() as desk:
        for batch in _batches(sources, Said(**said)):
            told = desk.bring(batch[0].kind, [item.body for item in batch])
            refused += sum(_tell(out, item, one) for item, one in zip(batch, told, strict=True))
    ctx.exit(1 if refused else 0)


def _batches(sources: Sequence[str], said: "Said") -> "Iterator[list[Item]]":
    from newsloom_cli.adding import batches

    return batches(item for source in sources for item in _items(source, said, alone=len(sources) == 1))


def _items(source: str, said: "Said", *, alone: bool) -> "Iterator[Item]":
    from newsloom_cli import adding

    web = source.startswith(("http://", "https://"))
    if any(said) and (web or not alone):
        raise WrongInputError("--title, --url, --published and --language are for one file with one article")
    if web:
        yield adding.address(source)
        return
    with opened(source) as (name, stream):
        yield from adding.items(name, stream, said, datetime.now(UTC))


def _tell(out: Output, item: "Item", told: Any) -> bool:
    """Tell what became of an item; return whether it was refused."""
    from newsloom_cli.look import words

    line = {"source": item.place, **{name: value for name, value in told.items() if name != "line"}}
    out.put(line, lambda: words.joined([told["outcome"], told.get("id"), item.place, told.get("reason")]))
    if told["outcome"] == "refused":
        say(f"{item.place}: {told.get('reason', '')}")
    return bool(told["outcome"] == "refused")

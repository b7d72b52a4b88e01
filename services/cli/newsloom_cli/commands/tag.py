"""newsloom tag: article lines → what newsloom understands of them."""

from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING, Any, TypeVar

import click

from newsloom_cli import lines
from newsloom_cli.errors import Problem, say
from newsloom_cli.files import opened
from newsloom_cli.options import examples, json_option
from newsloom_cli.output import Output

if TYPE_CHECKING:
    from newsloom_tagger.analysis import Analyser

T = TypeVar("T")


@click.command(
    short_help="Tag articles, with the evidence.",
    epilog=examples(
        "newsloom tag articles.jsonl",
        "newsloom tag < articles.jsonl | jq '.themes[].id'",
        """echo '{"id":"1","title":"H100仍缺货","content":""}' | newsloom tag""",
        "newsloom tag articles.jsonl --explain 1",
    ),
)
@click.argument("file", default="-")
@click.option("--explain", metavar="ID", help="Only this article: each theme that came near, what spoke for it and against.")
@click.option("--words", is_flag=True, help="Also the words of Chinese text as they are indexed.")
@json_option
@click.pass_context
def tag(ctx: click.Context, file: str, explain: str | None, words: bool, as_json: bool) -> None:
    """Tag articles: language, themes with evidence and their most telling sentence, entities, amounts, quantities, quotes.

    FILE has one article a line, a JSON object with at least the strings "id", "title" and "content"; without FILE, or with "-",
    standard input is read. Each result is written as soon as its line is read, in the same order. A line that cannot be
    read is reported with its number, the others are tagged all the same, and the exit code is 2. Blank lines are skipped;
    a line may have 64 MiB. Needs no engine and no settings.
    """
    bad = found = False
    answer = partial(_answer, explain=explain, words=words, out=Output(as_json))
    with opened(file) as (name, stream):
        for number, line in lines.numbered(stream):
            try:
                found |= answer(lines.parse(line))
            except ValueError as error:
                bad = True
                say(f"{name} line {number}: {error}")
    if bad:
        ctx.exit(2)
    if explain is not None and not found:
        raise Problem(f"{name}: no article has the id {explain!r}")


def _answer(article: lines.Article, *, explain: str | None, words: bool, out: Output) -> bool:
    """Write what is asked of the article, and say whether anything is."""
    if explain is None:
        _tag(article, out, words=words)
    elif explain == article.id:
        _explain(article, out)
    return explain in {None, article.id}


@cache
def _analyser() -> "Analyser":
    from newsloom_tagger.analysis import Analyser
    from newsloom_tagger.taxonomy import installed

    return Analyser(installed())


def _tag(article: lines.Article, out: Output, *, words: bool) -> None:
    from newsloom_cli.tagging import tagged

    line = tagged(article.id, _understood(_analyser().analyse, article), words=words)
    out.put(line, lambda: _look().tagged(article.title, article.content, line))


def _explain(article: lines.Article, out: Output) -> None:
    from newsloom_cli.tagging import explained

    why = [explained(article.id, e) for e in _understood(_analyser().explain, article)]
    out.put_all(why, lambda: _look().explained(article.title, article.content, why))


def _look() -> Any:
    from newsloom_cli.look import articles  # only a terminal needs rich

    return articles


def _understood(understand: Callable[[str, str], T], article: lines.Article) -> T:
    """Analyse; a defect of the analysis must cost this article only, as it would in the stream (there it is a dead letter)."""
    try:
        return understand(article.title, article.content)
    except Exception as error:
        raise ValueError(f"cannot be tagged, which is a defect: {type(error).__name__}: {error}") from error

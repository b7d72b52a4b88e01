"""newsloom parse: a feed document → the articles that it yields."""

from datetime import UTC, datetime
from functools import partial

import click

from newsloom_cli.errors import WrongInputError, say
from newsloom_cli.files import opened
from newsloom_cli.options import examples, json_option
from newsloom_cli.output import Output


@click.command(
    short_help="Turn a feed document into articles.",
    epilog=examples(
        "newsloom parse feed.xml --url https://example.com/feed.xml",
        "curl -s https://example.com/feed.xml | newsloom parse - --url https://example.com/feed.xml | newsloom tag",
    ),
)
@click.argument("file")
@click.option("--url", required=True, metavar="URL", help="Where the document came from: links in it are relative to that.")
@json_option
def parse(file: str, url: str, as_json: bool) -> None:
    """Parse one feed document (RSS, RDF, Atom, JSON Feed or a news sitemap) as the ingestor would.

    Each article is written as the RawArticle that would go to news.raw. Standard error has the entries that are skipped, with
    the reason, and in one line how many articles are whole and what the feed asks of its pollers. A document that is no feed is
    a mistake: exit code 2. Needs no engine and no settings.
    """
    import msgspec
    from newsloom_ingestor.parse import MAX_BYTES, FeedError
    from newsloom_ingestor.parse import parse as parse_feed

    from newsloom_cli.look import articles
    from newsloom_cli.outline import outline, sitemaps_named

    with opened(file) as (name, stream):
        data = stream.read(MAX_BYTES + 1)
    try:
        parsed = parse_feed(data, url, fetched_at=datetime.now(UTC))
    except (FeedError, ValueError) as error:  # ValueError: an address that is none
        raise WrongInputError(f"{name}: {error}") from error
    if parsed.sitemaps:
        raise WrongInputError(f"{name}: {sitemaps_named(parsed.sitemaps)}")
    for skipped in parsed.skipped:
        say(f"{name}: skipped {skipped.entry}: {skipped.reason}")
    out = Output(as_json)
    for article in parsed.articles:
        out.put(msgspec.to_builtins(article), partial(articles.raw, article, whole=article.id in parsed.whole))
    say(f"{name}: {outline(parsed)}")

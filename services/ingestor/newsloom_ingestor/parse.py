"""The bytes of a feed → articles. Pure: nothing is fetched, nothing is remembered.

bytes ─┬ RSS, RDF, Atom: xmlfeed.py ─┬▶ drafts ─ article.py ▶ RawArticle | Skipped
       └ JSON Feed: jsonfeed.py ─────┘
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple
from urllib.parse import urlsplit, urlunsplit

from newsloom_schemas.types import Feed, RawArticle

from newsloom_ingestor import jsonfeed, text, xmlfeed
from newsloom_ingestor.article import Reason, Skipped, build
from newsloom_ingestor.xmlfeed import Document, FeedError

__all__ = ["MAX_BYTES", "MAX_ITEMS", "FeedError", "Parsed", "Reason", "Skipped", "parse"]

MAX_BYTES: Final = 8 * 1024 * 1024  # of a feed document, decompressed; whole archives of blogs are about this large
MAX_ITEMS: Final = 2000  # Media Cloud's limit; sitemaps of news have at most 1000


class Parsed(NamedTuple):
    """What a feed document says: its own name, its articles in its order, and the entries that are none, with reasons.

    ``pause_s``: seconds that the feed asks pollers to wait (ttl, sy:updatePeriod), 0 where it does not. ``whole``: ids of the
    articles whose text here is all there is, by its form: no page could add to it.
    """

    feed: Feed
    articles: tuple[RawArticle, ...]
    skipped: tuple[Skipped, ...]
    pause_s: int = 0
    whole: frozenset[str] = frozenset()


def parse(  # noqa: PLR0913 - what a document is, and where it was found
    data: bytes, url: str, *, content_type: str = "", fetched_at: datetime, category: str = "", base: str = ""
) -> Parsed:
    """Read a feed document. ``url`` is the address that the feed is known by; ``base`` where it was found, if elsewhere.

    Raises FeedError for a document that is no feed, or too large to be one.
    """
    if len(data) > MAX_BYTES:
        raise FeedError(f"larger than {MAX_BYTES} bytes")
    found = base or url
    document = _document(data, content_type)
    feed = Feed(url=without_password(url), title=text.title(document.title), category=category)
    entries = document.entries[:MAX_ITEMS]
    built = [build(d, feed, base=found, language=document.language, fetched_at=fetched_at) for d in entries]
    articles, skipped = _each_once(built)
    cut = [Skipped(feed.url, "too-many")] if len(document.entries) > MAX_ITEMS else []
    return Parsed(feed, articles, (*skipped, *cut), document.pause_s)


def without_password(url: str) -> str:
    """Return the address without a user name and password, which must not travel in messages and logs."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])) if "@" in parts.netloc else url


def _document(data: bytes, content_type: str) -> Document:
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if not start:
        raise FeedError("empty")
    # Many servers name JSON Feeds text/plain and many name XML application/json: the first byte is the better witness.
    if start in {b"{", b"["}:
        return jsonfeed.read(data, MAX_ITEMS + 1)
    return xmlfeed.read(data, content_type, MAX_ITEMS + 1)


def _each_once(built: Iterable[RawArticle | Skipped]) -> tuple[tuple[RawArticle, ...], list[Skipped]]:
    """Split; of several entries with one identity the first, which feeds put the newest, is the article."""
    articles: dict[str, RawArticle] = {}
    skipped: list[Skipped] = []
    for one in built:
        if isinstance(one, Skipped):
            skipped.append(one)
        elif one.id in articles:
            skipped.append(Skipped(one.url or one.id, "duplicate"))
        else:
            articles[one.id] = one
    return tuple(articles.values()), skipped

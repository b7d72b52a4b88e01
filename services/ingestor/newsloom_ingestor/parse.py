"""The bytes of a feed → articles. Pure: nothing is fetched, nothing is remembered.

bytes ─ encoding.py ▶ text ─┬ XML: elements.py ─┬ RSS, RDF, Atom: xmlfeed.py ─┬▶ drafts ─ article.py ▶ RawArticle | Skipped
                            │                   └ news sitemap: sitemap.py ───┤
                            ├ broken XML: loosefeed.py (feedparser) ──────────┤
                            └ JSON Feed: jsonfeed.py ─────────────────────────┘
"""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple
from urllib.parse import urlsplit, urlunsplit

from newsloom_schemas.types import Feed, RawArticle

from newsloom_ingestor import elements, jsonfeed, loosefeed, sitemap, text, xmlfeed
from newsloom_ingestor.article import Built, Reason, Setting, Skipped, build
from newsloom_ingestor.canonical import absolute
from newsloom_ingestor.document import Asks, Document, FeedError, Sitemap
from newsloom_ingestor.encoding import decode

__all__ = ["MAX_BYTES", "MAX_ITEMS", "FeedError", "Parsed", "Reason", "Skipped", "parse"]

MAX_BYTES: Final = 8 * 1024 * 1024  # of a feed document, decompressed; whole archives of blogs are about this large
MAX_ITEMS: Final = 2000  # Media Cloud's limit; sitemaps of news have at most 1000

ROOT: Final = re.compile(r"<(?:[a-z0-9]+:)?(?:rss|feed|rdf|channel|urlset|sitemapindex)[\s>]", re.IGNORECASE)
PAGE: Final = re.compile(r"<(?:!doctype\s+html|html|body)\b", re.IGNORECASE)
ROOT_WITHIN: Final = 65_536  # characters; comments and processing instructions may come first
HAN: Final = re.compile("[\u4e00-\u9fff]")
KANA_OR_HANGUL: Final = re.compile("[\u3041-\u30ff\uac00-\ud7a3]")


class Parsed(NamedTuple):
    """What a feed document says: its own name, its articles in its order, and the entries that are none, with reasons.

    ``pause_s``: seconds that the feed asks pollers to wait (ttl, sy:updatePeriod), 0 where it does not. ``whole``: ids of the
    articles whose text here is all there is, by its form: no page could add to it. ``skip_hours`` (UTC) and ``skip_days``
    (Monday is 0): when the feed asks not to be polled. ``hub`` and ``self_url``: its WebSub hub and its name there.
    ``sitemaps``: those of an index, which has no articles of its own.
    """

    feed: Feed
    articles: tuple[RawArticle, ...]
    skipped: tuple[Skipped, ...]
    pause_s: int = 0
    whole: frozenset[str] = frozenset()
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()
    hub: str = ""
    self_url: str = ""
    sitemaps: tuple[Sitemap, ...] = ()

    @property
    def asks(self) -> Asks:
        """What the feed asks of its pollers, in one."""
        return Asks(self.pause_s, self.skip_hours, self.skip_days, self.hub, self.self_url)


def parse(  # noqa: PLR0913 - what a document is, and where it was found
    data: bytes, url: str, *, content_type: str = "", fetched_at: datetime, category: str = "", base: str = ""
) -> Parsed:
    """Read a feed document. ``url`` is the address that the feed is known by; ``base`` where it was found, if elsewhere.

    Raises FeedError for a document that is no feed, or too large to be one.
    """
    if len(data) > MAX_BYTES:
        raise FeedError(f"larger than {MAX_BYTES} bytes")
    found = base or url
    read = document(data, content_type)
    feed = Feed(url=without_password(url), title=text.title(read.title), category=category)
    chinese = is_chinese(read)
    setting = Setting(feed, found, read.language, chinese, fetched_at)
    built = [build(draft, setting) for draft in read.entries[:MAX_ITEMS]]
    articles, skipped = _each_once(built)
    cut = [Skipped(feed.url, "too-many")] if len(read.entries) > MAX_ITEMS else []
    whole = frozenset(id_ for id_, one in articles.items() if one.whole)
    asks = read.asks
    return Parsed(
        feed,
        tuple(one.article for one in articles.values()),
        (*skipped, *cut),
        asks.pause_s,
        whole,
        asks.skip_hours,
        asks.skip_days,
        _address(asks.hub, found),
        _address(asks.self_url, found),
        tuple(s._replace(url=address) for s in read.sitemaps if (address := absolute(s.url, found))),
    )


def _address(address: str, base: str) -> str:
    """The whole address; of none, none, where joining would make it the base."""
    return (absolute(address, base) or "") if address else ""


def is_chinese(document: Document) -> bool:
    """Whether its dates are China's where they name no zone: it says that it is Chinese, or says nothing and its titles are."""
    if document.language:
        return document.language.lower().startswith("zh")
    titles = "".join((document.title, *(draft.title for draft in document.entries[:20])))
    return bool(HAN.search(titles)) and not KANA_OR_HANGUL.search(titles)


def without_password(url: str) -> str:
    """Return the address without a user name and password, which must not travel in messages and logs."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])) if "@" in parts.netloc else url


def document(data: bytes, content_type: str) -> Document:
    """Return what the document says, of any format, before anything is made of it. Raises FeedError."""
    content = decode(data, content_type).text.lstrip()
    if not content.strip("\0"):
        raise FeedError("empty")
    # Many servers name JSON Feeds text/plain and many name XML application/json: the first character is the better witness.
    if content[0] in "{[":
        return jsonfeed.read(content, MAX_ITEMS + 1)
    if not ROOT.search(content[:ROOT_WITHIN]):
        page = PAGE.search(content[:ROOT_WITHIN])
        raise FeedError("a web page, not a feed" if page else "neither RSS, RDF, Atom nor a sitemap")
    return _xml(content)


def _xml(content: str) -> Document:
    tree = elements.root(content)
    found = None
    if tree is not None:
        found = xmlfeed.read(tree, MAX_ITEMS + 1) or sitemap.read(tree, MAX_ITEMS + 1)
    return found or loosefeed.read(content, MAX_ITEMS + 1)


def _each_once(built: Iterable[Built | Skipped]) -> tuple[dict[str, Built], list[Skipped]]:
    """Split; of several entries with one identity the first, which feeds put the newest, is the article."""
    articles: dict[str, Built] = {}
    skipped: list[Skipped] = []
    for one in built:
        if isinstance(one, Skipped):
            skipped.append(one)
        elif one.article.id in articles:
            skipped.append(Skipped(one.article.url or one.article.id, "duplicate"))
        else:
            articles[one.article.id] = one
    return articles, skipped

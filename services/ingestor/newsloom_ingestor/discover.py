"""A web page → the addresses at which its feeds are or may be. Pure: whoever asks them finds out.

What the page declares (``link rel=alternate``) comes first, then what is known of the great sites (``feed_addresses.csv``, with
a source for each), then links that look like feeds, then guesses: the addresses at which most software puts feeds.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urljoin, urlsplit

from lxml import etree

from newsloom_ingestor import text
from newsloom_ingestor.canonical import absolute
from newsloom_ingestor.elements import Element
from newsloom_ingestor.encoding import decode

MAX_PAGE: Final = 4 * 1024 * 1024  # bytes that are looked at
MAX_FOUND: Final = 50  # of each kind; portals link hundreds
META_WITHIN: Final = 4096  # bytes; HTML wants it in the first 1024 (WHATWG HTML, 4.2.5.4)
TYPES: Final = {
    "application/rss+xml": "rss", "application/atom+xml": "atom", "application/feed+json": "json", "application/rdf+xml": "rss",
    "application/json": "json", "application/xml": "", "text/xml": "", "text/rss+xml": "rss", "text/rss": "rss",
    "application/x-rss+xml": "rss", "application/x.atom+xml": "atom", "text/atom+xml": "atom",
}  # fmt: skip
VAGUE: Final = frozenset({"application/json", "application/xml", "text/xml"})  # not only of feeds: WordPress's API is JSON
LIKE_FEED: Final = re.compile(
    r"(?:^|[/_.=-])(?:rss2?|atom|feeds?|rdf)(?:[/_.&=?-]|$)|\.(?:rss|atom|rdf)$|/index\.(?:xml|rdf)$|/feed\.json$",
    re.IGNORECASE,
)
WORDS: Final = {"atom": "atom", "json": "json", "rss": "rss", "rdf": "rss"}  # in an address
COMMENTS: Final = re.compile(r"/comments?(?:/|$)|\bcomments?\b|评论|評論", re.IGNORECASE)
# Where software puts feeds: WordPress and Substack /feed, Ghost /rss, Hugo index.xml, Jekyll feed.xml, Hexo atom.xml.
USUAL: Final = (
    ("feed", "rss"), ("rss.xml", "rss"), ("atom.xml", "atom"), ("feed.xml", ""), ("index.xml", "rss"), ("rss", "rss"),
    ("feed.json", "json"),
)  # fmt: skip
AT_ROOT: Final = (("news-sitemap.xml", "sitemap"), ("sitemap-news.xml", "sitemap"))


class Found(NamedTuple):
    """An address, what the page calls it, its format where that is told (rss, atom, json, sitemap), and if it is a guess."""

    url: str
    title: str = ""
    type: str = ""
    guess: bool = False


class Site(NamedTuple):
    """A row of the table: what addresses of pages look like, and the feed of such a page."""

    page: re.Pattern[str]
    feed: str
    type: str


def discover(page: bytes, url: str) -> tuple[Found, ...]:
    """Return http(s) addresses, each once, the likeliest first; those of comments after the others of their kind."""
    root = _html(page[:MAX_PAGE])
    elements = list(root.iter("base", "link", "a")) if root is not None else []
    base = next((b for e in elements if e.tag == "base" and (b := absolute(e.get("href") or "", url))), url)
    declared = _for_comments_last(_declared(elements, base))
    linked = _for_comments_last(_linked(elements, base))
    found: dict[str, Found] = {}
    for one in (*declared[:MAX_FOUND], *_known(url), *linked[:MAX_FOUND], *_guesses(url)):
        found.setdefault(one.url, one)
    return tuple(found.values())


@cache
def sites() -> tuple[Site, ...]:
    """Return the rows of ``feed_addresses.csv``."""
    rows = csv.DictReader(Path(__file__).with_name("feed_addresses.csv").read_text("utf-8").splitlines())
    return tuple(Site(re.compile(row["page"], re.IGNORECASE), row["feed"], row["type"]) for row in rows)


def _html(page: bytes) -> Element | None:
    """The page as a tree, None for an empty one."""
    meta = re.search(rb"<meta\b[^>]*?(charset\s*=\s*[\"']?[\w:.-]+)", page[:META_WITHIN], re.IGNORECASE)
    content = decode(page, meta[1].decode("ascii", "ignore") if meta else "").text
    parser = etree.HTMLParser(encoding="utf-8", no_network=True)
    try:
        return etree.fromstring(text.clean(content).encode(), parser)
    except etree.XMLSyntaxError:
        return None


def _declared(elements: Iterable[Element], base: str) -> Iterator[Found]:
    for element in elements:
        kind = (element.get("type") or "").partition(";")[0].strip().lower()
        relations = (element.get("rel") or "").lower().split()
        link = absolute(element.get("href") or "", base)
        feed = kind in TYPES and (kind not in VAGUE or LIKE_FEED.search(_path(link or "")))
        if link and element.tag != "base" and (("alternate" in relations and feed) or "feed" in relations):
            yield Found(link, text.title(element.get("title") or ""), TYPES.get(kind, ""))


def _linked(elements: Iterable[Element], base: str) -> Iterator[Found]:
    for element in elements:
        link = absolute(element.get("href") or "", base) if element.tag == "a" else None
        if link and LIKE_FEED.search(_path(link)):
            yield Found(link.partition("#")[0], text.title("".join(element.itertext())), _type(link))


def _known(url: str) -> Iterator[Found]:
    for site in sites():
        if match := site.page.fullmatch(url.partition("#")[0]):
            yield Found(match.expand(site.feed), "", site.type)


def _guesses(url: str) -> Iterator[Found]:
    """Below the page first, then below its site."""
    if not absolute(url, ""):
        return
    folder = urlsplit(url).path.rstrip("/") + "/"
    for where in dict.fromkeys((folder, "/")):
        yield from (Found(urljoin(url, where + name), "", kind, guess=True) for name, kind in USUAL)
    yield from (Found(urljoin(url, "/" + name), "", kind, guess=True) for name, kind in AT_ROOT)


def _path(link: str) -> str:
    """What of an address can say that it is a feed's: path and query, or a host like feeds.example.org."""
    parts = urlsplit(link)
    host = "/feeds" if (parts.hostname or "").startswith(("feeds.", "rss.", "feed.")) else ""
    return f"{host}{parts.path}?{parts.query}" if parts.query else f"{host}{parts.path}"


def _type(link: str) -> str:
    path = _path(link).lower()
    return next((kind for word, kind in WORDS.items() if word in path), "")


def _for_comments_last(found: Iterable[Found]) -> list[Found]:
    return sorted(found, key=lambda one: bool(COMMENTS.search(one.title) or COMMENTS.search(urlsplit(one.url).path)))

"""RSS, RDF and Atom that are not well-formed → drafts, by feedparser, which reads tag by tag what no XML parser takes.

feedparser's sanitising and resolving of links inside HTML are off: text.py keeps no markup at all, and they take two thirds of
the time.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

import feedparser

from newsloom_ingestor import asks
from newsloom_ingestor.document import Asks, Document, Draft, FeedError
from newsloom_ingestor.xmlfeed import without_mail

SKIPS: Final = 2000  # characters that 24 hours or 7 days may take


def read(text: str, limit: int) -> Document:
    """Return the document with its first ``limit`` entries, or raise FeedError.

    Links stay relative, save to an xml:base: told the feed's address, feedparser would make addresses of guids that are none.
    """
    headers = {"content-type": "application/xml; charset=utf-8"}
    try:
        found = feedparser.parse(
            text.encode("utf-8", "replace"), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except Exception as error:
        raise FeedError(f"feedparser gave up: {type(error).__name__}: {error}") from error
    if not found.version and not found.entries:
        raise FeedError(f"not well-formed: {found.get('bozo_exception', 'nor any of the formats that are read')}")
    feed = found.feed
    return Document(
        _text(feed, "title"), _text(feed, "language"), tuple(_draft(e) for e in found.entries[:limit]), _asks(feed, text)
    )


def _draft(entry: Any) -> Draft:
    details = _each(entry, "content")
    return Draft(
        guid=_text(entry, "id"),
        link=_link(entry),
        title=_text(entry, "title"),
        full=tuple(_text(d, "value") for d in details),
        bodies=(_text(entry, "summary"),),
        published=(_text(entry, "published"), _text(entry, "created")),
        updated=(_text(entry, "updated"),),
        authors=tuple(without_mail(_text(a, "name")) for a in _each(entry, "authors")),
        categories=tuple(_text(t, "label") or _text(t, "term") for t in _each(entry, "tags")),
        language=next((t for d in details if (t := _text(d, "language"))), ""),
        image=_image(entry),
    )


def _link(entry: Any) -> str:
    """The page: behind FeedBurner's redirect where there is one. Feedparser makes a link of a guid too, which may be none:
    only an entry with a link element of its own has a link. Where an element called "links" has put its text in the place
    of the list, that cannot be told, and the link is taken.
    """
    own = isinstance(dict.get(entry, "links"), str) or any(_text(k, "rel") == "alternate" for k in _each(entry, "links"))
    return _text(entry, "feedburner_origlink") or (_text(entry, "link") if own else "")


def _image(entry: Any) -> str:
    thumbnails = _each(entry, "media_thumbnail")
    enclosures = [k for k in _each(entry, "links") if _text(k, "rel") == "enclosure"]
    given = [*_each(entry, "media_content"), *enclosures]
    pictures = [p for p in given if _text(p, "type").startswith("image") or _text(p, "medium") == "image"]
    return next((found for p in (*pictures, *thumbnails) if (found := _text(p, "url") or _text(p, "href"))), "")


def _each(entry: Any, name: str) -> list[Mapping[str, Any]]:
    """What feedparser lists under a name; the text of an element that is called so is no list, although it lies there."""
    found = dict.get(entry, name)
    return [d for d in found if isinstance(d, Mapping)] if isinstance(found, list) else []


def _text(mapping: Any, name: str) -> str:
    # dict.get: feedparser's own answers "published" where "updated" is asked for, with a warning.
    value = dict.get(mapping, name)
    return value if isinstance(value, str) else ""


def _asks(feed: Any, text: str) -> Asks:
    """What the feed asks; hours and days to skip are read from the text, since feedparser runs them together."""
    links = [(_text(k, "rel").lower().split(), _text(k, "href")) for k in _each(feed, "links")]
    hub, own = (next((href for rel, href in links if name in rel), "") for name in ("hub", "self"))
    pause = asks.pause(_text(feed, "ttl"), _text(feed, "sy_updateperiod"), _text(feed, "sy_updatefrequency"))
    return asks.asks(pause, _skipped("hour", text), _skipped("day", text), hub, own)


def _skipped(what: str, text: str) -> list[str]:
    """The words within skipHours or skipDays, as far as that goes where it is not closed."""
    start = re.search(rf"<skip{what}s\b", text, re.IGNORECASE)
    held = text[start.end() : start.end() + SKIPS].partition("</skip")[0] if start else ""
    return re.findall(rf"<{what}>\s*(\w+)", held, re.IGNORECASE)

"""RSS 0.9x to 2.0, RDF and Atom → drafts, by feedparser.

feedparser's sanitising and resolving of links inside HTML are off: text.py keeps no markup at all, and they take two thirds of
the time.
"""

import calendar
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

import feedparser

from newsloom_ingestor.article import Draft

HOUR: Final = 3600
# RSS 1.0 module "syndication": http://web.resource.org/rss/1.0/modules/syndication/
DAY: Final = 24 * HOUR
PERIODS: Final = {"hourly": HOUR, "daily": DAY, "weekly": 7 * DAY, "monthly": 30 * DAY, "yearly": 365 * DAY}
ROOT: Final = re.compile(rb"<(?:[a-z0-9]+:)?(?:rss|feed|rdf|channel)[\s>]", re.IGNORECASE)
PAGE: Final = re.compile(rb"<(?:!doctype\s+html|html|body)\b", re.IGNORECASE)
ROOT_WITHIN: Final = 65_536  # bytes; comments and processing instructions may come first
PERSON: Final = re.compile(r"^\s*\S+@\S+\s+\((?P<name>.+)\)\s*$")  # RSS 2.0: "mail@example.org (A Name)"


class FeedError(ValueError):
    """The document is no feed; the text says what it is instead, as far as that can be told."""


class Document(NamedTuple):
    """A feed of any format: ``pause_s`` is how long it asks pollers to wait, 0 where it says nothing."""

    title: str
    language: str
    pause_s: int
    entries: tuple[Draft, ...]


def read(data: bytes, content_type: str, limit: int) -> Document:
    """Return the document with its first ``limit`` entries, or raise FeedError.

    Links stay relative, save to an xml:base: told the feed's address, feedparser would make addresses of guids that are none.
    """
    if not ROOT.search(data[:ROOT_WITHIN].replace(b"\0", b"")):  # without its zeros, UTF-16 is ASCII here
        raise FeedError("a web page, not a feed" if PAGE.search(data[:ROOT_WITHIN]) else "neither RSS, RDF nor Atom")
    headers = {"content-type": content_type or "application/xml"}
    try:
        found = feedparser.parse(data, response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    except Exception as error:
        raise FeedError(f"feedparser gave up: {type(error).__name__}: {error}") from error
    if not found.version and not found.entries:
        raise FeedError(f"not well-formed: {found.get('bozo_exception', 'no entries')}")
    feed = found.feed
    return Document(
        title=_text(feed, "title"),
        language=_text(feed, "language"),
        pause_s=_pause(feed),
        entries=tuple(_draft(e) for e in found.entries[:limit]),
    )


def _draft(entry: Any) -> Draft:
    details = _each(entry, "content")
    return Draft(
        guid=_text(entry, "id"),
        link=_link(entry),
        title=_text(entry, "title"),
        bodies=(*(_text(d, "value") for d in details), _text(entry, "summary")),
        published=_time(entry, "published_parsed"),
        updated=_time(entry, "updated_parsed"),
        authors=tuple(_person(a) for a in _each(entry, "authors")),
        categories=tuple(_text(t, "label") or _text(t, "term") for t in _each(entry, "tags")),
        language=next((t for d in details if (t := _text(d, "language"))), ""),
    )


def _link(entry: Any) -> str:
    """The page: behind FeedBurner's redirect where there is one. Feedparser makes a link of a guid too, which may be none:
    only an entry with a link element of its own has a link. Where an element called "links" has put its text in the place
    of the list, that cannot be told, and the link is taken.
    """
    own = isinstance(dict.get(entry, "links"), str) or any(_text(k, "rel") == "alternate" for k in _each(entry, "links"))
    return _text(entry, "feedburner_origlink") or (_text(entry, "link") if own else "")


def _each(entry: Any, name: str) -> list[Mapping[str, Any]]:
    """What feedparser lists under a name; the text of an element that is called so is no list, although it lies there."""
    found = dict.get(entry, name)
    return [d for d in found if isinstance(d, Mapping)] if isinstance(found, list) else []


def _text(mapping: Any, name: str) -> str:
    # dict.get: feedparser's own answers "published" where "updated" is asked for, with a warning.
    value = dict.get(mapping, name)
    return value if isinstance(value, str) else ""


def _person(author: Any) -> str:
    name = _text(author, "name")
    match = PERSON.match(name)
    return match["name"] if match else name


def _time(entry: Any, name: str) -> datetime | None:
    """Times are UTC as feedparser gives them; where a feed names no zone it takes UTC."""
    parsed = dict.get(entry, name)
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None
    except (TypeError, ValueError, OverflowError):  # the year 0, say
        return None


def _pause(feed: Any) -> int:
    """The longer of RSS 2.0's ``ttl`` (minutes) and the syndication module's period, in seconds; absurd ones are nothing."""
    ttl, every = _text(feed, "ttl").strip(), PERIODS.get(_text(feed, "sy_updateperiod").strip().lower(), 0)
    frequency = _text(feed, "sy_updatefrequency").strip()
    minutes = int(ttl) if ttl.isascii() and ttl.isdecimal() and len(ttl) < 7 else 0
    times = int(frequency) if frequency.isascii() and frequency.isdecimal() and len(frequency) < 7 else 1
    return max(minutes * 60, every // max(times, 1))

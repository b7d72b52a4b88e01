"""RSS 0.9x to 2.0, RDF and Atom that are well-formed → drafts. Others are loosefeed.py's.

One way for all of them: an entry's children by short names, and for each part of a draft the names that may hold it, the better
ones first. Feeds mix formats freely (Atom links and Dublin Core dates in RSS), so no name is bound to one format.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from newsloom_ingestor import asks
from newsloom_ingestor.document import Asks, Document, Draft
from newsloom_ingestor.elements import Element, address, children, language, markup, short, words
from newsloom_ingestor.media import image, with_groups

ENTRIES: Final = frozenset({"item", "entry", "atom:entry", "atom:item"})
Parts = dict[str, list[Element]]
GUID: Final = ("guid", "atom:id", "id", "dc:identifier")
TITLE: Final = ("title", "atom:title", "media:title", "dc:title", "itunes:title")
FULL: Final = ("content:encoded", "atom:content", "xhtml:body", "xhtml:div", "content", "body", "fullitem")
SUMMARY: Final = ("description", "atom:summary", "summary", "media:description", "dc:description", "dcterms:abstract",
                  "itunes:summary", "itunes:subtitle", "atom:tagline", "abstract")  # fmt: skip
PUBLISHED: Final = ("pubdate", "atom:published", "atom:issued", "dcterms:issued", "dc:date", "dcterms:created", "atom:created",
                    "published", "date")  # fmt: skip
UPDATED: Final = ("atom:updated", "atom:modified", "dcterms:modified", "updated", "lastbuilddate")
AUTHORS: Final = ("atom:author", "dc:creator", "author", "dc:author", "itunes:author", "dcterms:creator")
CATEGORIES: Final = ("category", "atom:category", "dc:subject", "media:category", "itunes:category", "dcterms:subject")
PERSON: Final = re.compile(
    r"^\s*\S+@\S+\s+\(([^()]+)\)\s*$|^\s*([^()<>]*[^()<>\s])\s*[(<]\S+@\S+[)>]\s*$"
)  # with a mail address


def read(root: Element, limit: int) -> Document | None:
    """Return the document with its first ``limit`` entries, or None where it is none of these formats."""
    channel = _channel(root)
    if channel is None:
        return None
    parts = children(channel)
    entries = _entries(root)
    return Document(
        title=_first(parts, TITLE),
        language=_first(parts, ("language", "dc:language")) or language(channel),
        asks=_asks(parts),
        entries=tuple(_draft(entry, channel) for entry, _ in zip(entries, range(limit), strict=False)),
    )


def _channel(root: Element) -> Element | None:
    name = short(root.tag)
    if name in {"channel", "atom:feed", "feed", "atom:entry"}:
        return root
    if name not in {"rss", "rdf:RDF", "RDF"}:
        return None
    return next((c for c in root if isinstance(c.tag, str) and short(c.tag) == "channel"), root)


def _entries(root: Element) -> Iterator[Element]:
    """The entries wherever they are: RDF has them beside its channel, some RSS outside of it."""
    return (e for e in root.iter() if isinstance(e.tag, str) and short(e.tag) in ENTRIES)


def _draft(entry: Element, channel: Element) -> Draft:
    parts = with_groups(children(entry))
    full = [e for e in _all(parts, FULL) if not e.get("src")]  # Atom's content that is elsewhere
    spoken = _first(parts, ("dc:language", "language")) or next((language(e) for e in full), "") or language(entry)
    return Draft(
        guid=_first(parts, GUID) or next((v for k, v in entry.attrib.items() if k.endswith("}about")), ""),
        link=_link(parts),
        title=next((markup(e) for e in _all(parts, TITLE) if words(e)), ""),
        full=tuple(markup(e) for e in full),
        bodies=tuple(markup(e) for e in _all(parts, SUMMARY)),
        published=tuple(words(e) for e in _all(parts, PUBLISHED)),
        updated=tuple(words(e) for e in _all(parts, UPDATED)),
        authors=tuple(_authors(parts) or (_authors(children(channel)) if short(channel.tag) in {"atom:feed", "feed"} else ())),
        categories=tuple(_category(e) for e in _all(parts, CATEGORIES)),
        language=spoken,
        image=image(parts),
    )


def _all(parts: Parts, names: Iterable[str]) -> list[Element]:
    return [element for name in names for element in parts.get(name, ())]


def _first(parts: Parts, names: Iterable[str]) -> str:
    return next((text for element in _all(parts, names) if (text := words(element))), "")


def _link(parts: Parts) -> str:
    """The page: behind FeedBurner's redirect where there is one; of Atom's links the one called alternate, or nothing."""
    if origin := _first(parts, ("feedburner:origlink",)):
        return origin
    plain = next((address(e, text) for e in parts.get("link", ()) if (text := words(e))), "")
    links = [*parts.get("atom:link", ()), *parts.get("link", ())]
    pages = [
        e for e in links if (e.get("href") or words(e)) and e.get("rel", "alternate").lower().rpartition("/")[2] == "alternate"
    ]
    pages.sort(key=lambda e: "html" not in e.get("type", "html"))  # of several, the one for people
    return plain or next((address(e, e.get("href") or words(e)) for e in pages), "")


def _authors(parts: Parts) -> list[str]:
    return [name for e in _all(parts, AUTHORS) if (name := _person(e))]


def _person(author: Element) -> str:
    inner = children(author)
    name = _first(inner, ("atom:name", "name")) if inner else words(author)
    return without_mail(name)


def without_mail(author: str) -> str:
    """Return the name in RSS 2.0's "mail@example.org (A Name)" and in "A Name <mail@example.org>"."""
    match = PERSON.match(author[:500])
    return (match[1] or match[2]) if match else author


def _category(element: Element) -> str:
    return element.get("label") or element.get("term") or element.get("text") or words(element)


def _asks(parts: Parts) -> Asks:
    links = [(set(e.get("rel", "").lower().split()), address(e, e.get("href", ""))) for e in _all(parts, ("atom:link", "link"))]
    ttl, period, frequency = (_first(parts, (name,)) for name in ("ttl", "sy:updateperiod", "sy:updatefrequency"))
    return asks.asks(
        asks.pause(ttl, period, frequency),
        [words(e) for holder in parts.get("skiphours", ()) for e in holder],
        [words(e) for holder in parts.get("skipdays", ()) for e in holder],
        next((href for rel, href in links if "hub" in rel), ""),
        next((href for rel, href in links if "self" in rel), ""),
    )

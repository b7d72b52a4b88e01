"""An XML document → its elements by short names, whatever prefixes and versions of namespaces it uses. Pure.

The tree is lxml's. Nothing is fetched and no entity is unfolded: of a document that declares entities nothing is read here.
"""

import base64
import html
import re
from collections.abc import Iterator
from functools import lru_cache
from html.entities import html5
from typing import Any, Final
from urllib.parse import urljoin

from lxml import etree

Element = Any  # lxml has no types
XML: Final = "{http://www.w3.org/XML/1998/namespace}"
XHTML: Final = "http://www.w3.org/1999/xhtml"
# Beginnings of namespaces, in lower case without "http://": feeds vary in version, scheme and final slash.
SPACES: Final = {
    "www.w3.org/2005/atom": "atom", "purl.org/atom/ns": "atom", "purl.org/rss/1.0/modules/content": "content",
    "purl.org/rss/1.0/modules/syndication": "sy", "purl.org/rss/1.0": "", "purl.org/net/rss1.1": "",
    "my.netscape.com/rdf/simple/0.9": "", "my.netscape.com/publish/formats": "", "channel.netscape.com/rdf/simple/0.9": "",
    "backend.userland.com": "", "blogs.law.harvard.edu/tech/rss": "", "cyber.law.harvard.edu/rss": "",
    "www.rssboard.org/rss": "", "purl.org/dc/elements": "dc", "purl.org/dc/terms": "dcterms", "search.yahoo.com/mrss": "media",
    "www.itunes.com/dtds/podcast": "itunes", "rssnamespace.org/feedburner": "feedburner", "www.w3.org/1999/xhtml": "xhtml",
    "www.w3.org/1999/02/22-rdf-syntax-ns": "rdf", "www.sitemaps.org/schemas/sitemap": "map",
    "www.google.com/schemas/sitemap/": "map", "www.google.com/schemas/sitemap-news": "news",
    "www.google.com/schemas/sitemap-image": "image",
}  # fmt: skip
FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # XML 1.0, 2.2
NAMED: Final = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
XML_OWN: Final = frozenset({"lt", "gt", "amp", "quot", "apos"})
BARE: Final = re.compile(r"&(?!#\d+;|#[xX][0-9A-Fa-f]+;|[A-Za-z][A-Za-z0-9]*;)")


def root(text: str) -> Element | None:
    """Return the root of a document that is well-formed, if need be once characters and entities are mended; else None."""
    if "<!ENTITY" in text:
        return None
    declared = "<!DOCTYPE" in text[:4096]  # then unknown entities are no error, they are silently nothing
    found = None if declared else _tree(text)
    return found if found is not None else _tree(mended(text))


def mended(text: str) -> str:
    """Return the text without what XML forbids, HTML's entities as characters, lone ampersands as entities save in CDATA."""
    parts = _cdata(FORBIDDEN.sub("", text))
    return "".join(part if verbatim else BARE.sub("&amp;", NAMED.sub(_character, part)) for part, verbatim in parts)


def _cdata(text: str) -> Iterator[tuple[str, bool]]:
    """The text in pieces, and whether each is a CDATA section. An expression would look for the end anew at every start."""
    at = 0
    while (start := text.find("<![CDATA[", at)) >= 0 and (end := text.find("]]>", start)) >= 0:
        yield text[at:start], False
        yield text[start : end + 3], True
        at = end + 3
    yield text[at:], False


def _character(match: re.Match[str]) -> str:
    name = match[1]
    if name in XML_OWN:
        return match[0]
    found = html5.get(f"{name};", "")
    return found if found and set(found).isdisjoint("<>&") else f"&amp;{name};"


def _tree(text: str) -> Element | None:
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return None


@lru_cache(maxsize=4096)
def short(tag: str) -> str:
    """Return the short name of a tag: ``title``, ``dc:date``, ``atom:link``; one that nobody here knows has a "?"."""
    space, _, name = tag[1:].rpartition("}") if tag.startswith("{") else ("", "", tag)
    if not space:
        return name
    known = space.lower().partition("://")[2]
    prefix = next((p for start, p in SPACES.items() if known.startswith(start)), "?")
    return f"{prefix}:{name}" if prefix else name


def children(element: Element) -> dict[str, list[Element]]:
    """Return an element's children by their short names, in lower case: some feeds write pubdate."""
    found: dict[str, list[Element]] = {}
    for child in element:
        if isinstance(child.tag, str):
            found.setdefault(short(child.tag).lower(), []).append(child)
    return found


def words(element: Element) -> str:
    """Return an element's text, without the space around it."""
    if _is_base64(element):
        return markup(element).strip()
    return (element.text or "").strip() if len(element) == 0 else " ".join("".join(element.itertext()).split())


def markup(element: Element) -> str:
    """Return what an element holds as HTML: escaped, in CDATA, as elements of XHTML, or in base64."""
    if _is_base64(element):
        return _decoded(element.text or "")
    if len(element) == 0:
        return element.text or ""
    inner = "".join(_serialised(child) for child in element)
    return html.escape(element.text or "", quote=False) + inner


def _is_base64(element: Element) -> bool:
    """Atom 0.3 says it in words; Atom 1.0 has it in content of any type that is no text and no XML (RFC 4287, 4.1.3.3)."""
    return bool(element.get("mode") == "base64" or element.get("type") == "application/octet-stream")


def _decoded(text: str) -> str:
    """The text in base64, nothing where that is a picture or a video."""
    try:
        return base64.b64decode(text).decode()
    except ValueError:
        return ""


def _serialised(element: Element) -> str:
    for one in element.iter(etree.Element):
        one.tag = one.tag.rpartition("}")[2]  # xhtml:p is p
    text: str = etree.tostring(element, encoding="unicode", method="html")
    return text


def address(element: Element, value: str) -> str:
    """Return an address, resolved where there is an xml:base: relative to the document it may still be."""
    if not value or element.base is None:
        return value.strip()
    try:
        return str(urljoin(element.base, value.strip()))
    except ValueError:
        return value.strip()


def language(element: Element) -> str:
    """Return the xml:lang of an element, or of the nearest around it that has one."""
    return next((found for one in (element, *element.iterancestors()) if (found := one.get(f"{XML}lang"))), "")

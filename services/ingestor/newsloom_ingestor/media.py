"""The lead picture of an entry: from Media RSS, enclosures, podcasts' and sitemaps' images. Pure."""

from collections.abc import Iterator
from typing import Final

from newsloom_ingestor.elements import Element, address, children, words

PICTURES: Final = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif")


def image(parts: dict[str, list[Element]]) -> str:
    """Return the address of the picture that the entry leads with: of several versions the widest; empty where none is."""
    contents = [e for c in parts.get("media:content", ()) for e in (c, *children(c).get("media:thumbnail", ()))]
    pictures = sorted((c for c in contents if _is_picture(c, "url")), key=lambda c: -_width(c))
    return next(_addresses(pictures, parts), "")


def with_groups(parts: dict[str, list[Element]]) -> dict[str, list[Element]]:
    """Return an entry's parts together with those in its media:group, which holds the versions of one thing."""
    whole = dict(parts)
    for group in parts.get("media:group", ()):
        for name, elements in children(group).items():
            whole[name] = [*whole.get(name, []), *elements]
    return whole


def _addresses(pictures: list[Element], parts: dict[str, list[Element]]) -> Iterator[str]:
    yield from (address(e, e.get("url")) for e in pictures)
    yield from (address(e, e.get("url")) for e in parts.get("media:thumbnail", ()) if e.get("url"))
    yield from (address(e, e.get("url")) for e in parts.get("enclosure", ()) if _is_picture(e, "url"))
    links = (e for e in (*parts.get("atom:link", ()), *parts.get("link", ())) if e.get("rel") == "enclosure")
    yield from (address(e, e.get("href")) for e in links if _is_picture(e, "href"))
    yield from (address(e, e.get("href")) for e in parts.get("itunes:image", ()) if e.get("href"))
    yield from (address(e, words(e)) for e in parts.get("image:loc", ()) if words(e))


def _is_picture(element: Element, attribute: str) -> bool:
    """By what the element says of itself, else by the ending of its address."""
    kind, medium, url = (str(element.get(name, "")) for name in ("type", "medium", attribute))
    if kind or medium:
        return bool(url) and (kind.lower().startswith("image") or medium.lower() == "image")
    return url.lower().partition("?")[0].endswith(PICTURES)


def _width(element: Element) -> int:
    text = element.get("width", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 0

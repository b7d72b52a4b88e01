"""What a page says about its article in its head: JSON-LD (schema.org), Open Graph and other meta elements. Pure."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from lxml.html import HtmlElement

from newsloom_ingestor import text
from newsloom_ingestor.canonical import absolute
from newsloom_ingestor.robots import AGENT

MAX_LINKED: Final = 1_000_000  # characters of one JSON-LD block
MAX_NODES: Final = 2000  # of all blocks that are looked at
MAX_AUTHORS: Final = 20
MAX_NAME: Final = 100  # characters; what is longer is no name
ARTICLES: Final = ("Article", "Posting", "Report", "Review")  # how schema.org's types of articles end
TITLES: Final = ("og:title", "twitter:title", "dc.title", "parsely-title")
DATES: Final = (
    "article:published_time", "og:article:published_time", "datepublished", "date", "pubdate", "publishdate",
    "publish-date", "publish_date", "dc.date.issued", "dcterms.created", "dc.date", "parsely-pub-date", "sailthru.date",
    "weibo:article:create_at",
)  # fmt: skip
AUTHORS: Final = ("author", "article:author", "byl", "dc.creator", "parsely-author", "sailthru.author")
IMAGES: Final = ("og:image:secure_url", "og:image", "twitter:image", "twitter:image:src")
ROBOTS: Final = frozenset({"robots", AGENT})
LANGUAGES: Final = ("og:locale", "content-language", "dc.language")


class Facts(NamedTuple):
    """What is said, as it is said; empty where it is not. Addresses are absolute. ``dates``: the most believable first.

    ``body``: the article's text as JSON-LD has it. ``free``: whether readers pay nothing, None where nothing says so.
    ``robots``: what its meta elements allow robots to do, or this one.
    """

    title: str = ""
    authors: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    language: str = ""
    image: str | None = None
    canonical: str | None = None
    body: str = ""
    free: bool | None = None
    robots: tuple[str, ...] = ()


def facts(tree: HtmlElement, url: str) -> Facts:
    """Return what the page at ``url`` says of itself."""
    base = absolute(_first(tree.xpath("//base/@href")), url) or url
    linked = _article(tree)
    metas = _metas(tree)
    said = [value for name in TITLES if (value := metas.get(name))]
    images = [*_images(linked.get("image")), *(metas[name] for name in IMAGES if name in metas)]
    return Facts(
        title=text.title(_first([*said, _text(linked.get("headline")), _element(tree, "h1"), _element(tree, "title")])),
        authors=_names([*_people(linked.get("author")), *(metas[name] for name in AUTHORS if name in metas)]),
        dates=tuple(_dates(tree, linked, metas)),
        language=_first([*tree.xpath("/html/@lang"), _text(linked.get("inLanguage")), *(metas.get(n, "") for n in LANGUAGES)]),
        image=next((address for image in images if image and (address := absolute(image, base))), None),
        canonical=_canonical(tree, base),
        body=text.body(_text(linked.get("articleBody"))),
        free=_free(linked),
        robots=tuple(m.get("content") or "" for m in tree.iter("meta") if (m.get("name") or "").strip().lower() in ROBOTS),
    )


def _canonical(tree: HtmlElement, base: str) -> str | None:
    given = tree.xpath("//link[contains(concat(' ', translate(@rel, 'CANOIL', 'canoil'), ' '), ' canonical ')]/@href")
    return next((address for link in given if link.strip() and (address := absolute(link, base))), None)


def _metas(tree: HtmlElement) -> dict[str, str]:
    """Every meta element by its name in lower case; of several with one name the first."""
    found: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or meta.get("http-equiv") or ""
        content = (meta.get("content") or "").strip()
        if name and content:
            found.setdefault(name.strip().lower(), content)
    return found


def _dates(tree: HtmlElement, linked: dict[str, Any], metas: dict[str, str]) -> Iterator[str]:
    yield from filter(None, (_text(linked.get("datePublished")), *(metas.get(name, "") for name in DATES)))
    yield from tree.xpath("//time[@pubdate or @itemprop='datePublished']/@datetime")[:1]
    yield from tree.xpath("//article//time/@datetime")[:1]
    yield from filter(None, (_text(linked.get("dateCreated")),))


# JSON-LD


def _article(tree: HtmlElement) -> dict[str, Any]:
    """The node that is the article, among those of all blocks; an empty one where none is."""
    nodes = [n for n in _nodes(_blocks(tree)) if any(t.endswith(ARTICLES) for t in _types(n))]
    return max(nodes, key=lambda n: ("articleBody" in n, "datePublished" in n), default={})


def _blocks(tree: HtmlElement) -> Iterator[Any]:
    for script in tree.xpath("//script[@type='application/ld+json']"):
        source = (script.text or "").strip().removeprefix("<!--").removesuffix("-->")
        try:
            yield json.loads(source[:MAX_LINKED], strict=False)  # line breaks within strings are common
        except (ValueError, RecursionError):
            continue


def _nodes(blocks: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """The nodes of lists and graphs, and what pages are about."""
    waiting, seen = list(blocks), 0
    while waiting and seen < MAX_NODES:
        node, seen = waiting.pop(0), seen + 1
        if isinstance(node, list):
            waiting[:0] = node
        elif isinstance(node, dict):
            yield node
            waiting += [node[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in node]


def _types(node: dict[str, Any]) -> list[str]:
    given = node.get("@type", "")
    return [t for t in (given if isinstance(given, list) else [given]) if isinstance(t, str)]


def _free(node: dict[str, Any]) -> bool | None:
    """What the article, or a part of it, says: publishers write true and "True"."""
    parts = node.get("hasPart")
    all_parts = [node, *(parts if isinstance(parts, list) else [parts])]
    said = {str(p.get("isAccessibleForFree", "")).lower().rpartition("/")[2] for p in all_parts if isinstance(p, dict)}
    return False if "false" in said else True if "true" in said else None


def _people(given: Any) -> Iterator[str]:
    for one in given if isinstance(given, list) else [given]:
        if isinstance(one, dict):
            yield from _people(one.get("name"))
        elif isinstance(one, str):
            yield one


def _images(given: Any) -> Iterator[str]:
    for one in given if isinstance(given, list) else [given]:
        yield _text(one.get("url")) if isinstance(one, dict) else _text(one)


def _names(given: Iterable[str]) -> tuple[str, ...]:
    """Names, each once. Some give the address of a profile for a name."""
    names = (text.title(n) for n in given if "://" not in n)
    return tuple(dict.fromkeys(n for n in names if n and len(n) <= MAX_NAME))[:MAX_AUTHORS]


# smaller things


def _text(value: Any) -> str:
    if isinstance(value, list):
        return _text(value[0]) if value and isinstance(value[0], str) else ""
    return value if isinstance(value, str) else ""


def _element(tree: HtmlElement, name: str) -> str:
    found = tree.find(f".//{name}")
    return "" if found is None else " ".join(found.text_content().split())


def _first(values: Iterable[str]) -> str:
    return next((v.strip() for v in values if v and v.strip()), "")

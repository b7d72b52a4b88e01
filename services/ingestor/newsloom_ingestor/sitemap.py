"""Google news sitemaps → drafts (https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap).

A sitemap that says nothing of news lists pages without titles: no feed. An index lists other sitemaps, which sitemapindex.py
follows.
"""

from collections.abc import Iterator

from newsloom_ingestor.document import Document, Draft, FeedError, Sitemap
from newsloom_ingestor.elements import Element, children, short, words
from newsloom_ingestor.media import image


def read(root: Element, limit: int) -> Document | None:
    """Return the document with its first ``limit`` entries, None where it is no sitemap. Raises FeedError."""
    kind = short(root.tag).rpartition(":")[2]
    if kind == "sitemapindex":
        return Document("", "", (), sitemaps=tuple(_sitemaps(root)))
    if kind != "urlset":
        return None
    urls = [parts for url in root if isinstance(url.tag, str) and (parts := children(url)).get("news:news")]
    if not urls and len(root):
        raise FeedError("a sitemap of pages, not of news: none of its addresses has a news:news element")
    drafts = tuple(_draft(parts) for parts in urls[:limit])
    names = (_text(children(p["news:news"][0]), "news:publication", "news:name") for p in urls)
    return Document(next(names, ""), drafts[0].language if drafts else "", drafts)


def _draft(parts: dict[str, list[Element]]) -> Draft:
    news = children(parts["news:news"][0])
    pictures = children(parts["image:image"][0]) if parts.get("image:image") else {}
    return Draft(
        link=_text(parts, "map:loc") or _text(parts, "loc"),
        title=_text(news, "news:title"),
        published=(_text(news, "news:publication_date"),),
        updated=(_text(parts, "map:lastmod") or _text(parts, "lastmod"),),
        categories=tuple(word.strip() for word in _text(news, "news:keywords").split(",")),
        language=_text(news, "news:publication", "news:language"),
        image=image(pictures),
    )


def _text(parts: dict[str, list[Element]], name: str, inner: str = "") -> str:
    found = parts.get(name)
    if not found:
        return ""
    return _text(children(found[0]), inner) if inner else words(found[0])


def _sitemaps(root: Element) -> Iterator[Sitemap]:
    for sitemap in root:
        parts = children(sitemap) if isinstance(sitemap.tag, str) else {}
        if address := _text(parts, "map:loc") or _text(parts, "loc"):
            yield Sitemap(address, _text(parts, "map:lastmod") or _text(parts, "lastmod"))

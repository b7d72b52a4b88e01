"""JSON Feed 1.0 and 1.1 → drafts (https://www.jsonfeed.org/version/1.1/). Fields of a wrong type count as absent."""

from typing import Any

import msgspec

from newsloom_ingestor.document import Asks, Document, Draft, FeedError


def read(text: str, limit: int) -> Document:
    """Return the document with its first ``limit`` items, or raise FeedError."""
    try:
        feed = msgspec.json.decode(text.encode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise FeedError(f"not JSON: {error}") from error
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise FeedError("JSON, but no JSON Feed: it has no items")
    hub = next((_text(h, "url") for h in _list(feed, "hubs") if isinstance(h, dict) and _text(h, "type") == "WebSub"), "")
    return Document(
        title=_text(feed, "title"),
        language=_text(feed, "language"),
        entries=tuple(_draft(i) for i in items[:limit] if isinstance(i, dict)),
        asks=Asks(hub=hub, self_url=_text(feed, "feed_url")),
    )


def _draft(item: dict[str, Any]) -> Draft:
    return Draft(
        guid=_text(item, "id"),
        link=_text(item, "url") or _text(item, "external_url"),
        title=_text(item, "title"),
        full=(_text(item, "content_html"), _text(item, "content_text")),
        bodies=(_text(item, "summary"),),
        published=(_text(item, "date_published"),),
        updated=(_text(item, "date_modified"),),
        authors=tuple(_text(a, "name") for a in (*_list(item, "authors"), item.get("author")) if isinstance(a, dict)),
        categories=tuple(t for t in _list(item, "tags") if isinstance(t, str)),
        language=_text(item, "language"),
        image=_text(item, "image") or _text(item, "banner_image") or _attached(item),
    )


def _attached(item: dict[str, Any]) -> str:
    pictures = [a for a in _list(item, "attachments") if isinstance(a, dict) and _text(a, "mime_type").startswith("image/")]
    return _text(pictures[0], "url") if pictures else ""


def _text(mapping: dict[str, Any], name: str) -> str:
    value = mapping.get(name)
    return value if isinstance(value, str) else str(value) if name == "id" and isinstance(value, int) else ""


def _list(mapping: dict[str, Any], name: str) -> list[Any]:
    value = mapping.get(name)
    return value if isinstance(value, list) else []

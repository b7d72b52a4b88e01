"""JSON Feed 1.0 and 1.1 → drafts (https://www.jsonfeed.org/version/1.1/). Fields of a wrong type count as absent."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from newsloom_ingestor.article import Draft
from newsloom_ingestor.xmlfeed import Document, FeedError


def read(data: bytes, limit: int) -> Document:
    """Return the document with its first ``limit`` items, or raise FeedError."""
    try:
        feed = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError) as error:
        raise FeedError(f"not JSON: {error}") from error
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise FeedError("JSON, but no JSON Feed: it has no items")
    return Document(
        title=_text(feed, "title"),
        language=_text(feed, "language"),
        pause_s=0,
        entries=tuple(_draft(i) for i in items[:limit] if isinstance(i, dict)),
    )


def _draft(item: dict[str, Any]) -> Draft:
    return Draft(
        guid=_text(item, "id"),
        link=_text(item, "url") or _text(item, "external_url"),
        title=_text(item, "title"),
        bodies=tuple(_text(item, name) for name in ("content_html", "content_text", "summary")),
        published=_time(item, "date_published"),
        updated=_time(item, "date_modified"),
        authors=tuple(_text(a, "name") for a in (*_list(item, "authors"), item.get("author")) if isinstance(a, dict)),
        categories=tuple(t for t in _list(item, "tags") if isinstance(t, str)),
        language=_text(item, "language"),
    )


def _text(mapping: dict[str, Any], name: str) -> str:
    value = mapping.get(name)
    return value if isinstance(value, str) else str(value) if name == "id" and isinstance(value, int) else ""


def _list(mapping: dict[str, Any], name: str) -> list[Any]:
    value = mapping.get(name)
    return value if isinstance(value, list) else []


def _time(item: dict[str, Any], name: str) -> datetime | None:
    try:
        when = datetime.fromisoformat(_text(item, name).strip())
    except ValueError:
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)

"""A feed's entry, whatever its format was → RawArticle, or the reason why it is none."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, NamedTuple

from newsloom_schemas.identity import article_id
from newsloom_schemas.types import Feed, RawArticle

from newsloom_ingestor import text
from newsloom_ingestor.canonical import absolute, canonical_url, readable_url

EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)  # no feed existed; such dates are zero values of some system
CLOCK_SKEW: Final = timedelta(minutes=10)  # a date further ahead is a planned one or lacks its zone: better none
MAX_NAMES: Final = 50  # authors or categories of one article
MAX_NAME: Final = 200  # characters
LANGUAGE: Final = re.compile(r"^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$")  # BCP 47, loosely
FIRST_LINE: Final = 120  # characters of a body that stand in for a missing title

Reason = Literal["no-link", "unsafe-link", "no-text", "duplicate", "too-many"]


class Skipped(NamedTuple):
    """An entry that became no article: what it calls itself, and why."""

    entry: str
    reason: Reason


class Draft(NamedTuple):
    """An entry as its format gives it, still markup: the longest of ``bodies``, as text, becomes the content."""

    guid: str = ""
    link: str = ""
    title: str = ""
    bodies: tuple[str, ...] = ()
    published: datetime | None = None
    updated: datetime | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    language: str = ""


def build(draft: Draft, feed: Feed, *, base: str, language: str, fetched_at: datetime) -> RawArticle | Skipped:
    """Return the article. ``base`` resolves relative links; ``language`` is the feed's own, where the entry says none."""
    url = _address(draft, base)
    if isinstance(url, Skipped):
        return url
    content = max((text.body(b) for b in draft.bodies), key=len, default="")
    title = text.title(draft.title) or content.split("\n", 1)[0][:FIRST_LINE]
    if not title:
        return _skipped(draft, "no-text")
    return RawArticle(
        id=article_id(canonical_url(url, draft.guid)),
        origin="feed",
        url=readable_url(url, draft.guid),
        title=title,
        content=content,
        language=_language(draft.language) or _language(language),
        authors=_names(draft.authors),
        categories=_names(draft.categories),
        published_at=plausible(draft.published or draft.updated, fetched_at),  # Atom demands only "updated"
        updated_at=plausible(draft.updated, fetched_at),
        fetched_at=fetched_at,
        feed=feed,
    )


def plausible(when: datetime | None, now: datetime) -> datetime | None:
    """Return the time in UTC, or None where it is absurd: before feeds existed, or in the future."""
    return when.astimezone(UTC) if when and EARLIEST <= when <= now + CLOCK_SKEW else None


def _address(draft: Draft, base: str) -> str | Skipped:
    """The entry's link; without one, its guid where that is an http(s) address."""
    if draft.link.strip():
        return absolute(draft.link, base) or _skipped(draft, "unsafe-link")
    return absolute(draft.guid, "") or _skipped(draft, "no-link")


def _skipped(draft: Draft, reason: Reason) -> Skipped:
    return Skipped(text.title(draft.guid or draft.title or draft.link)[:MAX_NAME], reason)


def _language(tag: str) -> str | None:
    found = tag.strip().replace("_", "-")
    return found if len(found) <= 35 and LANGUAGE.match(found) else None  # RFC 5646, section 4.4.1: 35 characters do


def _names(raw: tuple[str, ...]) -> tuple[str, ...]:
    """Names as text, each once, in their order."""
    return tuple(dict.fromkeys(name for r in raw[:MAX_NAMES] if (name := text.title(r)[:MAX_NAME])))

"""A feed's entry, whatever its format was → RawArticle, or the reason why it is none."""

import re
from datetime import datetime
from typing import Final, Literal, NamedTuple

from newsloom_schemas.identity import article_id
from newsloom_schemas.types import Feed, RawArticle

from newsloom_ingestor import dates, text
from newsloom_ingestor.canonical import absolute, canonical_url, readable_url
from newsloom_ingestor.document import Draft
from newsloom_ingestor.wholeness import is_whole

MAX_NAMES: Final = 50  # authors or categories of one article
MAX_NAME: Final = 200  # characters
LANGUAGE: Final = re.compile(r"^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$")  # BCP 47, loosely
FIRST_LINE: Final = 120  # characters of a body that stand in for a missing title

Reason = Literal["no-link", "unsafe-link", "no-text", "duplicate", "too-many"]


class Skipped(NamedTuple):
    """An entry that became no article: what it calls itself, and why."""

    entry: str
    reason: Reason


class Setting(NamedTuple):
    """What holds for all entries of a document: its feed, where and when it was found, its language, and if that is Chinese."""

    feed: Feed
    base: str
    language: str
    chinese: bool
    fetched_at: datetime


class Built(NamedTuple):
    """An article, and whether its text is whole by its form, so that its page could add nothing."""

    article: RawArticle
    whole: bool


def build(draft: Draft, setting: Setting) -> Built | Skipped:
    """Return the article. Relative links are resolved; the feed's language counts where the entry says none."""
    url = _address(draft, setting.base)
    if isinstance(url, Skipped):
        return url
    full = _longest(draft.full)
    content = max(full, _longest(tuple(b for b in draft.bodies if len(b) > len(full))), key=len)  # text is shorter than markup
    title = text.title(draft.title) or content.split("\n", 1)[0][:FIRST_LINE]
    if not title:
        return _skipped(draft, "no-text")
    now, chinese = setting.fetched_at, setting.chinese
    published = dates.judge((*draft.published, *draft.updated), now, chinese=chinese)  # Atom demands only "updated"
    article = RawArticle(
        id=article_id(canonical_url(url, draft.guid)),
        origin="feed",
        url=readable_url(url, draft.guid),
        title=title,
        content=content,
        language=language_tag(draft.language) or language_tag(setting.language),
        authors=names(draft.authors),
        categories=names(draft.categories),
        published_at=published.time,
        updated_at=dates.judge(draft.updated, now, chinese=chinese).time,
        fetched_at=now,
        feed=setting.feed,
        image=absolute(draft.image, url) if draft.image else None,
        date_note=published.note,
    )
    return Built(article, content == full and is_whole(content))


def _longest(bodies: tuple[str, ...]) -> str:
    return max((text.body(b) for b in bodies), key=len, default="")


def _address(draft: Draft, base: str) -> str | Skipped:
    """The entry's link; without one, its guid where that is an http(s) address."""
    if draft.link.strip():
        return absolute(draft.link, base) or _skipped(draft, "unsafe-link")
    return absolute(draft.guid, "") or _skipped(draft, "no-link")


def _skipped(draft: Draft, reason: Reason) -> Skipped:
    return Skipped(text.title(draft.guid or draft.title or draft.link)[:MAX_NAME], reason)


def language_tag(tag: str) -> str | None:
    """Return a language as BCP 47 writes it, None where the tag is none."""
    found = tag.strip().replace("_", "-")
    return found if len(found) <= 35 and LANGUAGE.match(found) else None  # RFC 5646, section 4.4.1: 35 characters do


def names(raw: tuple[str, ...]) -> tuple[str, ...]:
    """Names as text, each once, in their order."""
    return tuple(dict.fromkeys(name for r in raw[:MAX_NAMES] if (name := text.title(r)[:MAX_NAME])))

"""An article as a feed or a page gives it, beside what is known of it → what becomes of it. Pure.

One article is told once, however many feeds list it and under however many addresses it is found. What happens to it later
is told as its next revision: that another feed lists it too, or that its text was edited by the feed that brought it first.
Other feeds carry the same article cut or with a note of their own: what they say of it is no edit.
"""

from collections.abc import Iterable
from typing import Final, Literal, NamedTuple

from msgspec.structs import replace
from newsloom_schemas.types import Edit, Extraction, Feed, RawArticle

from newsloom_ingestor import edits

FEEDS: Final = 10  # that an article is said to be listed by: a press release is in hundreds
REVISIONS: Final = 20  # of one article: a page that never comes to rest is no news after that
REST_S: Final = 600.0  # between two revisions; what changes meanwhile is in the next one

Why = Literal["known", "cosmetic", "too-soon", "too-often", "not-kept", "listed-before", "many-feeds"]


class Known(NamedTuple):
    """What is remembered of an article that was published.

    ``digest`` is of what its first feed said of it (``edits.digest``), ``article`` the last revision, None where that is no
    longer kept; ``at`` is when it was published, in seconds since 1970. One that is ``waiting`` for its page is not published.
    """

    id: str
    revision: int
    feed: str
    digest: bytes
    at: float
    article: RawArticle | None
    waiting: bool = False


class New(NamedTuple):
    """To be published, or to be fetched as a page first."""

    article: RawArticle


class Edited(NamedTuple):
    """The next revision of a known article, to be published. ``digest`` is of what the feed says of it now."""

    article: RawArticle
    digest: bytes


class Reread(NamedTuple):
    """A known article whose text is from its page: the page is to be read again, since the feed tells it anew."""

    article: RawArticle


class Same(NamedTuple):
    """Nothing to tell."""

    id: str
    why: Why


Outcome = New | Edited | Reread | Same


def decide(found: RawArticle, digest: bytes, known: Known | None, now: float) -> Outcome:
    """Return what becomes of an article that a feed lists; ``digest`` is of what the feed says of it (``edits.digest``)."""
    if known is None:
        return New(found)
    if found.feed and found.feed.url != known.feed:
        return listed(found.feed, known)
    if digest == known.digest:
        return Same(known.id, "known")
    last = known.article
    if last and last.extraction and last.extraction.method == "page":
        return _refused(known, now) or Reread(replace(found, id=known.id))
    return edited(found, digest, known, now)


def listed(feed: Feed | None, known: Known) -> Outcome:
    """Return what becomes of a known article that another feed lists too, under its own address or another.

    It is told once a feed, in the place of the last revision, its text untouched.
    """
    last = known.article
    if feed is None or (last and feed.url in _urls(last)):
        return Same(known.id, "listed-before")
    if last is None:
        return Same(known.id, "not-kept")
    if len(last.also_in) >= FEEDS - 1 or known.revision >= REVISIONS:
        return Same(known.id, "many-feeds")
    edit = Edit(kind="feeds", revision=known.revision)
    return Edited(replace(last, also_in=(*last.also_in, feed), revision=known.revision + 1, edit=edit), known.digest)


def edited(found: RawArticle, digest: bytes, known: Known, now: float) -> Outcome:
    """Return what becomes of a known article that its first feed, or its page, tells anew.

    ``digest`` is of what the feed says: that is what the next poll is compared with, whatever the page says.
    """
    last = known.article
    if last is None:
        return Same(known.id, "not-kept")
    if edits.digest(found.title, found.content) == edits.digest(last.title, last.content):
        return Same(known.id, "cosmetic")
    refused = _refused(known, now)
    if refused:
        return refused
    what = edits.change((last.title, last.content), (found.title, found.content))
    edit = Edit(kind="text", revision=known.revision, changed=what.share, diff=what.diff)
    kept = {"id": known.id, "feed": last.feed, "also_in": last.also_in, "origin": last.origin}
    return Edited(replace(found, **kept, revision=known.revision + 1, edit=edit), digest)


def _refused(known: Known, now: float) -> Same | None:
    if known.revision >= REVISIONS:
        return Same(known.id, "too-often")
    return Same(known.id, "too-soon") if now < known.at + REST_S else None


def _urls(article: RawArticle) -> Iterable[str]:
    return {f.url for f in (article.feed, *article.also_in) if f}


def sized(article: RawArticle, method: Literal["feed", "page", "pushed"], reason: str = "") -> RawArticle:
    """Return the article with a note of where its text is from, and why not from its page."""
    return replace(article, extraction=Extraction(method=method, length=len(article.content), reason=reason))

"""An article as its feed tells it, and its page → the article that is published, and under which identities it is known. Pure.

The feed's title is kept: editors write it for this use, pages decorate theirs. The page's text is taken where it tells the same
and no less; else the feed's own stays, with the reason.
"""

from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from msgspec.structs import replace
from newsloom_schemas.identity import article_id
from newsloom_schemas.types import RawArticle

from newsloom_ingestor.articles import sized
from newsloom_ingestor.canonical import COPY_HOSTS, canonical_url
from newsloom_ingestor.dates import Note
from newsloom_ingestor.measure import about_the_same, weight
from newsloom_ingestor.page import NoPage, Page
from newsloom_ingestor.sorting import PageAnswer
from newsloom_ingestor.walls import Wall

WALLS: Final[dict[Wall, str]] = {"paywall": "paywall", "cookies": "cookie wall", "login": "login", "robot-check": "robot check"}


def wants(article: RawArticle, whole: bool) -> bool:
    """Whether an article's page is worth a look: it is on the web, and the feed has not all of the text.

    An address with a fragment is one of several articles on one page (release notes): the page's text would be all of them.
    """
    parts = urlsplit(article.url or "")
    return article.origin == "feed" and not whole and parts.scheme in {"http", "https"} and not parts.fragment


def merged(article: RawArticle, page: Page | NoPage, found: str) -> PageAnswer:
    """Return what the page, which was found at the address ``found`` in the end, makes of the article."""
    if isinstance(page, NoPage):
        return PageAnswer(None, page.reason)
    if page.wall:
        return PageAnswer(None, WALLS[page.wall])
    if not about_the_same(f"{article.title} {article.content}", f"{page.title} {page.content}"):
        return PageAnswer(None, "the page tells something else")
    return PageAnswer(_with_text(_with_facts(article, page), page), ids=identities(article.url or found, found, page.canonical))


def _with_text(article: RawArticle, page: Page) -> RawArticle:
    if weight(page.content) < weight(article.content):
        return sized(article, "feed", "the page has less")
    return sized(replace(article, content=page.content), "page")


def _with_facts(article: RawArticle, page: Page) -> RawArticle:
    """What the feed does not say, from the page. A title that is how the text begins was made up where the feed has none."""
    made_up = article.content.startswith(article.title) and page.title
    published, note = _published(article, page)
    return replace(
        article,
        title=page.title if made_up else article.title,
        authors=article.authors or page.authors,
        language=article.language or page.language,
        image=article.image or page.image,
        canonical=page.canonical,
        published_at=published,
        date_note=note,
    )


def _published(article: RawArticle, page: Page) -> tuple[datetime | None, Note | None]:
    """The feed's time, unless the page's is better: there is one, or one with its zone."""
    certain = page.published and page.date_note is None
    if article.published_at and not (article.date_note == "no-zone" and certain):
        return article.published_at, article.date_note
    return page.published, None if certain else page.date_note or article.date_note


def identities(asked: str, found: str, canonical: str | None) -> tuple[str, ...]:
    """Return the ids of the addresses that the page has besides the one that was asked for.

    Where redirects lead is the server's own word. A canonical link counts only within its site: any page could claim to be
    another publisher's article, and that article would then be taken for known. That the same text stands on several sites is
    found by the text. A front page is nobody's address, and a section is no article's: pages that say so are misconfigured.
    """
    claimed = [canonical] if canonical and same_site(canonical, found) and not _is_section(canonical, found) else []
    own = [canonical_url(url) for url in (found, *claimed) if not is_front(url)]
    return tuple(dict.fromkeys(article_id(url) for url in own if url != canonical_url(asked)))


def same_site(one: str, other: str) -> bool:
    """Whether two addresses have one host, or one's host belongs to the other's. Two blogs of one platform are two sites."""
    hosts = [COPY_HOSTS.sub("", (urlsplit(url).hostname or "").lower()) for url in (one, other)]
    short, long = sorted(hosts, key=len)
    return bool(short) and (short == long or long.endswith("." + short))


def _is_section(canonical: str, found: str) -> bool:
    return urlsplit(canonical_url(found)).path.startswith(urlsplit(canonical_url(canonical)).path + "/")


def is_front(url: str) -> bool:
    """Whether an address is a site's front page."""
    parts = urlsplit(canonical_url(url))
    return parts.path == "/" and not parts.query

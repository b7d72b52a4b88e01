"""The sample stream as it might have arrived: which feed is called what, when an article was found, where its text is from.

The articles are invented, and so is how they came in: it follows from their ids, so that every run is alike.
"""

from datetime import timedelta
from functools import partial
from zlib import crc32

from msgspec.structs import replace
from newsloom_indexer.document import Document, prepare
from newsloom_schemas.codec import encode
from newsloom_schemas.dead import Origin
from newsloom_schemas.topics import TAGGED
from newsloom_schemas.types import Edit, Extraction, Feed, RawArticle
from newsloom_tagger.analysis import Analyser
from newsloom_tagger.tag import tag_many

from tests.relevance import stream

NOW = stream.NOW
# title, minutes between two polls, share of articles whose text is from the page
FEEDS = {
    "https://kuaixun.example/rss": ("快讯", 3, 0),
    "https://chanye.example/feed": ("产业观察", 30, 90),
    "https://dispatch.example/feed": ("The Dispatch", 15, 95),
    "https://suanli.example/rss": ("算力日报", 10, 60),
    "https://wire.example/en": ("AI Wire", 5, 0),
    "https://silicon-notes.example/atom": ("Silicon Notes", 60, 20),
}
WHY_NOT = ("robots.txt", "paywall", "not found")
REFUSED = 8  # per cent
EDITED = 6
TEXTS = 70  # of the edits
PUSHED = 5
MISDATED = 2


def documents() -> list[Document]:
    """Return the stream as the indexer sends it, a few seconds after each article was found."""
    articles = [arrived(a) for a in stream.articles()]
    tagged = tag_many(articles, Analyser(), NOW)
    made = [
        prepare(Origin(TAGGED, 0, n, t.article.id.encode(), encode(t), ()), t.article.fetched_at + timedelta(seconds=2 + n % 5))
        for n, t in enumerate(tagged)
    ]
    return [d for d in made if isinstance(d, Document)]


def arrived(article: RawArticle) -> RawArticle:
    if article.feed is None or article.published_at is None:
        return article
    chance = partial(_percent, article.id)
    title, minutes, pages = FEEDS[article.feed.url]
    found = replace(
        article,
        feed=Feed(url=article.feed.url, title=title),
        fetched_at=article.published_at + timedelta(minutes=1 + minutes * chance("poll") / 100),
        extraction=_extraction(article, chance("page") < pages, chance("refused") < REFUSED),
        date_note=("no-zone", "no-zone", "future")[chance("why") % 3] if chance("date") < MISDATED else None,
    )
    if chance("push") < PUSHED:
        return replace(found, origin="push", feed=None, extraction=Extraction(method="pushed", length=len(article.content)))
    if chance("edit") < EDITED:
        edit = Edit(kind="feeds", revision=1)
        if chance("kind") < TEXTS:
            edit = Edit(kind="text", revision=1, changed=(1 + chance("changed")) / 400)
        return replace(found, revision=2, edit=edit, fetched_at=found.fetched_at + timedelta(hours=5))
    return found


def _extraction(article: RawArticle, page: bool, refused: bool) -> Extraction:
    if page and refused:
        return Extraction(method="feed", length=len(article.content), reason=WHY_NOT[crc32(article.id.encode()) % len(WHY_NOT)])
    return Extraction(method="page" if page else "feed", length=len(article.content))


def _percent(identity: str, what: str) -> int:
    return crc32(f"{what} {identity}".encode()) % 100

"""What was kept or exported → articles, by the ingestor's own reading of feeds and pages. Pure, but for the workers that read.

    WARC document ─ read_document (in a worker) ─▶ what it says ─ Joining ─▶ article, a page's text in its feed's entry
    JSON line ───── line ──────────────────────────────────────────────────▶ article, that of a TaggedArticle too
    NUMBER_HASH.txt seed ──────────────────────────────────────────────────▶ article

An article of a feed document waits for its page, as it did when it was live, among the last HELD ones.
"""

from collections import OrderedDict
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final, NamedTuple, Protocol, TypeVar

import msgspec
from msgspec.structs import replace
from newsloom_schemas.codec import InvalidMessageError, decode
from newsloom_schemas.identity import article_id, seed_id
from newsloom_schemas.types import RawArticle

from newsloom_ingestor import dates, merge, page, parse, push, robotsmeta, text
from newsloom_ingestor.articles import sized
from newsloom_ingestor.canonical import absolute, canonical_url, readable_url
from newsloom_ingestor.crawl import HTML, READ_S
from newsloom_ingestor.merge import WALLS
from newsloom_ingestor.page import NoPage, Page
from newsloom_ingestor.parse import FeedError, Parsed
from newsloom_ingestor.warcread import Document
from newsloom_ingestor.workers import WorkerDiedError, WorkerKilledError

HELD: Final = 2000  # articles that wait for their page
WHOLE: Final = frozenset({"id", "origin", "fetched_at"})  # fields that only an article of newsloom's own has
FEED_TYPES: Final = frozenset({"xml", "rss", "atom", "rdf", "json"})
T = TypeVar("T")


class Found(NamedTuple):
    """An article, and where it stood."""

    place: str
    article: RawArticle


class Skipped(NamedTuple):
    """What holds no article, and why: in few enough words to be counted by."""

    place: str
    why: str


class Refused(NamedTuple):
    """What should hold an article and cannot be read, and why."""

    place: str
    why: str


class Said(NamedTuple):
    """What a document says: a feed, a page, or why it says nothing."""

    document: Document
    what: Parsed | Page | NoPage


Item = Found | Skipped | Refused


class Run(Protocol):
    """``Workers.run``, or whatever runs a function where it can be killed."""

    def __call__(self, work: Any, /, *args: object, timeout_s: float, **named: object) -> Any: ...


def read_document(document: Document, run: Run) -> Said:
    """Return what the document says. Whatever is wrong with it is said, never raised."""
    try:
        return Said(document, _read(document, run))
    except FeedError:
        return Said(document, NoPage("not a feed"))
    except (WorkerKilledError, WorkerDiedError):
        return Said(document, NoPage("reading it takes too long or too much memory"))
    except Exception as error:  # noqa: BLE001 - a defect that one document brings out must not end the others
        return Said(document, NoPage(f"could not be read: {type(error).__name__}"))


def _read(document: Document, run: Run) -> Parsed | Page | NoPage:
    kind = _kind(document)
    url, at, given = document.asked, document.at, document.content_type
    if kind == "feed":
        read: Parsed = run(
            parse.parse, document.data, url, content_type=given, fetched_at=at, base=document.url, timeout_s=READ_S
        )
        return read
    if kind != "page" or not absolute(url, ""):
        return NoPage("neither feed nor page")
    if forbidden := robotsmeta.refusal(document.robots, at):
        return NoPage(forbidden)
    if len(document.data) > page.MAX_BYTES:
        return NoPage("too large")
    found: Page | NoPage = run(page.read, document.data, content_type=given, url=document.url, now=at, timeout_s=READ_S)
    return found


def _kind(document: Document) -> str:
    """What our own archive says, and of others' documents what their type says."""
    named = document.content_type.partition(";")[0].strip().lower()
    if document.kind == "page":
        return "page" if named in HTML else "other"
    if document.kind:
        return document.kind
    if named and named in HTML:
        return "page"
    return "feed" if FEED_TYPES & set(named.replace("/", " ").replace("+", " ").replace("-", " ").split()) else "other"


class Joining:
    """Brings the articles of feed documents and their pages together, in the order in which they were fetched."""

    def __init__(self, held: int = HELD) -> None:
        self._most = held
        self._held: OrderedDict[str, Found] = OrderedDict()

    def add(self, said: Said) -> Iterator[Item]:
        """Yield what is ready."""
        place, what = said.document.place, said.what
        if isinstance(what, Parsed):
            yield from self._feed(place, what)
        else:
            yield self._page(said.document, what)

    def rest(self) -> Iterator[Item]:
        """Yield the articles whose page did not come."""
        while self._held:
            yield self._let_go()

    def _feed(self, place: str, parsed: Parsed) -> Iterator[Item]:
        if not parsed.articles:
            yield Skipped(place, "a feed without articles")
        for article in parsed.articles:
            if article.id in self._held:
                yield Skipped(place, "twice")
            elif merge.wants(article, article.id in parsed.whole):
                self._held[article.id] = Found(place, article)
                if len(self._held) > self._most:
                    yield self._let_go()
            else:
                yield _found(place, sized(article, "feed"))

    def _page(self, document: Document, read: Page | NoPage) -> Item:
        waiting = self._waiting(document)
        if waiting:
            answer = merge.merged(waiting.article, read, document.url)
            return _found(document.place, answer.article or sized(waiting.article, "feed", answer.reason))
        if isinstance(read, NoPage) or read.wall:
            return Skipped(document.place, read.reason if isinstance(read, NoPage) else WALLS[read.wall or "login"])
        return _alone(document, read)

    def _waiting(self, document: Document) -> Found | None:
        for url in dict.fromkeys((document.asked, document.url)):
            if absolute(url, "") and (found := self._held.pop(article_id(canonical_url(url)), None)):
                return found
        return None

    def _let_go(self) -> Item:
        place, article = self._held.popitem(last=False)[1]
        return _found(place, sized(article, "feed", "the archive has no page of it"))


def _found(place: str, article: RawArticle) -> Found:
    return Found(place, replace(article, origin="backfill"))


def _alone(document: Document, read: Page) -> Item:
    """An article of which no feed tells."""
    if not read.title or merge.is_front(document.asked):
        return Skipped(document.place, "a page that is no article")
    article = RawArticle(
        id=article_id(canonical_url(document.asked)),
        origin="backfill",
        url=readable_url(document.asked),
        title=read.title,
        content=read.content,
        language=read.language,
        authors=read.authors,
        published_at=read.published,
        fetched_at=document.at,
        canonical=read.canonical,
        image=read.image,
        date_note=read.date_note,
    )
    return _found(document.place, sized(article, "page"))


def line(data: bytes, now: datetime) -> RawArticle:
    """Return the article of a JSON line: one of newsloom's own as it is, else what may be pushed in, whose times need no zone.

    Of a TaggedArticle, as `newsloom export` writes them, it is the article in it. Raises ValueError with the reason.
    """
    try:
        given = msgspec.json.decode(data)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not JSON: {error}") from error
    if not isinstance(given, dict):
        raise ValueError("a JSON object is expected")  # noqa: TRY004
    if isinstance(inner := given.get("article"), dict) and inner.keys() >= WHOLE:
        return _own(msgspec.json.encode(inner))
    if given.keys() >= WHOLE:
        return _own(data)
    moment = given.get("published_at")
    when = dates.read(moment) if isinstance(moment, str) else None
    if when is None:
        return replace(push.article(data, now), origin="backfill")
    article = push.article(msgspec.json.encode({**given, "published_at": when.time}), now)
    return replace(article, origin="backfill", date_note=article.date_note or (None if when.zoned else "no-zone"))


def _own(data: bytes) -> RawArticle:
    try:
        article = decode(RawArticle, data)
    except InvalidMessageError as error:
        raise ValueError(str(error)) from error
    return replace(article, origin="backfill", title=text.clean(article.title), content=text.clean(article.content))


def seed(name: str, data: bytes, now: datetime) -> RawArticle:
    """Return the article of a file that is named like a seed: its first line is the title. Raises ValueError."""
    title, _, content = data.decode().partition("\n")
    return RawArticle(id=seed_id(name), origin="backfill", title=text.clean(title), content=text.clean(content), fetched_at=now)

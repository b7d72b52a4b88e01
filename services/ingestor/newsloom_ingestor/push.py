"""The body of a push → articles and addresses, line by line; what became of them → the answer. Pure.

An article comes as JSON, several as JSON lines, addresses whose pages are to be fetched as text/uri-list (RFC 2483). Every line
has its own outcome: one that cannot be used does not keep the others out.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Annotated, Final, Literal, NamedTuple

import msgspec
from msgspec import Meta, Struct
from newsloom_schemas.identity import article_id
from newsloom_schemas.types import ArticleId, Extraction, Feed, RawArticle, Time

from newsloom_ingestor import dates, edits, text
from newsloom_ingestor.article import language_tag, names
from newsloom_ingestor.canonical import absolute, canonical_url, readable_url
from newsloom_ingestor.parse import without_password

MAX_LINES: Final = 10_000  # of one request
NAMELESS: Final = "urn:newsloom:push:"  # what has neither address nor id is known by its words

Kind = Literal["json", "lines", "addresses"]
KINDS: Final[dict[str, Kind]] = {
    "application/json": "json",
    "application/x-ndjson": "lines",
    "application/ndjson": "lines",
    "application/jsonl": "lines",
    "text/uri-list": "addresses",
}
Name = Annotated[str, Meta(min_length=1)]


class Pushed(Struct, frozen=True, kw_only=True):
    """What a line of JSON may say. The names are those of RawArticle; further ones are not looked at.

    ``content`` is plain text or HTML. An article is known by its ``url``; ``id`` counts only where there is none.
    """

    title: Name
    content: str
    url: str | None = None
    id: ArticleId | None = None
    published_at: Time | None = None
    updated_at: Time | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    language: str | None = None
    image: str | None = None
    feed: Feed | None = None


class Line(NamedTuple):
    """A line that can be used. An article without title and content is an address whose page is to be fetched."""

    number: int
    article: RawArticle


class Outcome(Struct, frozen=True, omit_defaults=True):
    """What became of a line. ``id`` is the one under which the article is known, which may be another's."""

    line: int
    outcome: Literal["new", "edited", "duplicate", "queued", "refused"]
    id: str = ""
    reason: str = ""
    late: bool = False  # refused although it is well-formed


class UnreadableError(ValueError):
    """A line cannot be used, and why."""


# What Sorting says of an article → the outcome, and the reason where it needs one.
WORDS: Final[dict[str, tuple[Literal["new", "edited", "duplicate", "queued", "refused"], str]]] = {
    "new": ("new", ""),
    "edited-text": ("edited", ""),
    "edited-feeds": ("duplicate", "the same text is known; the feed was added to it"),
    "page": ("queued", "its page is fetched first"),
    "waiting": ("queued", "its page is being fetched"),
    "known": ("duplicate", "known"),
    "cosmetic": ("duplicate", "known; no word is another one"),
    "same-text": ("duplicate", "the same text is known"),
    "listed-before": ("duplicate", "the same text is known"),
    "many-feeds": ("duplicate", "the same text is known"),
    "not-kept": ("duplicate", "known for long; its text is no longer kept, so nothing was compared"),
    "too-soon": ("refused", "its last revision is less than ten minutes old: push it again later"),
    "too-often": ("refused", "it was revised too often"),
}


def read(body: bytes, kind: Kind, now: datetime) -> tuple[list[Line], list[Outcome]]:
    """Return the lines that can be used, and why the others cannot. Raises UnreadableError where there are too many or none."""
    numbered = list(_numbered(body, kind))
    if len(numbered) > MAX_LINES:
        raise UnreadableError(f"more than {MAX_LINES} lines")
    if not numbered:
        raise UnreadableError("nothing is in it")
    make: Callable[[bytes, datetime], RawArticle] = address if kind == "addresses" else article
    lines: list[Line] = []
    refused: list[Outcome] = []
    for number, data in numbered:
        try:
            lines.append(Line(number, make(data, now)))
        except UnreadableError as error:
            refused.append(Outcome(number, "refused", reason=str(error)))
    return lines, refused


def _numbered(body: bytes, kind: Kind) -> Iterator[tuple[int, bytes]]:
    if kind == "json":
        if body.strip():
            yield 1, body
        return
    for number, line in enumerate(body.split(b"\n"), 1):
        if line.strip() and not (kind == "addresses" and line.startswith(b"#")):
            yield number, line.strip()


def article(data: bytes, now: datetime) -> RawArticle:
    """Return the article that a JSON object tells. Raises UnreadableError."""
    try:
        given = msgspec.json.decode(data, type=Pushed)
        made = _article(given, now)
        msgspec.json.encode(made)
    except (ValueError, RecursionError) as error:  # msgspec's errors are ValueErrors, UnreadableError too
        raise UnreadableError(str(error)) from error
    return made


def _article(given: Pushed, now: datetime) -> RawArticle:
    title, content = text.title(given.title), text.body(given.content)
    if not title:
        raise UnreadableError("the title is empty")
    if len(content) >= text.MAX_CONTENT:
        raise UnreadableError(f"the content has {text.MAX_CONTENT} characters or more")
    name, url = _identity(given, title, content)
    published = dates.judge(_written(given.published_at), now, chinese=False)
    return RawArticle(
        id=name,
        origin="push",
        url=url,
        title=title,
        content=content,
        language=language_tag(given.language or ""),
        authors=names(given.authors),
        categories=names(given.categories),
        published_at=published.time,
        updated_at=dates.judge(_written(given.updated_at), now, chinese=False).time,
        fetched_at=now,
        feed=_feed(given.feed),
        image=absolute(given.image, url or "") if given.image else None,
        date_note=published.note,
        extraction=Extraction(method="pushed", length=len(content)),
    )


def _identity(given: Pushed, title: str, content: str) -> tuple[str, str | None]:
    """Id and address: by the address, else by the id that was given, else by the words."""
    if given.url is not None:
        url = _web(given.url)
        return article_id(canonical_url(url)), readable_url(url)
    return given.id or article_id(NAMELESS + edits.digest(title, content).hex()), None


def address(data: bytes, now: datetime) -> RawArticle:
    """Return the article that an address stands for, without any text yet. Raises UnreadableError."""
    url = _web(data.decode("utf-8", "replace"))
    return RawArticle(
        id=article_id(canonical_url(url)), origin="push", url=readable_url(url), title="", content="", fetched_at=now
    )


def _web(url: str) -> str:
    found = absolute(url, "")
    if not found:
        raise UnreadableError(f"{url[:200]!r} is no http or https address")
    return found


def _feed(feed: Feed | None) -> Feed | None:
    return Feed(url=without_password(_web(feed.url)), title=text.title(feed.title), category=feed.category) if feed else None


def _written(time: datetime | None) -> tuple[str, ...]:
    return (time.isoformat(),) if time else ()


def outcome(line: Line, word: str, known_as: str) -> Outcome:
    """Return what became of a line, from what Sorting said of it."""
    what, reason = WORDS.get(word, ("duplicate", word))
    return Outcome(line.number, what, known_as, reason, late=what == "refused")


def status(outcomes: Iterable[Outcome]) -> int:
    """Return the HTTP status: 200 or, where a page is still to be fetched, 202; where every line is refused, 400 or 409."""
    all_ = list(outcomes)
    if all(o.outcome == "refused" for o in all_):
        return 409 if all(o.late for o in all_) else 400
    return 202 if any(o.outcome == "queued" for o in all_) else 200


def shown(outcomes: Iterable[Outcome]) -> bytes:
    """Return the answer's body: a JSON line for each line, in their order."""
    told = (msgspec.structs.replace(o, late=False) for o in sorted(outcomes, key=lambda o: o.line))
    return msgspec.json.Encoder().encode_lines(list(told))

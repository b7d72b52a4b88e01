"""What `newsloom add` is given (addresses, JSON, JSON lines, text, Markdown, HTML) → what is pushed. Pure but for reading."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain, groupby
from typing import Any, BinaryIO, Final, Literal, NamedTuple

import msgspec
from newsloom_common import batching

from newsloom_cli.errors import WrongInputError

MOST_LINES: Final = 500  # of one request
MOST_BYTES: Final = 4 * 1024 * 1024  # of one request; the ingestor takes twice as many
MOST_TEXT: Final = 8 * 1024 * 1024  # bytes of a file that is one article
LINES: Final = (".jsonl", ".ndjson")
LIST: Final = re.compile(rb"\s*\[\s*\{")  # of objects; a Markdown text may begin with a link
PAGES: Final = (".html", ".htm", ".xhtml")


class Item(NamedTuple):
    """One article or address: where it is from, as people call that, and what is pushed."""

    place: str
    kind: Literal["lines", "addresses"]
    body: bytes


class Said(NamedTuple):
    """What the command line says of an article whose file does not say it."""

    title: str = ""
    url: str = ""
    published: datetime | None = None
    language: str = ""


def address(url: str) -> Item:
    """Return the item of an address."""
    return Item(url, "addresses", url.encode())


def items(name: str, stream: BinaryIO, said: Said, now: datetime) -> Iterator[Item]:
    """Yield what a file has. Raises WrongInputError with its name where that cannot be an article."""
    blank, first = 0, stream.readline()
    while first and not first.strip():
        blank, first = blank + 1, stream.readline()
    low = name.lower()
    if not low.endswith(".json") and (low.endswith(LINES) or first.lstrip().startswith(b"{")):
        yield from _lines(name, chain([first], stream), blank)
        return
    data = first + stream.read(MOST_TEXT + 1)
    if len(data) > MOST_TEXT:
        raise WrongInputError(f"{name}: larger than {MOST_TEXT} bytes, which no article is")
    if low.endswith(".json") or LIST.match(data):
        yield from _whole(name, data)
    elif low.endswith(PAGES) or first.lstrip()[:14].lower().startswith((b"<!doctype html", b"<html")):
        yield Item(name, "lines", msgspec.json.encode(page(name, data, said, now)))
    else:
        yield Item(name, "lines", msgspec.json.encode(note(name, data, said)))


def _lines(name: str, lines: Iterable[bytes], before: int) -> Iterator[Item]:
    """Number as an editor does; ``before`` were lines already."""
    for number, line in enumerate(lines, before + 1):
        if line.strip():
            yield Item(f"{name}, line {number}", "lines", line.strip())


def _whole(name: str, data: bytes) -> Iterator[Item]:
    try:
        found = msgspec.json.decode(data)
    except msgspec.DecodeError as error:
        raise WrongInputError(f"{name}: {error}") from error
    for number, one in enumerate(found if isinstance(found, list) else [found], 1):
        yield Item(f"{name}, article {number}" if isinstance(found, list) else name, "lines", msgspec.json.encode(one))


def note(name: str, data: bytes, said: Said) -> dict[str, Any]:
    """Return the article of a text: its first line is its title, where none is said, and may be a Markdown heading."""
    try:
        text = data.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise WrongInputError(f"{name}: neither JSON nor text in UTF-8: {error}") from error
    head, _, rest = text.partition("\n")
    title, content = (said.title, text) if said.title else (head.lstrip("#").strip(), rest.strip())
    if not title:
        raise WrongInputError(f"{name}: nothing is in it")
    return _article(title, content, said)


def page(name: str, data: bytes, said: Said, now: datetime) -> dict[str, Any]:
    """Return the article of a web page that was saved, as the ingestor would find it there."""
    from newsloom_ingestor.page import NoPage, read

    found = read(data, content_type="text/html", url=said.url, now=now)
    if isinstance(found, NoPage) or not found.content:
        raise WrongInputError(f"{name}: no article is found in this page")
    known = said._replace(published=said.published or found.published, language=said.language or found.language or "")
    return {**_article(said.title or found.title or name, found.content, known), "authors": found.authors}


def _article(title: str, content: str, said: Said) -> dict[str, Any]:
    more = {"url": said.url, "published_at": said.published, "language": said.language}
    return {"title": title, "content": content, **{name: value for name, value in more.items() if value}}


def batches(found: Iterable[Item]) -> Iterator[list[Item]]:
    """Part items into requests: of one kind each, and not too large."""
    for _, alike in groupby(found, key=lambda item: item.kind):
        yield from batching.batches(alike, lambda item: len(item.body), MOST_LINES, MOST_BYTES)

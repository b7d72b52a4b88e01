"""The bytes of a page → its article. Pure, and made for a worker: on hostile pages it may take for ever.

The text is what trafilatura finds; where the page's own JSON-LD has clearly more of it, that. trafilatura itself falls back on
readability's and jusText's ways, and last on all text of the page, which is an article only where there are sentences in it.
"""

import re
from datetime import datetime
from typing import Final, Literal, NamedTuple

import trafilatura
from lxml import etree, html

from newsloom_ingestor import dates, encoding, pagemeta, robotsmeta, text, walls
from newsloom_ingestor.dates import Note
from newsloom_ingestor.measure import weight
from newsloom_ingestor.walls import Wall

MAX_BYTES: Final = 4 * 1024 * 1024  # of a page, decompressed; articles have 0.1 to 1 MB
META_CHARSET: Final = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([A-Za-z0-9._:-]+)", re.IGNORECASE)
META_WITHIN: Final = 4096  # bytes; the HTML standard says 1024
CLEARLY_MORE: Final = (
    1.5  # times a text with paragraphs: those of JSON-LD are mostly lost, so the other is better unless it is cut
)
SENTENCE: Final = re.compile(r"[.!?…][\"'”’)\]]*(?=\s|$)|[。！？]")
SENTENCE_WITHIN: Final = 600  # weight in which prose ends a sentence; menus never do
LEAST: Final = 200  # weight of an article's text: two sentences
LANGUAGE: Final = re.compile(r"^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$")  # BCP 47, loosely

Method = Literal["trafilatura", "json-ld", ""]


class Page(NamedTuple):
    """The article that a page has. ``content`` is empty behind a ``wall``. ``method`` is how the text was found.

    ``published`` is in UTC, ``date_note`` says what was wrong with the date. ``canonical`` and ``image`` are whole addresses.
    """

    title: str
    content: str
    authors: tuple[str, ...]
    published: datetime | None
    date_note: Note | None
    language: str | None
    image: str | None
    canonical: str | None
    method: Method
    wall: Wall


class NoPage(NamedTuple):
    """There is no article here, and why."""

    reason: str


def read(data: bytes, *, content_type: str, url: str, now: datetime) -> Page | NoPage:
    """Return the article of the page at ``url``, unless it forbids that. ``now`` tells which dates lie in the future."""
    markup = encoding.decode(data, _declared(data, content_type)).text
    tree = _tree(markup)
    if tree is None:
        return NoPage("empty")
    said = pagemeta.facts(tree, url)
    content, method = _content(tree, said)
    wall = walls.judge(content, lambda: _visible(tree, markup), markup, free=said.free)
    if not wall and (refused := robotsmeta.refusal(said.robots, now)):  # walls forbid robots too, and say less by it
        return NoPage(refused)
    if not wall and (weight(content) < LEAST or not _prose(content)):
        return NoPage("no text")
    language = _language(said.language)
    when = dates.judge(said.dates, now, chinese=(language or "").startswith("zh"))
    return Page(
        title=said.title,
        content="" if wall else content,
        authors=said.authors,
        published=when.time,
        date_note=when.note,
        language=language,
        image=said.image,
        canonical=said.canonical,
        method="" if wall else method,
        wall=wall,
    )


def _declared(data: bytes, content_type: str) -> str:
    """The content type, with the charset that the page names where the server names none."""
    named = None if "charset" in content_type.lower() else META_CHARSET.search(data[:META_WITHIN])
    return f"{content_type}; charset={named[1].decode()}" if named else content_type


def _tree(markup: str) -> html.HtmlElement | None:
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return html.document_fromstring(text.clean(markup).encode(), parser=parser)
    except etree.ParserError:  # nothing in it
        return None


def _content(tree: html.HtmlElement, said: pagemeta.Facts) -> tuple[str, Method]:
    found = trafilatura.extract(tree, include_comments=False, include_tables=True, output_format="txt") or ""
    lines = text.clean(found).split("\n")
    shown = "\n\n".join(line.strip() for line in lines[text.title(lines[0]) == said.title :] if line.strip())
    if weight(said.body) > weight(shown) * (CLEARLY_MORE if "\n\n" in shown else 0.95):
        return said.body[: text.MAX_CONTENT], "json-ld"
    return shown[: text.MAX_CONTENT], "trafilatura"


def _visible(tree: html.HtmlElement, markup: str) -> str:
    """All that a reader sees, and the page's name, which says "Just a moment..." where nothing else does."""
    names = " ".join(tree.xpath("//title/text()")[:1])
    return f"{names}\n{text.body(markup)}"


def _prose(content: str) -> bool:
    return len(SENTENCE.findall(content)) * SENTENCE_WITHIN >= weight(content) * 0.5


def _language(tag: str) -> str | None:
    found = tag.strip().replace("_", "-")
    return found if len(found) <= 35 and LANGUAGE.match(found) else None

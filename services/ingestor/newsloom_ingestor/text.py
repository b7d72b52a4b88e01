"""HTML and half-HTML of feeds → plain text that people and taggers read.

Markup becomes paragraphs (an empty line between), line breaks and nothing else. The parser is lxml's: the standard library's
html.parser needs quadratic time on hostile markup (``<a<a<a…``) and raises on some (``<![<![``).
"""

import html
import re
from typing import Final

from lxml import etree

MAX_MARKUP: Final = 4_000_000  # characters of one entry's HTML that are looked at
MAX_CONTENT: Final = 500_000  # characters of an article; at most 3 MB as JSON, well below the topic's 8 MiB
MAX_TITLE: Final = 500
_RAW_TITLE: Final = 10_000


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


BLOCKS: Final = _names(
    "address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure footer form h1 h2 "
    "h3 h4 h5 h6 header hgroup hr html legend main menu nav ol p pre section summary table ul"
)
LINES: Final = _names("br caption li option tr")
CELLS: Final = _names("td th")
HIDDEN: Final = _names(
    "applet audio button canvas embed head iframe math noframes noscript object script select style svg template textarea video"
)
INLINE: Final = _names(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img input ins kbd label link map mark meta nobr param "
    "picture q rp rt ruby s samp small source span strike strong sub sup tbody tfoot thead time title track tt u var wbr"
)
_KNOWN: Final = "|".join(sorted(BLOCKS | LINES | CELLS | HIDDEN | INLINE, key=len, reverse=True))
TAG: Final = re.compile(rf"</?(?:{_KNOWN})(?:[\s/][^<>]*)?>|<!--[^<>]*-->|<!\[CDATA\[|\]\]>", re.IGNORECASE)
ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")

# Not text: control characters save tab and newline, noncharacters; and what only steers line breaking but splits words.
_DROPPED: Final = dict.fromkeys([*range(9), 11, *range(14, 32), *range(0x7F, 0x85), *range(0x86, 0xA0), 0xFFFE, 0xFFFF])
_DROPPED.update(dict.fromkeys([0xAD, 0x200B, 0x2060, 0xFEFF]))
# windows-1252 that was taken for ISO-8859-1, by a feed's own software too (&#146;), is read as meant (HTML, 13.2.5.80); save
# for its "…", which is a newline in Unicode.
_CP1252: Final = {code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0) if code != 0x85}
_CLEANED: Final = {**_DROPPED, **_CP1252}
_NEWLINES: Final = re.compile(r"\r\n?|[\x0c\x85\u2028\u2029]")
_BREAKS: Final = re.compile(r"[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# Hardly any text has one of these, and to look for them is ten times as fast as to replace them.
_TO_CLEAN: Final = re.compile("[" + re.escape("".join(map(chr, _CLEANED)) + "\r\x0c\x85\u2028\u2029") + "]")
_PARAGRAPH, _LINE = "\x02", "\x03"


def clean(text: str) -> str:
    """Return text that UTF-8, JSON and a screen can carry: no lone surrogates, no control characters, one kind of newline."""
    try:
        text.encode()
    except UnicodeEncodeError:  # halves of a pair are joined, lone ones become U+FFFD
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _NEWLINES.sub("\n", text).translate(_CLEANED) if _TO_CLEAN.search(text) else text


def title(raw: str) -> str:
    """Return a title on one line, without tags or entities, however often they were escaped."""
    text = raw[:_RAW_TITLE]
    for _ in range(3):  # feeds escape up to twice more than they should
        text = html.unescape(TAG.sub(_gap, text))
    return " ".join(clean(TAG.sub(_gap, text)).split())[:MAX_TITLE]


def body(raw: str) -> str:
    """Return an entry's body as paragraphs: HTML where it has tags, else plain text whose line breaks are kept."""
    cut = raw[:MAX_MARKUP]
    if not TAG.search(cut) and ENTITY.search(cut):  # escaped once more than it should be, tags perhaps included
        cut = html.unescape(cut)
    return (_from_html(cut) if TAG.search(cut) else _tidy(clean(cut)))[:MAX_CONTENT]


def _gap(tag: re.Match[str]) -> str:
    """A tag that breaks a line parts two words; any other stands within one."""
    name = re.sub(r"[^a-z0-9]", " ", tag.group().lower()).split()
    return " " if name and name[0] in BLOCKS | LINES | CELLS else ""


def _from_html(markup: str) -> str:
    parser = etree.HTMLParser(target=_Paragraphs(), encoding="utf-8", huge_tree=True)
    parser.feed(clean(markup).encode())
    return _tidy(clean(parser.close()))


def _tidy(text: str) -> str:
    """Lines without space around them, at most one empty line between two."""
    lines = (" ".join(line.split()) if line.strip() else "" for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Paragraphs:
    """Parser target: collects the visible text, with marks where paragraphs and lines end. No tree is built."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._hidden = 0
        self._pre = 0

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        self._hidden += tag in HIDDEN
        self._pre += tag == "pre"
        self._mark(tag)

    def end(self, tag: str) -> None:
        self._hidden -= tag in HIDDEN and self._hidden > 0
        self._pre -= tag == "pre" and self._pre > 0
        if tag not in LINES:  # an item or a row begins a line; the next one ends it
            self._mark(tag)

    def data(self, text: str) -> None:
        if not self._hidden:
            self._pieces.append(text.replace("\n", _LINE) if self._pre else _BREAKS.sub(" ", text))

    def close(self) -> str:
        paragraphs = (p.strip(f" {_LINE}") for p in "".join(self._pieces).split(_PARAGRAPH))
        return "\n\n".join(p for p in paragraphs if p).replace(_LINE, "\n")

    def _mark(self, tag: str) -> None:
        if tag in BLOCKS:
            self._pieces.append(_PARAGRAPH)
        elif tag in LINES:
            self._pieces.append(_LINE)
        elif tag in CELLS:
            self._pieces.append(" ")

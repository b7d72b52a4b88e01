"""The bytes of a document and what it is said to be encoded in → text. Pure.

Who is believed, in this order; the first under which the bytes make sense wins:

| # | witness | source |
| - | --- | --- |
| 1 | a byte order mark | RFC 7303, 3.3: it outweighs every declaration |
| 2 | zeros or EBCDIC in the first four bytes: UTF-16, UTF-32 or EBCDIC without a mark | XML 1.0, appendix F.1 |
| 3 | valid UTF-8 with ten characters beyond ASCII: no other encoding gives that by chance | RFC 3629, 1 |
| 4 | the HTTP charset, but one that fits any bytes only where the document itself says nothing else | RFC 7303, 3.2 |
| 5 | the XML declaration | XML 1.0, 4.3.3 |
| 6 | UTF-8 | XML 1.0, 4.3.3 |
| 7 | a guess by the frequency of letters, among the encodings that news comes in | charset-normalizer |

"Make sense" is: all valid, else (publishers cut summaries in the middle of a character) nine in ten of what is not ASCII. Where
nothing makes sense, what was declared is taken, with U+FFFD for what does not fit. In some encodings nearly all bytes are
valid, so the text must also look like one: in windows-1252 most letters are ASCII, and Chinese repeats a few characters.

RFC 7303 would have a server's ISO-8859-1 outweigh the document; servers add it unasked to everything, so it proves nothing.
"""

import codecs
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from charset_normalizer import from_bytes

MARKS: Final = (  # the longer ones first: UTF-32's begins like UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
STARTS: Final = (  # how "<" or "<?" look without a mark
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
    (b"{\0", "utf-16-le"),
    (b"\0{", "utf-16-be"),
)
EBCDIC: Final = b"\x4c\x6f\xa7\x94"  # "<?xm"
# What a name means in practice: the larger set that contains it (WHATWG Encoding Standard, "Names and labels").
SUPERSETS: Final = {
    "gb2312": "gb18030", "gbk": "gb18030", "hz": "hz", "big5": "big5hkscs", "shift_jis": "cp932", "euc_kr": "cp949",
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
}  # fmt: skip
ALIASES: Final = {"x-sjis": "shift_jis", "x-gbk": "gbk", "gb_2312-80": "gb2312", "big5-tw": "big5", "x-x-big5": "big5",
                  "windows-31j": "cp932", "unicode": "utf-16", "x-euc-jp": "euc_jp"}  # fmt: skip
GUESSES: Final = ["utf_8", "gb18030", "big5", "cp932", "euc_jp", "cp949", "cp1251", "koi8_r", "cp1252"]
GUESS_WITHIN: Final = 65_536  # bytes that a guess is made from
TELLING: Final = 10  # characters beyond ASCII that make valid UTF-8 no accident
FOREIGN: Final = 0.6  # of a Western text's letters are ASCII at the least; French has 0.95
COMMON: Final = frozenset("的一是在不了有和人这這中大为為上个個国國我以要他时時来來用们們到于於出就对對成会會可年，。、")
COMMON_SHARE: Final = 0.015  # of the characters of any Chinese text; 0.2 is usual, 0.08 in headlines, 0.002 by accident
COMMON_FROM: Final = 50  # characters beyond ASCII, below which that says nothing
MOSTLY: Final = 0.1  # of what is not ASCII may be broken
DECLARED: Final = re.compile(r"^\s*<\?xml[^>]*?\bencoding\s*=\s*[\"']?([A-Za-z0-9._:-]+)[^>]*\?>")
CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._:-]+)", re.IGNORECASE)
MARKUP: Final = re.compile(r"<[^<>\x80-\U0010ffff]*>")
LOOK_WITHIN: Final = 200_000  # characters that tell whether it is a text
DECLARATION: Final = re.compile(r"^\s*<\?xml\s[^>]*\?>")


class Decoded(NamedTuple):
    """The text, without byte order mark and XML declaration, and the (Python) name of the encoding that it was in."""

    text: str
    encoding: str


def decode(data: bytes, content_type: str = "") -> Decoded:
    """Return the text; every bytes have one."""
    name, start = _marked(data)
    encoding, text = (name, data[start:].decode(name, "replace")) if name else _told(data, content_type)
    text = text.removeprefix("\ufeff")
    return Decoded(DECLARATION.sub("", text, count=1), encoding)


def _marked(data: bytes) -> tuple[str, int]:
    """The encoding that the first bytes prove, and where the text begins."""
    for mark, name in MARKS:
        if data.startswith(mark):
            return name, len(mark)
    return next((name for start, name in STARTS if data.startswith(start)), ""), 0


def _told(data: bytes, content_type: str) -> tuple[str, str]:
    named = list(dict.fromkeys(_candidates(data, content_type)))
    for name in named:
        if (text := _strict(data, name)) is not None and _looks_right(name, text):
            return name, text
    readings = ((name, data.decode(name, "replace")) for name in named)
    found = next(((n, t) for n, t in readings if _mostly(t) and _looks_right(n, t)), None)
    return found or _guessed(data, named[0])


def _candidates(data: bytes, content_type: str) -> Iterator[str]:
    """Encodings to try, the most believable first."""
    if _surely_utf8(data):
        yield "utf-8"
    http, document = _named(CHARSET, content_type), _declared(data)
    if http and not (document and _fits_anything(http)):
        yield http
    yield from filter(None, (document, "" if http or document else "utf-8"))
    yield "utf-8"


def _surely_utf8(data: bytes) -> bool:
    """Whether the bytes are valid UTF-8 with so many characters beyond ASCII that it is no accident."""
    if data.isascii():
        return False
    text = _strict(data, "utf-8")
    return text is not None and len(data) - len(text) >= TELLING  # each such character has one to three bytes more


def _fits_anything(name: str) -> bool:
    return name in {"cp1252", "iso8859-15"}


def _declared(data: bytes) -> str:
    start = data[:400].decode("cp037" if data.startswith(EBCDIC) else "latin-1")
    found = _named(DECLARED, start)
    return "utf-8" if found.startswith(("utf-16", "utf-32")) else found  # its declaration could not be read as ASCII


def _named(pattern: re.Pattern[str], text: str) -> str:
    """Python's name of the encoding that the pattern finds, or nothing where there is none of that name."""
    match = pattern.search(text)
    label = match[1].lower() if match else ""
    try:
        name = codecs.lookup(ALIASES.get(label, label)).name if label else ""
        b"<\0\0\0".decode(name or "utf-8", "ignore")  # a codec of text, unlike base64 or rot13
    except (LookupError, ValueError):
        return ""
    return "" if name in {"idna", "punycode", "unicode_escape", "raw_unicode_escape"} else SUPERSETS.get(name, name)


def _strict(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except UnicodeError:
        return None


def _mostly(text: str) -> bool:
    beyond = len(text) - len(text.encode("ascii", "ignore"))
    return text.count("\ufffd") <= MOSTLY * beyond


def _looks_right(name: str, text: str) -> bool:
    """Whether it is a text, of an encoding in which any bytes are valid."""
    if name in {"gb18030", "big5hkscs"}:
        beyond = [c for c in text[:LOOK_WITHIN] if c > "\x7f"]
        return len(beyond) < COMMON_FROM or sum(c in COMMON for c in beyond) >= COMMON_SHARE * len(beyond)
    if not _fits_anything(name):
        return True
    letters = [c for c in MARKUP.sub(" ", text[:LOOK_WITHIN]) if c.isalpha()]
    return sum(map(str.isascii, letters)) >= FOREIGN * len(letters)


def _guessed(data: bytes, default: str) -> tuple[str, str]:
    text = MARKUP.sub(" ", data.decode("latin-1")).encode("latin-1")  # markup would outweigh the text
    cuts = (text[: GUESS_WITHIN - n] for n in range(4))  # one of them ends with a character
    guesses = (from_bytes(cut, cp_isolation=GUESSES, enable_fallback=False).best() for cut in cuts)
    name = next((SUPERSETS.get(best.encoding, best.encoding) for best in guesses if best), default)
    return name, data.decode(name, "replace")

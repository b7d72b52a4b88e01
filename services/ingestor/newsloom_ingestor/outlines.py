"""The outlines of an OPML 2.0 document (http://opml.org/spec2.opml), and where in its bytes they stand. Pure."""

import re
from typing import Final, NamedTuple
from xml.parsers import expat

from newsloom_ingestor.encoding import decode

MAX_BYTES: Final = 4 * 1024 * 1024
MAX_DEPTH: Final = 50  # folders in folders
TAG: Final = re.compile(rb"""<[^"'>]*(?:"[^"]*"[^"'>]*|'[^']*'[^"'>]*)*>""")  # ">" may stand in an attribute
DECLARED: Final = re.compile(rb"^(?:\xef\xbb\xbf)?<\?xml[^>]*\bencoding\s*=\s*[\"'](?P<name>[^\"']*)", re.IGNORECASE)


class OpmlError(ValueError):
    """The document is no OPML that can be read; the text says why."""


class Source(NamedTuple):
    """A feed to be polled: its address, the name its reader gave it, its folders as a path, its language where stated."""

    url: str
    title: str = ""
    category: str = ""
    language: str = ""


class Outline(NamedTuple):
    """A feed, a folder, or the body, whose ``path`` is empty: where its tags stand in the document.

    ``path`` is the folder that it is, or that it is in. The first tag is [start:opened], the last one [closing:end]; an empty
    element has one tag, and ``opened``, ``closing`` and ``end`` are alike.
    """

    path: tuple[str, ...]
    source: Source | None
    start: int
    opened: int
    closing: int
    end: int


def in_utf8(data: bytes) -> bytes:
    """Return the document to the byte where it is in UTF-8 and says nothing else, else the same text in UTF-8."""
    text, encoding = decode(data)
    declared = DECLARED.match(data)
    if encoding == "utf-8" and (not declared or declared["name"].lower() in {b"utf-8", b"utf8"}):
        return data
    return b'<?xml version="1.0" encoding="UTF-8"?>' + text.encode("utf-8", "replace")


def outlines(data: bytes) -> tuple[Outline, ...]:
    """Return the body and all outlines in it, of a document in UTF-8, in their order. Raises OpmlError."""
    if len(data) > MAX_BYTES:
        raise OpmlError(f"larger than {MAX_BYTES} bytes")
    scan = _Scan(data)
    try:
        scan.parser.Parse(data, True)
    except (expat.ExpatError, ValueError) as error:
        raise error if isinstance(error, OpmlError) else OpmlError(str(error)) from error
    found = tuple(sorted(scan.found, key=lambda o: o.start))
    if not found:
        raise OpmlError("not an OPML document")
    return found


class _Scan:
    """Collects outlines. Refuses document types: they have no use in OPML, and entities that unfold are a known bomb."""

    def __init__(self, data: bytes) -> None:
        self.found: list[Outline] = []
        self._data = data
        self._open: list[tuple[str, tuple[str, ...], Source | None, int]] = []
        self.parser = expat.ParserCreate("utf-8")
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def _doctype(self, name: str, *_: object) -> None:
        raise OpmlError(f"it declares a document type ({name}), which OPML has no use for")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        path = self._open[-1][1] if self._open else ()
        title = " ".join((attributes.get("title") or attributes.get("text") or "").split())
        url = attributes.get("xmlUrl", "").strip() if name == "outline" else ""
        source = Source(url, title, "/".join(path), attributes.get("language", "")) if url else None
        if name == "outline" and not source:
            path = (*path, title)
        if len(path) > MAX_DEPTH:
            raise OpmlError(f"folders nested more than {MAX_DEPTH} deep")
        self._open.append((name, path, source, self.parser.CurrentByteIndex))

    def _end(self, _name: str) -> None:
        where = [name for name, *_ in self._open]
        _, path, source, start = self._open.pop()
        if where[:2] != ["opml", "body"] or set(where[2:]) - {"outline"}:
            return
        tag = TAG.match(self._data, start)
        opened = tag.end() if tag else start
        if self._data[opened - 2 : opened] == b"/>":
            self.found.append(Outline(path, source, start, opened, opened, opened))
            return
        closing = self.parser.CurrentByteIndex
        self.found.append(Outline(path, source, start, opened, closing, self._data.index(b">", closing) + 1))

"""OPML 2.0 in and out: read the feeds of a document, write one, add a feed to it and take one out.

What changes is spliced into the document's bytes: all else, known or unknown, stays to the byte. A document in another encoding
than UTF-8 becomes one in UTF-8 with its first change.
"""

import re
from collections.abc import Iterable
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from newsloom_ingestor.outlines import MAX_BYTES, MAX_DEPTH, OpmlError, Outline, Source, in_utf8, outlines

__all__ = ["MAX_BYTES", "MAX_DEPTH", "OpmlError", "Source", "add", "read", "remove", "write"]

UNKEEPABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")  # XML 1.0, 2.2
EMPTY: Final = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0">
  <head>
    <title>{}</title>
  </head>
  <body>
{}  </body>
</opml>
"""


def read(data: bytes) -> tuple[Source, ...]:
    """Return the feeds in their order, each address once. Raises OpmlError."""
    found: dict[str, Source] = {}
    for outline in outlines(_utf8(data)):
        if outline.source:
            found.setdefault(outline.source.url, outline.source)
    return tuple(found.values())


def write(sources: Iterable[Source], title: str = "newsloom") -> bytes:
    """Return a new document with these feeds in their folders, each address once; feeds come before folders."""
    once: dict[str, Source] = {}
    for source in sources:
        once.setdefault(source.url, source)
    folders: dict[tuple[str, ...], list[Source]] = {}
    for source in once.values():
        folders.setdefault(_names(source.category), []).append(source)
    body = "".join(f"{line}\n" for line in _tree(folders, (), "    ", "  "))
    return EMPTY.format(escape(UNKEEPABLE.sub("", title)), body).encode()


def add(data: bytes, source: Source) -> bytes:
    """Return the document with the feed at the end of its folder, which is made where there is none.

    A feed that is there already stays as it is. Raises OpmlError.
    """
    document = _utf8(data)
    found = outlines(document)
    if any(o.source and o.source.url == source.url for o in found):
        return data
    category = "/".join(_names(source.category))
    around = [o for o in found if not o.source and f"{category}/".startswith(_path(o))]
    folder = max(around, key=lambda o: len(_path(o)))  # the body at least, whose path is empty
    indent, step = _indent(document, folder), "\t" if b"\n\t" in document else "  "
    lines = _tree({_names(category[len(_path(folder)) :]): [source]}, (), indent + step, step)
    changed = _inserted(document, folder, lines, indent)
    if len(changed) > MAX_BYTES:
        raise OpmlError(f"larger than {MAX_BYTES} bytes")
    return changed


def remove(data: bytes, url: str) -> bytes:
    """Return the document without this feed, wherever it stands in it; outlines within it stay. Raises OpmlError."""
    document = _utf8(data)
    feeds = [o for o in outlines(document) if o.source and o.source.url == url]
    for start, end in sorted((cut for o in feeds for cut in _cuts(document, o)), reverse=True):
        document = document[:start] + document[end:]
    return document if feeds else data


def _utf8(data: bytes) -> bytes:
    if len(data) > MAX_BYTES:
        raise OpmlError(f"larger than {MAX_BYTES} bytes")
    return in_utf8(data)


def _path(folder: Outline) -> str:
    return "".join(f"{name}/" for name in folder.path)


def _names(category: str) -> tuple[str, ...]:
    """The folders of a path, as reading would find them."""
    parts = UNKEEPABLE.sub("", category).split("/")
    return tuple(name for part in parts if (name := " ".join(part.split())))[:MAX_DEPTH]


def _tree(folders: dict[tuple[str, ...], list[Source]], path: tuple[str, ...], indent: str, step: str) -> list[str]:
    """Lines of a folder's inside: its feeds, then the folders in it."""
    lines = [indent + _feed(source) for source in folders.get(path, ())]
    depth = len(path)
    inner = dict.fromkeys(names[: depth + 1] for names in folders if names[:depth] == path and len(names) > depth)
    for folder in inner:
        within = _tree(folders, folder, indent + step, step)
        lines += [f"{indent}<outline text={_attribute(folder[-1])}>", *within, f"{indent}</outline>"]
    return lines


def _feed(source: Source) -> str:
    title = source.title or source.url
    given = {"type": "rss", "text": title, "title": title, "xmlUrl": source.url, "language": source.language}
    return "<outline " + " ".join(f"{name}={_attribute(value)}" for name, value in given.items() if value) + "/>"


def _attribute(value: str) -> str:
    return quoteattr(UNKEEPABLE.sub("", value))


def _indent(document: bytes, folder: Outline) -> str:
    """The space before an element, where it is the first thing on its line."""
    before = document[document.rfind(b"\n", 0, folder.start) + 1 : folder.start]
    return before.decode() if not before.strip(b" \t") else ""


def _inserted(document: bytes, folder: Outline, lines: list[str], indent: str) -> bytes:
    newline = b"\r\n" if b"\r\n" in document else b"\n"
    text = b"".join(line.encode() + newline for line in lines)
    if folder.opened == folder.end:  # <body/>
        name = re.match(rb"<([^\s/>]+)", document[folder.start :])
        last = indent.encode() + b"</" + (name[1] if name else b"outline") + b">"
        return document[: folder.opened - 2].rstrip() + b">" + newline + text + last + document[folder.end :]
    inside = document[: folder.closing]
    own_line = inside.rstrip(b" \t")
    if own_line.endswith(b"\n"):
        return own_line + text + document[len(own_line) :]
    return inside + newline + text + indent.encode() + document[folder.closing :]


def _cuts(document: bytes, outline: Outline) -> list[tuple[int, int]]:
    """What to take out: the element, or only its tags where something is in it."""
    if not document[outline.opened : outline.closing].strip():
        return [_whole_lines(document, outline.start, outline.end)]
    return [_whole_lines(document, outline.start, outline.opened), _whole_lines(document, outline.closing, outline.end)]


def _whole_lines(document: bytes, start: int, end: int) -> tuple[int, int]:
    """The stretch with its line, where nothing else is on that."""
    first = document.rfind(b"\n", 0, start) + 1
    last = document.find(b"\n", end) + 1
    alone = last and not document[first:start].strip() and not document[end:last].strip()
    return (first, last) if alone else (start, end)

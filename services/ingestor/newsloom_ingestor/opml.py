"""OPML 2.0 → feeds, with the path of their folders (http://opml.org/spec2.opml)."""

from collections.abc import Iterator
from typing import Final, NamedTuple
from xml.etree import ElementTree as ET

MAX_BYTES: Final = 4 * 1024 * 1024
MAX_DEPTH: Final = 50  # folders in folders


class OpmlError(ValueError):
    """The document is no OPML that can be read; the text says why."""


class Source(NamedTuple):
    """A feed to be polled: its address, the name its reader gave it, its folders as a path, its language where stated."""

    url: str
    title: str = ""
    category: str = ""
    language: str = ""


class _Builder(ET.TreeBuilder):
    """Refuses document types: they have no use in OPML, and entities that unfold are a known bomb."""

    def doctype(self, name: str, _public: str | None, _system: str | None) -> None:
        raise OpmlError(f"it declares a document type ({name}), which OPML has no use for")


def read(data: bytes) -> tuple[Source, ...]:
    """Return the feeds in their order, each address once. Raises OpmlError."""
    if len(data) > MAX_BYTES:
        raise OpmlError(f"larger than {MAX_BYTES} bytes")
    try:
        root = ET.fromstring(data, parser=ET.XMLParser(target=_Builder()))  # noqa: S314 - document types are refused above
    except (ET.ParseError, ValueError, LookupError) as error:
        raise OpmlError(str(error)) from error
    body = root.find("body")
    if root.tag != "opml" or body is None:
        raise OpmlError("not an OPML document")
    found: dict[str, Source] = {}
    for source in _outlines(body, ()):
        found.setdefault(source.url, source)
    return tuple(found.values())


def _outlines(parent: ET.Element, folders: tuple[str, ...]) -> Iterator[Source]:
    if len(folders) > MAX_DEPTH:
        raise OpmlError(f"folders nested more than {MAX_DEPTH} deep")
    for outline in parent.findall("outline"):
        title = " ".join((outline.get("title") or outline.get("text") or "").split())
        url = (outline.get("xmlUrl") or "").strip()
        if url:
            yield Source(url, title, "/".join(folders), outline.get("language") or "")
        yield from _outlines(outline, folders if url else (*folders, title))

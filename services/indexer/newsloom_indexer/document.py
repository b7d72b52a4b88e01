"""A consumed record → the document it becomes, or why it becomes none."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

import msgspec
from newsloom_schemas.codec import InvalidMessageError, decode, header, trace_of
from newsloom_schemas.dead import Origin
from newsloom_schemas.index import document_version
from newsloom_schemas.types import Fingerprint, RawArticle, TaggedArticle

HIGHEST_VERSION: Final = 2**63 - 1  # Elasticsearch keeps external versions as a Java long
KEYS: Final = 8  # of the text: of two articles with a fifth of all text in common 94 % share one, with a third 99 %
_encoder: Final = msgspec.json.Encoder()


class Document(NamedTuple):
    """A document ready to be sent: ``lines`` are its action line and its source line of a bulk request.

    ``at`` is its time in seconds since 1970. What comes ``again``, as a revision or tagged anew, may replace another document.
    ``keys`` are those of its fingerprint, made once: they are asked for again and again.
    """

    origin: Origin
    id: str
    version: int
    lines: bytes
    at: float = 0.0
    again: bool = False
    fingerprint: Fingerprint | None = None
    story: str = ""
    keys: Sequence[str] = ()


class Unfit(NamedTuple):
    """A record that becomes no document, and the stage that found out."""

    origin: Origin
    stage: str
    error: Exception


class Expired(NamedTuple):
    """A record of an article that is too old for the index."""

    origin: Origin


def prepare(origin: Origin, now: datetime, oldest: datetime | None = None) -> Document | Unfit | Expired:
    """Return the document of a record of news.tagged; of an article from before ``oldest`` there is none."""
    try:
        tagged = decode(TaggedArticle, origin.value)
    except InvalidMessageError as error:
        return Unfit(origin, "decode", error)
    if oldest and _time(tagged.article) < oldest:
        return Expired(origin)
    try:
        version = _version(tagged)
        body = source(tagged, coordinates(origin), now, trace_of(header(origin.headers, "traceparent")))
        lines = _lines(tagged.article.id, version, body)
    except ValueError as error:
        return Unfit(origin, "index", error)
    again = tagged.article.revision > 1 or tagged.retag is not None
    at = _time(tagged.article).timestamp()
    name = tagged.article.id
    return Document(origin, name, version, lines, at, again, tagged.fingerprint, name, body["story_keys"])


def told(document: Document, story: str) -> Document:
    """Return the document with its story.

    What is encoded stays as it is but for its beginning: how long the lines are had to be known before the story.
    """
    action, source = document.lines.split(b"\n", 1)
    rest = source.removeprefix(_beginning(document.id))
    return document._replace(lines=action + b"\n" + _beginning(story) + rest, story=story)


def keys(fingerprint: Fingerprint | None) -> list[str]:
    """Return what later articles of its story can find an article by: the hashes of its title and of some of its text."""
    if fingerprint is None:
        return []
    return [format(fingerprint.title, "x") + "t", *(format(h, "x") for h in fingerprint.text[:KEYS])]


def coordinates(origin: Origin) -> dict[str, str | int]:
    """Return the document's ``record``: which record wrote it."""
    return {"topic": origin.topic, "partition": origin.partition, "offset": origin.offset}


def source(tagged: TaggedArticle, record: dict[str, str | int], now: datetime, trace: str = "") -> dict[str, Any]:
    """Return the document: the article as in the contract, its time, themes and companies by name, what record wrote it, when.

    Its story is its own until it is told another one, and stands first, where ``told`` finds it.
    ``trace.id`` is where the Elastic Common Schema has the trace-id, so that Kibana finds the way from article to logs.
    """
    return {
        "story": tagged.article.id,
        "story_keys": keys(tagged.fingerprint),
        "@timestamp": _time(tagged.article),
        "tags": [theme.id for theme in tagged.themes],
        "companies": [entity.name for entity in tagged.entities if entity.type == "company"],
        "record": record,
        "indexed_at": now,
        **({"trace": {"id": trace}} if trace else {}),
        **{name: getattr(tagged, name) for name in tagged.__struct_fields__},
    }


def _beginning(story: str) -> bytes:
    return b'{"story":' + _encoder.encode(story)


def _time(article: RawArticle) -> datetime:
    return article.published_at or article.fetched_at


def _version(tagged: TaggedArticle) -> int:
    version = document_version(tagged.article.revision, tagged.tagger.version)
    if version > HIGHEST_VERSION:
        raise ValueError(f"revision {tagged.article.revision}: too high for the version of a document")
    return version


def _lines(name: str, version: int, body: dict[str, Any]) -> bytes:
    action = {"index": {"_id": name, "version": version, "version_type": "external"}}
    return _encoder.encode(action) + b"\n" + _encoder.encode(body) + b"\n"

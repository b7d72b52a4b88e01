"""The records and the document of one article → its way, step by step, and where it stands. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, Literal, NamedTuple

from msgspec import Struct
from newsloom_schemas.codec import TRACEPARENT, Header, InvalidMessageError, decode, header
from newsloom_schemas.dead import Origin, exhume
from newsloom_schemas.topics import DEAD, RAW, THEME_PREFIX
from newsloom_schemas.types import RawArticle, TaggedArticle

Kind = Literal["published", "tagged", "theme", "dead", "indexed", "unreadable"]
FLOW: Final[tuple[Kind, ...]] = ("published", "tagged", "theme", "dead", "indexed", "unreadable")


class Found(NamedTuple):
    """A record of the article as it lies on a topic; ``timestamp`` is Kafka's, in milliseconds since 1970."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[Header]


class Step(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One step: what happened when, and the record or document that shows it."""

    step: Kind
    at: datetime | None = None
    topic: str | None = None
    partition: int | None = None
    offset: int | None = None
    revision: int | None = None
    title: str | None = None
    language: str | None = None
    themes: tuple[str, ...] | None = None
    tagger: int | None = None  # its version
    trace: str | None = None
    service: str | None = None  # a dead letter: who gave up
    stage: str | None = None
    error: str | None = None
    origin: str | None = None  # TOPIC PARTITION:OFFSET of the record that is dead, or that wrote the document
    index: str | None = None
    version: int | None = None


def steps(records: Iterable[Found], document: Mapping[str, Any] | None) -> tuple[Step, ...]:
    """Return the article's steps in the order in which they happened; the document, which has no time, comes last."""
    taken = sorted((_step(r) for r in records), key=lambda s: (s.at, FLOW.index(s.step), s.partition, s.offset))
    return (*taken, _indexed(document)) if document else tuple(taken)


def _step(record: Found) -> Step:
    at = datetime.fromtimestamp(record.timestamp / 1000, UTC)
    traced = TRACEPARENT.match(header(record.headers, "traceparent") or "")
    where: dict[str, Any] = {"at": at, "topic": record.topic, "partition": record.partition, "offset": record.offset}
    try:
        return Step(**where, **_said(record), trace=traced.group(1) if traced else None)
    except InvalidMessageError as error:
        return Step(**where, step="unreadable", error=str(error))


def _said(record: Found) -> dict[str, Any]:
    if record.topic == DEAD:
        return _dead(record)
    if record.topic == RAW:
        raw = decode(RawArticle, record.value)
        return {"step": "published", "revision": raw.revision, "title": raw.title}
    tagged = decode(TaggedArticle, record.value)
    said = {"revision": tagged.article.revision, "tagger": tagged.tagger.version}
    if record.topic.startswith(THEME_PREFIX):
        return {"step": "theme", **said, "themes": (record.topic.removeprefix(THEME_PREFIX),)}
    return {"step": "tagged", **said, "language": tagged.language, "themes": tuple(t.id for t in tagged.themes)}


def _dead(record: Found) -> dict[str, Any]:
    letter = exhume(Origin(record.topic, record.partition, record.offset, record.key, record.value, record.headers))
    return {
        "step": "dead",
        "service": letter.service,
        "stage": letter.stage,
        "error": f"{letter.error}: {letter.message}",
        "origin": place(letter.topic, letter.partition, letter.offset),
    }


def _indexed(document: Mapping[str, Any]) -> Step:
    source = document["_source"]
    record = source["record"]
    return Step(
        step="indexed",
        index=document["_index"],
        version=document["_version"],
        revision=source["article"].get("revision", 1),
        tagger=source["tagger"]["version"],
        themes=tuple(source["tags"]),
        origin=place(record["topic"], record["partition"], record["offset"]),
    )


def place(topic: str, partition: int, offset: int) -> str:
    """Return where a record lies, as it is written: ``news.raw 2:17``."""
    return f"{topic} {partition}:{offset}"


def standing(way: Sequence[Step]) -> str:
    """Return in one sentence where the article stands."""
    newest = {kind: max((s.revision or 0 for s in way if s.step == kind), default=0) for kind in FLOW}
    kinds = {s.step for s in way}
    if newest["indexed"] >= max(newest["tagged"], newest["published"], 1):
        return f"indexed, revision {newest['indexed']}: it can be searched"
    if "dead" in kinds:
        return "dead: `newsloom dead list` shows why"
    if newest["tagged"] >= max(newest["published"], 1):
        return "on its way: tagged, not in the index yet"
    return "on its way: published, not tagged yet"

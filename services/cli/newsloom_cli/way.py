"""The records and the document of one article → its way, step by step, with times, and where it stands. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final, Literal, NamedTuple

from msgspec import Struct
from msgspec.structs import replace
from newsloom_schemas.codec import Header, InvalidMessageError, decode, header, trace_of
from newsloom_schemas.dead import REPLAY_OF, Origin, exhume
from newsloom_schemas.marks import Mark, read_mark
from newsloom_schemas.topics import BACKFILL, DEAD, RAW, THEME_PREFIX
from newsloom_schemas.types import RawArticle, TaggedArticle

Kind = Literal["published", "tagged", "theme", "dead", "replayed", "purged", "indexed", "unreadable", "standing"]
FLOW: Final[tuple[Kind, ...]] = ("published", "tagged", "theme", "dead", "replayed", "purged", "unreadable", "indexed")


ENDS: Final[dict[Kind, str]] = {
    "purged": "purged: it died, and was given up",
    "dead": "dead: `newsloom dead list` shows why",
    "unreadable": "dead: `newsloom dead list` shows why",
    "replayed": "on its way again: it was sent back",
}


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
    """One step: what happened when, and the record or document that shows it.

    ``waited`` is how many seconds the step before had been over when this one began, ``took`` how many it took itself. The
    last step is the ``standing``: what became of each revision, and in one sentence where the article is.
    """

    step: Kind
    at: datetime | None = None
    waited: float | None = None
    took: float | None = None
    topic: str | None = None
    partition: int | None = None
    offset: int | None = None
    revision: int | None = None
    title: str | None = None
    dated: datetime | None = None  # the article's time, by which it grows too old for the index
    feed: str | None = None  # that brought it first
    language: str | None = None
    themes: tuple[str, ...] | None = None
    tagger: int | None = None  # its version
    trace: str | None = None
    service: str | None = None  # a dead letter: who gave up
    stage: str | None = None
    error: str | None = None
    origin: str | None = None  # TOPIC PARTITION:OFFSET of the record that is dead, or that wrote the document
    replay_of: str | None = None  # the letter on news.dead that the record was sent back from
    index: str | None = None
    version: int | None = None
    story: str | None = None  # the id of the article that told it first
    outcomes: dict[str, str] | None = None
    said: str | None = None


def steps(records: Iterable[Found], document: Mapping[str, Any] | None) -> tuple[Step, ...]:
    """Return the article's steps in the order in which they happened; a document that has no time comes last."""
    found = list(records)
    taken = [_step(r) for r in found if not _mark(r)]
    letters = {f"{s.partition}:{s.offset}": s for s in taken if s.topic == DEAD}
    taken += [step for r in found for step in _marked(r, letters)]
    taken.sort(key=lambda s: (s.at, FLOW.index(s.step), s.partition, s.offset))
    way = [*taken, *([_indexed(document)] if document else [])]
    return tuple(_timed(s, way) for s in way)


def _at(record: Found) -> datetime:
    return datetime.fromtimestamp(record.timestamp / 1000, UTC)


def _mark(record: Found) -> Mark | None:
    return read_mark(_origin(record)) if record.topic == DEAD else None


def _marked(record: Found, letters: Mapping[str, Step]) -> list[Step]:
    """Return what a mark says of the article's letters."""
    mark = _mark(record)
    kinds: dict[str, Kind] = {"replayed": "replayed", "purged": "purged"}
    if mark is None or mark.deed not in kinds:
        return []
    return [
        Step(
            step=kinds[mark.deed], at=_at(record), topic=DEAD, partition=record.partition, offset=record.offset,
            origin=place(DEAD, *map(int, letter.split(":"))), revision=letters[letter].revision,
        )
        for letter in mark.letters
        if letter in letters
    ]  # fmt: skip


def _step(record: Found) -> Step:
    where: dict[str, Any] = {
        "at": _at(record),
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "trace": trace_of(header(record.headers, "traceparent")) or None,
        "replay_of": header(record.headers, REPLAY_OF),
    }
    try:
        return Step(**where, **_said(record))
    except InvalidMessageError as error:
        return Step(**where, step="unreadable", error=str(error))


def _said(record: Found) -> dict[str, Any]:
    if record.topic == DEAD:
        return _dead(record)
    if record.topic in {RAW, BACKFILL}:
        raw = decode(RawArticle, record.value)
        feed = (raw.feed.title or raw.feed.url) if raw.feed else None
        held = max(0.0, record.timestamp / 1000 - raw.fetched_at.timestamp())
        said = {"revision": raw.revision, "title": raw.title, "dated": _dated(raw)}
        return {"step": "published", **said, "feed": feed, "took": round(held, 3)}
    tagged = decode(TaggedArticle, record.value)
    said = {"revision": tagged.article.revision, "tagger": tagged.tagger.version}
    if record.topic.startswith(THEME_PREFIX):
        return {"step": "theme", **said, "themes": (record.topic.removeprefix(THEME_PREFIX),)}
    took = round(max(0.0, record.timestamp / 1000 - tagged.tagged_at.timestamp()), 3)
    said |= {"dated": _dated(tagged.article)}
    return {"step": "tagged", **said, "took": took, "language": tagged.language, "themes": tuple(t.id for t in tagged.themes)}


def _dated(article: RawArticle) -> datetime:
    return article.published_at or article.fetched_at


def _dead(record: Found) -> dict[str, Any]:
    letter = exhume(_origin(record))
    return {
        "step": "dead",
        "revision": _revision(record.value),
        "service": letter.service,
        "stage": letter.stage,
        "error": f"{letter.error}: {letter.message}",
        "origin": place(letter.topic, letter.partition, letter.offset),
    }


def _revision(value: bytes | None) -> int | None:
    """Return the revision that a dead record is of, where it can be read."""
    try:
        return decode(TaggedArticle, value).article.revision
    except InvalidMessageError:
        with suppress(InvalidMessageError):
            return decode(RawArticle, value).revision
    return None


def _origin(record: Found) -> Origin:
    return Origin(record.topic, record.partition, record.offset, record.key, record.value, record.headers)


def _indexed(document: Mapping[str, Any]) -> Step:
    source = document["_source"]
    record, at = source["record"], source.get("indexed_at")
    return Step(
        step="indexed",
        at=datetime.fromisoformat(at) if at else None,
        index=document["_index"],
        version=document["_version"],
        revision=source["article"].get("revision", 1),
        tagger=source["tagger"]["version"],
        themes=tuple(source["tags"]),
        story=source.get("story"),
        origin=place(record["topic"], record["partition"], record["offset"]),
    )


def _timed(step: Step, way: Sequence[Step]) -> Step:
    """Return the step with how long it had to wait for its turn, where the step that led to it is known."""
    cause = next((s for s in way if s is not step and _led(s, step)), None)
    if cause is None or cause.at is None or step.at is None:
        return step
    waited = (step.at - cause.at).total_seconds() - (step.took or 0.0)
    return replace(step, waited=round(max(0.0, waited), 3))


def _led(cause: Step, step: Step) -> bool:
    """Whether one step led to the other: by the record that it names, else by revision and trace."""
    if step.step in {"dead", "indexed", "replayed", "purged"}:
        return step.origin == place(cause.topic or "", cause.partition or 0, cause.offset or 0)
    before = {"tagged": "published", "theme": "tagged"}.get(step.step)
    return cause.step == before and cause.revision == step.revision and cause.trace == step.trace


def place(topic: str, partition: int, offset: int) -> str:
    """Return where a record lies, as it is written: ``news.raw 2:17``."""
    return f"{topic} {partition}:{offset}"


def outcomes(way: Sequence[Step], until: datetime | None = None) -> dict[str, str]:
    """Return what became of each revision, the oldest first: exactly one outcome for each.

    What is older than ``until`` is not in the index because of its age.
    """
    revisions = sorted({s.revision for s in way if s.revision})
    return {str(r): _outcome(r, way, until) for r in revisions}


def _outcome(revision: int, way: Sequence[Step], until: datetime | None) -> str:
    in_index = max((s.revision or 0 for s in way if s.step == "indexed"), default=0)
    if in_index >= revision:
        return "indexed" if in_index == revision else "overtaken"
    last = [s for s in way if s.revision == revision and s.step in {"published", "tagged", "dead", "purged"}]
    if last and last[-1].step == "tagged" and _aged(last[-1], until):
        return "expired"
    return last[-1].step if last else "published"


def _aged(step: Step, until: datetime | None) -> bool:
    return until is not None and step.dated is not None and step.dated < until


def standing(way: Sequence[Step], until: datetime | None = None) -> str:
    """Return in one sentence where the article stands."""
    newest = {kind: max((s.revision or 0 for s in way if s.step == kind), default=0) for kind in FLOW}
    if newest["indexed"] >= max(newest["tagged"], newest["published"], 1):
        return f"indexed, revision {newest['indexed']}: it can be searched"
    last = next((s for s in reversed(way) if s.step not in {"indexed", "theme"}), None)
    if last and last.step in ENDS:
        return ENDS[last.step]
    if last and last.step == "tagged" and _aged(last, until):
        return f"expired: the index has nothing from before {until:%Y-%m-%d}"
    if newest["tagged"] >= max(newest["published"], 1):
        return "on its way: tagged, not in the index yet"
    return "on its way: published, not tagged yet"


def summed(way: Sequence[Step], until: datetime | None = None) -> Step:
    """Return the last step: what became of the revisions, and where the article stands."""
    return Step(step="standing", outcomes=outcomes(way, until), said=standing(way, until))

"""Records of news.dead → the dead letters that the command line shows, and those that are meant. Only ``at`` reads."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from msgspec import Struct
from newsloom_schemas.codec import InvalidMessageError, decode
from newsloom_schemas.dead import Origin, alive, exhume, replays
from newsloom_schemas.marks import State, read_mark
from newsloom_schemas.topics import BACKFILL, DEAD, RAW, TAGGED
from newsloom_schemas.types import DeadLetter

from newsloom_cli.graves import OURS, Letter
from newsloom_cli.graveyard import origin

if TYPE_CHECKING:
    from newsloom_cli.broker import Broker

CONSUMED = (RAW, BACKFILL, TAGGED)  # where somebody would read what is sent back


class Buried(NamedTuple):
    """A letter, where it lies on news.dead, and the headers that the record had when it was alive."""

    position: str  # PARTITION:OFFSET
    letter: DeadLetter
    headers: dict[str, str]


class Entry(NamedTuple):
    """A letter without the record, and what there is to choose by. ``feed`` is its address and title in one."""

    position: str
    letter: DeadLetter
    feed: str
    themes: tuple[str, ...]
    bytes: int
    empty: bool
    replays: int
    state: State = "dead"


class Wanted(NamedTuple):
    """What letters are meant: all that agree with everything that is given."""

    positions: tuple[str, ...] = ()
    state: State | None = "dead"
    stage: str | None = None
    service: str | None = None
    error: str | None = None
    theme: str | None = None
    feed: str | None = None
    article: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class _Feed(Struct):
    url: str = ""
    title: str = ""


class _Theme(Struct):
    id: str = ""


class _Raw(Struct):
    feed: _Feed | None = None


class _Content(Struct):
    """What a letter's record says of itself, where it can be read so far: a RawArticle's or a TaggedArticle's."""

    feed: _Feed | None = None
    article: _Raw | None = None
    themes: tuple[_Theme, ...] = ()


def at(broker: "Broker", partition: int, offset: int) -> Buried | None:
    """Return the letter at a position, None where none is."""
    found = [broker.at(tp, offset) for tp in broker.partitions(DEAD) if tp.partition == partition]
    record = origin(found[0]) if found and found[0] else None
    return buried(record) if record and not read_mark(record) else None


def buried(record: Origin) -> Buried:
    """Return the letter of a record of news.dead."""
    headers = {k: (v or b"").decode("utf-8", "backslashreplace") for k, v in alive(tuple(record.headers))}
    return Buried(_position(record), exhume(record), headers)


def entry(record: Origin) -> Entry:
    """Return what the list shows of a record of news.dead."""
    try:
        content = decode(_Content, record.value)
    except InvalidMessageError:
        content = _Content()
    feed = content.feed or (content.article.feed if content.article else None) or _Feed()
    return Entry(
        position=_position(record),
        letter=exhume(record._replace(value=None)),
        feed=f"{feed.title} {feed.url}".strip(),
        themes=tuple(t.id for t in content.themes),
        bytes=len(record.value or b""),
        empty=record.value is None,
        replays=replays(record.headers),
    )


def _position(record: Origin) -> str:
    return f"{record.partition}:{record.offset}"


def judged(entries: Iterable[Entry], letters: Iterable[Letter]) -> list[Entry]:
    """Return the entries with what became of them; what was cut off is no more, though it may lie there yet."""
    states = {x.position: x.state for x in letters if x.stage}  # a letter that is only remembered has no stage
    return [e._replace(state=states[e.position]) for e in entries if e.position in states]


def chosen(entries: Iterable[Entry], wanted: Wanted) -> list[Entry]:
    """Return the letters that are meant, the newest first."""
    found = [e for e in entries if _agrees(e, wanted)]
    return sorted(found, key=lambda e: (e.letter.dead_at, e.position), reverse=True)


def _agrees(e: Entry, wanted: Wanted) -> bool:
    said = e.letter
    return (
        (not wanted.positions or e.position in wanted.positions)
        and wanted.state in {None, e.state}
        and wanted.stage in {None, said.stage}
        and wanted.service in {None, said.service}
        and wanted.article in {None, said.key}
        and (wanted.theme is None or wanted.theme in e.themes)
        and _holds(f"{said.error}: {said.message}", wanted.error)
        and _holds(e.feed, wanted.feed)
        and (wanted.since is None or said.dead_at >= wanted.since)
        and (wanted.until is None or said.dead_at < wanted.until)
    )


def _holds(text: str, part: str | None) -> bool:
    return part is None or part.casefold() in text.casefold()


def hindrance(e: Entry) -> str:
    """Return why a letter's record cannot be sent back, "" where it can."""
    if e.state != "dead":
        return f"it has been {'sent back' if e.state == 'replayed' else 'purged'} already"
    if e.letter.service not in OURS:
        return "no service of ours buried it: where it belongs is not known"
    if e.letter.topic not in CONSUMED:
        return f"it came from {e.letter.topic}, which no service reads"
    if e.letter.stage == "page":
        return "its page had no article: push its address in again with `newsloom add`"
    if e.empty and e.letter.offset < 0:
        return "the record was too large even for news.dead, which has its headers only: there is nothing to send"
    return ""


def doubled(entries: Iterable[Entry], letters: Iterable[Letter], begun: Collection[str]) -> dict[str, str]:
    """Return the letters that another one stands for, since a record is sent back once, and which one that is.

    A service that was killed may have buried a record twice. The letter whose replay has begun stands for the others.
    """
    case_of = {x.position: x.case for x in letters}
    stands = {case_of[p]: p for p in begun if p in case_of}
    first = {e.position: stands.setdefault(case_of[e.position], e.position) for e in entries}
    return {position: other for position, other in first.items() if position != other}


def line(e: Entry) -> dict[str, Any]:
    """Return the line of a list: everything but the record itself."""
    said = msgspec.to_builtins(e.letter).items()
    more = {"feed": e.feed, "themes": list(e.themes), "replays": e.replays}
    letter = {k: v for k, v in said if k not in {"value", "encoding"}}
    return {"position": e.position, "state": e.state, **letter, "bytes": e.bytes, **{k: v for k, v in more.items() if v}}


def whole(found: Buried) -> dict[str, Any]:
    """Return the letter with the record and its headers; ``value`` is text, or base64 where ``encoding`` says so."""
    said = {"key": None, "value": None, "encoding": found.letter.encoding} | msgspec.to_builtins(found.letter)
    return {"position": found.position, **said, "headers": found.headers}


def target(entries: Sequence[Entry]) -> str:
    """Return how many go where: ``10 to news.raw, 2 to news.tagged``."""
    topics = [e.letter.topic for e in entries]
    return ", ".join(f"{topics.count(t):,} to {t}" for t in CONSUMED if t in topics)

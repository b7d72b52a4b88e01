"""A record that cannot be processed → news.dead, and back.

Key, value and headers are kept byte for byte; what happened is added under Kafka Connect's header names, so that existing
viewers understand it and a replay knows where the record belongs (Kafka Connect's DeadLetterQueueReporter).
"""

import base64
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final, Literal, NamedTuple

from newsloom_schemas.codec import Header, Message, header
from newsloom_schemas.topics import DEAD
from newsloom_schemas.types import DeadLetter

PREFIX: Final = "__connect.errors."
REPLAY_OF: Final = "newsloom_replay_of"  # PARTITION:OFFSET of the letter on news.dead that a record comes from
REPLAYS: Final = "newsloom_replays"  # how often its article has been sent back, this time included
REASONS: Final = (
    "topic", "partition", "offset", "connector.name", "stage", "exception.class.name", "exception.message", "timestamp",
)  # fmt: skip
MESSAGE_LIMIT: Final = 2000  # characters of an error's text: a broken article must not travel inside its own error


class Origin(NamedTuple):
    """A consumed record: where it lay and what it held."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Iterable[Header]


def bury(origin: Origin, *, service: str, stage: str, error: Exception, now: datetime) -> Message:
    """Return the news.dead record of ``origin``: ``stage`` is the step that failed (decode, tag, index …)."""
    reason = {
        "topic": origin.topic,
        "partition": str(origin.partition),
        "offset": str(origin.offset),
        "connector.name": service,
        "stage": stage,
        "exception.class.name": type(error).__name__,
        "exception.message": str(error)[:MESSAGE_LIMIT],
        "timestamp": now.isoformat(),
    }
    added = [(PREFIX + name, text.encode("utf-8", "backslashreplace")) for name, text in reason.items()]
    # Kafka clients refuse a record with neither key nor value: a nameless nothing gets an empty key.
    key = b"" if origin.key is None and origin.value is None else origin.key
    return Message(DEAD, key, origin.value, (*origin.headers, *added))


def revive(record: Origin) -> Message:
    """Return the record that a letter holds, byte for byte, for the topic that it came from.

    Two headers say that it comes back. What dies again is a new letter, which names the old one by them.
    """
    topic = header(record.headers, PREFIX + "topic") or record.topic
    living = [h for h in alive(tuple(record.headers)) if h[0] not in {REPLAY_OF, REPLAYS}]
    place, often = f"{record.partition}:{record.offset}", replays(record.headers) + 1
    return Message(topic, record.key, record.value, (*living, (REPLAY_OF, place.encode()), (REPLAYS, str(often).encode())))


def alive(headers: tuple[Header, ...]) -> tuple[Header, ...]:
    """Return the headers that the record had when it died; of another program's letter, all but Kafka Connect's."""
    ours = tuple(PREFIX + reason for reason in REASONS)
    if tuple(name for name, _ in headers[-len(ours) :]) == ours:
        return headers[: -len(ours)]
    return tuple(h for h in headers if not h[0].startswith(PREFIX))


def replays(headers: Iterable[Header]) -> int:
    """Return how often a record has been sent back."""
    said = header(headers, REPLAYS) or ""
    return int(said) if said.isdecimal() else 0


def exhume(record: Origin) -> DeadLetter:
    """Read a record of news.dead; one that another program put there without these headers is shown as unknown."""

    def said(name: str) -> str | None:
        return header(record.headers, PREFIX + name)

    value, encoding = _printable(record.value)
    return DeadLetter(
        topic=said("topic") or record.topic,
        partition=_number(said("partition"), record.partition),
        offset=_number(said("offset"), record.offset),
        service=said("connector.name") or "unknown",
        stage=said("stage") or "unknown",
        error=said("exception.class.name") or "unknown",
        message=said("exception.message") or "",
        dead_at=_time(said("timestamp")),
        key=None if record.key is None else record.key.decode("utf-8", "backslashreplace"),
        value=value,
        encoding=encoding,
    )


def _printable(value: bytes | None) -> tuple[str | None, Literal["utf-8", "base64"]]:
    try:
        return (None if value is None else value.decode()), "utf-8"
    except UnicodeDecodeError:
        return base64.b64encode(value or b"").decode(), "base64"


def _number(text: str | None, otherwise: int) -> int:
    # -1 is the place of a record that never had one: its topic refused it.
    return int(text) if text and (text.isdecimal() or text == "-1") else otherwise


def _time(text: str | None) -> datetime:
    try:
        return datetime.fromisoformat(text or "").astimezone(UTC)
    except ValueError:
        return datetime.fromtimestamp(0, UTC)

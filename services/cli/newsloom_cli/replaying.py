"""Dead letters → back to the topics they came from. Said on news.dead before it begins and when it is done.

A replay that is killed leaves a mark that it began, and from where on its records may lie on their topics. Whoever goes
on looks there first: what lies there is marked, not sent again. So a repeated replay is harmless, and the ledger can count
meanwhile.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final, Literal, NamedTuple

from kafka.errors import MessageSizeTooLargeError, RecordListTooLargeError
from newsloom_common import kafka
from newsloom_common.batching import batches
from newsloom_schemas.codec import Message
from newsloom_schemas.dead import Origin, revive
from newsloom_schemas.marks import Mark, mark_message
from newsloom_schemas.topics import DEAD

from newsloom_cli.broker import Broker
from newsloom_cli.errors import UnavailableError
from newsloom_cli.graveyard import Graveyard, origin
from newsloom_cli.letters import Entry

CHUNK: Final = 200  # letters between two marks
CHUNK_BYTES: Final = 32 * 1024 * 1024  # that many fit into memory
TOO_LARGE: Final = (MessageSizeTooLargeError, RecordListTooLargeError)
Deed = Literal["replaying", "replayed", "kept", "purged"]


class Sent(NamedTuple):
    """What became of a letter: its record is on the topic, was there already, was refused and why; or what would be done."""

    position: str
    outcome: Literal["replayed", "found", "refused", "purged", "would"]
    reason: str = ""


class Writer:
    """Puts records onto topics and marks onto news.dead; returns when they are acknowledged."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._producer: Any = None

    def close(self) -> None:
        """Let go of the producer."""
        if self._producer:
            self._producer.close()
        self._producer = None

    def send(self, messages: Sequence[Message], waiting: Callable[[], None] | None = None) -> list[Exception | None]:
        """Return each message's error, None where it was acknowledged. ``waiting`` is called each second of a wait for that.

        What was refused is sent once more by itself: Kafka refuses a whole batch, the innocent with the guilty.
        """
        return [error and self._once([m], waiting)[0] for m, error in zip(messages, self._once(messages, waiting), strict=True)]

    def _once(self, messages: Sequence[Message], waiting: Callable[[], None] | None) -> list[Exception | None]:
        self._producer = self._producer or self._make()
        errors: list[Exception | None] = list(kafka.publish(self._producer, messages, waiting))
        if any(errors):
            self.close()  # an idempotent producer that was refused once takes what follows for refused, too
        return errors

    def mark(self, deed: Deed, letters: Iterable[str], fence: Mapping[str, Mapping[int, int]] | None = None) -> None:
        """Say what is done about letters. Raises UnavailableError where news.dead refuses."""
        if named := tuple(letters):
            self.put(Mark(deed=deed, at=datetime.now(UTC), letters=named, fence=fence or {}))

    def put(self, mark: Mark) -> None:
        """Write one mark. Raises UnavailableError where news.dead refuses it."""
        if error := self.send([mark_message(mark)])[0]:
            raise UnavailableError(f"news.dead does not take a mark: {error}")


def replay(broker: Broker, writer: Writer, wanted: Sequence[Entry], yard: Graveyard) -> Iterator[Sent]:
    """Send the letters' records back, oldest first; before, mark those that a replay sent which was killed then."""
    there = sorted(yard.found)
    writer.mark("replayed", there)
    yield from (Sent(position, "found") for position in there)
    left = {e.position: e for e in wanted}
    for chunk in batches(_records(broker, left), lambda r: len(r.value or b""), CHUNK, CHUNK_BYTES):
        yield from _sent(broker, writer, chunk, {p for p in left if p in yard.deeds.open})


def _sent(broker: Broker, writer: Writer, chunk: Sequence[Origin], begun: set[str]) -> list[Sent]:
    messages = [revive(r) for r in chunk]
    positions = [f"{r.partition}:{r.offset}" for r in chunk]
    fence = {topic: broker.ends(broker.partitions(topic)) for topic in {m.topic for m in messages}}
    writer.mark("replaying", (p for p in positions if p not in begun), fence)
    errors = _delivered(writer, messages)
    writer.mark("replayed", (p for p, error in zip(positions, errors, strict=True) if error is None))
    writer.mark("kept", (p for p, error in zip(positions, errors, strict=True) if error is not None))
    return [
        Sent(p, "refused" if error else "replayed", str(error) if error else "")
        for p, error in zip(positions, errors, strict=True)
    ]


def _delivered(writer: Writer, messages: Sequence[Message]) -> list[Exception | None]:
    """Send all, and return what was refused.

    Raises UnavailableError where it is not known whether a record has arrived: the marks tell whoever goes on to look.
    """
    errors = writer.send(messages)
    if lost := next((e for e in errors if e and not isinstance(e, TOO_LARGE)), None):
        raise UnavailableError(f"{lost}; the same command goes on where this one ended")
    return errors


def _records(broker: Broker, wanted: Mapping[str, Entry]) -> Iterator[Origin]:
    """Yield the letters' records, oldest first, reading from the first of them."""
    places = [tuple(map(int, position.split(":"))) for position in wanted]
    start = {n: min(offset for p, offset in places if p == n) for n, _ in places}
    partitions = [tp for tp in broker.partitions(DEAD) if tp.partition in start]
    found = map(origin, broker.scan(partitions, start=start)) if partitions else iter(())
    yield from islice((r for r in found if f"{r.partition}:{r.offset}" in wanted), len(wanted))

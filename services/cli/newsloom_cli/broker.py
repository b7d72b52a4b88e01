"""Kafka as the command line reads it: without a consumer group, so that looking changes nothing."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from kafka import TopicPartition
from kafka.admin import OffsetSpec
from kafka.errors import CoordinatorLoadInProgressError, CoordinatorNotAvailableError, NoError, NotCoordinatorError
from kafka.partitioner.default import murmur2
from kafka.structs import OffsetAndMetadata
from newsloom_common import kafka

from newsloom_cli.errors import UnavailableError

if TYPE_CHECKING:
    from newsloom_cli.replaying import Writer

POLL_MS: Final = 500
WRITE_BYTES: Final = 16 * kafka.MAX_MESSAGE_BYTES  # before compression; what it is after, the broker judges
CLIENT: Final = "newsloom-cli"
AWAY: Final = (CoordinatorNotAvailableError, CoordinatorLoadInProgressError, NotCoordinatorError)
COORDINATOR_SECONDS: Final = 10.0  # a new broker makes its topic of offsets when it is first asked for a group


class Broker:
    """A connection. Records are kafka-python's: topic, partition, offset, timestamp, key, value, headers."""

    def __init__(self, bootstrap: str, patience_ms: int) -> None:
        self._bootstrap, self._patience = bootstrap, patience_ms
        self._consumer = kafka.consumer(bootstrap, group=None, client_id=CLIENT, bootstrap_timeout_ms=patience_ms)
        self._admin: Any = None
        self._writer: Writer | None = None

    def close(self) -> None:
        """Close the connection."""
        self._consumer.close()
        for opened in (self._admin, self._writer):
            if opened:
                opened.close()

    def topics(self) -> set[str]:
        """Return the names of all topics."""
        return set(self._consumer.topics())

    def partitions(self, topic: str, key: bytes | None = None) -> list[TopicPartition]:
        """Return the topic's partitions, or the one for records of this key. Raises UnavailableError without the topic."""
        numbers = sorted(self._consumer.partitions_for_topic(topic) or ())
        if not numbers:
            raise UnavailableError(f"Kafka at {self._bootstrap} has no topic {topic}: run the set-up step")
        chosen = numbers if key is None else [numbers[(murmur2(key) & 0x7FFFFFFF) % len(numbers)]]
        return [TopicPartition(topic, n) for n in chosen]

    def begins(self, partitions: Iterable[TopicPartition]) -> dict[int, int]:
        """Return the offset of the oldest record that is kept, by partition."""
        return {tp.partition: offset for tp, offset in self._consumer.beginning_offsets(list(partitions)).items()}

    def ends(self, partitions: Iterable[TopicPartition]) -> dict[int, int]:
        """Return the offset of the next record to be written, by partition."""
        return {tp.partition: offset for tp, offset in self._consumer.end_offsets(list(partitions)).items()}

    def offsets_at(self, partitions: Iterable[TopicPartition], moment_ms: int) -> dict[int, int]:
        """Return the offset of the first record that is not older than the moment, by partition; its end where all are."""
        wanted = list(partitions)
        ends, found = self.ends(wanted), self._consumer.offsets_for_times(dict.fromkeys(wanted, moment_ms))
        return {tp.partition: found[tp].offset if found[tp] else ends[tp.partition] for tp in wanted}

    def scan(
        self, partitions: list[TopicPartition], since_ms: int | None = None, start: Mapping[int, int] | None = None
    ) -> Iterator[Any]:
        """Yield every record that is there now: from the first one not older than ``since_ms``, or from these offsets."""
        ends = self._consumer.end_offsets(partitions)
        first = start if since_ms is None else self.offsets_at(partitions, since_ms)
        self._consumer.assign(partitions)
        self._consumer.seek_to_beginning(*partitions)
        for tp in partitions if first else ():
            self._consumer.seek(tp, max(self._consumer.position(tp), first[tp.partition] if first else 0))
        while any(self._consumer.position(tp) < ends[tp] for tp in partitions):
            yield from (r for r in self._poll() if r.offset < ends[TopicPartition(r.topic, r.partition)])

    def follow(self, partitions: list[TopicPartition], from_beginning: bool) -> Iterator[Any]:
        """Yield records as they arrive, for ever."""
        self._consumer.assign(partitions)
        (self._consumer.seek_to_beginning if from_beginning else self._consumer.seek_to_end)(*partitions)
        for tp in partitions:  # settles "the end" before anybody is told that we listen
            self._consumer.position(tp)
        while True:
            yield from self._poll()

    def at(self, partition: TopicPartition, offset: int) -> Any | None:
        """Return the record at an offset, None where none is."""
        number = partition.partition
        if not self.begins([partition])[number] <= offset < self.ends([partition])[number]:
            return None
        self._consumer.assign([partition])
        self._consumer.seek(partition, offset)
        while self._consumer.position(partition) <= offset:
            if found := next(self._poll(), None):
                return found if found.offset == offset else None
        return None

    def group(self, name: str, topic: str) -> tuple[int, Mapping[int, Any]]:
        """Return the group's number of members, and its commits (offset and metadata) by partition of the topic."""
        members = len(_coordinated(lambda: self._asked().describe_groups([name]))[name]["members"])
        commits = _coordinated(lambda: self._asked().list_group_offsets([name]))[name]
        return members, {tp.partition: c for tp, c in commits.items() if tp.topic == topic and c.offset >= 0}

    def said(self, name: str) -> list[str]:
        """Return what each member of a group says of itself beside the topics it wants, "" where it says nothing."""
        members = _coordinated(lambda: self._asked().describe_groups([name]))[name]["members"]
        told = [m["member_metadata"] for m in members]
        return [str(t.get("user_data") or "") if isinstance(t, Mapping) else "" for t in told]

    def note(self, group: str, place: TopicPartition, text: str | None = None) -> str:
        """Return the note under the name of a group without members, after leaving another where one is given."""
        if text is not None:
            done = _coordinated(lambda: self._asked().alter_group_offsets(group, {place: OffsetAndMetadata(0, text)}))
            if (error := done[place]) is not NoError:
                raise error(f"the note of {group} cannot be kept")
        kept = _coordinated(lambda: self._asked().list_group_offsets([group]))[group]
        return str(kept[place].metadata or "") if place in kept else ""

    def newest(self, partitions: Iterable[TopicPartition]) -> int | None:
        """Return when the newest record was published, in milliseconds since 1970; None where there is none."""
        found = self._asked().list_partition_offsets(dict.fromkeys(partitions, OffsetSpec.MAX_TIMESTAMP)).values()
        return max((f.timestamp for f in found if f.timestamp >= 0), default=None)

    def writer(self) -> "Writer":
        """Return what puts records there; letters of any size that news.dead takes may go back."""
        from newsloom_cli.replaying import Writer

        limits = {"max_request_size": WRITE_BYTES, "bootstrap_timeout_ms": self._patience}
        self._writer = self._writer or Writer(lambda: kafka.producer(self._bootstrap, CLIENT, **limits))
        return self._writer

    def delete_before(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Delete the records below these offsets."""
        if offsets:
            self._asked().delete_records(dict(offsets))

    def _asked(self) -> Any:
        if self._admin is None:
            self._admin = kafka.admin(self._bootstrap, CLIENT, bootstrap_timeout_ms=self._patience)
        return self._admin

    def _poll(self) -> Iterator[Any]:
        return (r for batch in self._consumer.poll(timeout_ms=POLL_MS).values() for r in batch)


def _coordinated(ask: Callable[[], Any]) -> Any:
    """Ask until the groups' coordinator is there."""
    until = time.monotonic() + COORDINATOR_SECONDS
    while True:
        try:
            return ask()
        except AWAY:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)

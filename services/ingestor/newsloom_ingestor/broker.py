"""Kafka as the outbox needs it. A broker that is away means waiting, as long as it takes."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Final, TypeVar

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaError
from newsloom_common import kafka
from newsloom_schemas.codec import Message
from newsloom_schemas.topics import DEAD, RAW

from newsloom_ingestor.state import Fence

TOPICS: Final = (RAW, DEAD)
NAME: Final = "newsloom-ingestor"
PAUSE_S: Final = 1.0
ANSWER_MS: Final = 5_000  # for one question to the broker; then it counts as away
T = TypeVar("T")


class Kafka:
    """Producer and consumer of one address, made when needed and again after an error.

    ``waiting(reason, pause_s)`` is told what is waited for, about once a second; it pauses, or raises to end the waiting.
    """

    def __init__(self, bootstrap: str, waiting: Callable[[str, float], None]) -> None:
        self._bootstrap = bootstrap
        self._waiting = waiting
        self._consumer: KafkaConsumer | None = None
        self._producer: KafkaProducer | None = None

    def ends(self) -> Fence:
        """Where each partition of news.raw and news.dead ends now, once both are there."""
        return self._patiently(self._ends)

    def keys(self, since: Fence) -> Iterator[tuple[str, str]]:
        """(topic, key) of the records from these offsets to the present ends.

        Where none is given, or one that the topic has not come to since it was made anew, that is from its beginning.
        """
        ends = self.ends()
        start = {place: offset if (offset := since.get(place, 0)) <= end else 0 for place, end in ends.items()}
        behind = {place: offset for place, offset in start.items() if offset < ends[place]}
        while behind:
            records = self._patiently(partial(self._read, behind))
            self._waiting(f"reading what is on the topics of Kafka at {self._bootstrap}", 0)
            for place, batch in records.items():
                yield from ((place.topic, (r.key or b"").decode("utf-8", "replace")) for r in batch)
            # Where the reader stands, not the last record's offset: markers of transactions take offsets too.
            stands = {place: self._reader().position(TopicPartition(*place)) for place in behind}
            behind = {place: offset for place, offset in stands.items() if offset < ends[place]}
        self._close_consumer()  # and with it what it fetched beyond the ends

    def send(self, messages: Sequence[Message]) -> list[Exception | None]:
        """Send all; for each None once it is acknowledged, else why it was not. After an error the producer is made anew."""
        out = self._patiently(self._connected)
        away = f"waiting for Kafka at {self._bootstrap}"
        outcomes: list[Exception | None] = list(kafka.publish(out, messages, lambda: self._waiting(away, 0)))
        if any(o is not None for o in outcomes):
            self._close_producer()
        return outcomes

    def close(self) -> None:
        """Let go, without waiting for what was not acknowledged: that is in the outbox."""
        self._close_producer()
        self._close_consumer()

    def _patiently(self, action: Callable[[], T]) -> T:
        while True:
            try:
                return action()
            except KafkaError as error:
                self._close_consumer()
                self._waiting(f"waiting for Kafka at {self._bootstrap}: {error}", PAUSE_S)

    def _ends(self) -> Fence:
        partitions = [TopicPartition(t, p) for t in TOPICS for p in self._partitions(t)]
        offsets = self._reader().end_offsets(partitions, timeout_ms=ANSWER_MS)
        return {(p.topic, p.partition): offset for p, offset in offsets.items()}

    def _partitions(self, topic: str) -> set[int]:
        found: set[int] | None = self._reader().partitions_for_topic(topic)
        if not found:
            raise KafkaError(f"topic {topic} is not there yet")
        return found

    def _read(self, behind: Fence) -> dict[Any, list[Any]]:
        reader = self._reader()
        partitions = {TopicPartition(*place): offset for place, offset in behind.items()}
        if reader.assignment() != set(partitions):
            reader.assign(list(partitions))
            for partition, offset in partitions.items():
                reader.seek(partition, offset)
        records: dict[Any, list[Any]] = reader.poll(timeout_ms=1000, max_records=5000)
        return records

    def _reader(self) -> KafkaConsumer:
        if self._consumer is None:
            self._consumer = kafka.consumer(self._bootstrap, group=None, client_id=NAME, bootstrap_timeout_ms=ANSWER_MS)
        return self._consumer

    def _connected(self) -> KafkaProducer:
        """A producer that knows where the topics are: then no send() blocks on a broker that is away."""
        if self._producer is None:
            self._producer = kafka.producer(self._bootstrap, NAME, bootstrap_timeout_ms=ANSWER_MS, max_block_ms=ANSWER_MS)
        for topic in TOPICS:
            self._producer.partitions_for(topic)
        return self._producer

    def _close_producer(self) -> None:
        if self._producer is not None:
            with suppress(KafkaError):  # it says that records were not acknowledged; that is known, and they are in the outbox
                self._producer.close(timeout=0)
            self._producer = None

    def _close_consumer(self) -> None:
        if self._consumer is not None:
            with suppress(KafkaError):
                self._consumer.close(timeout_ms=0)
            self._consumer = None

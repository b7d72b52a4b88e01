"""A topic of one partition, read from its beginning to its end, and on to its new end whenever somebody asks."""

import time
from collections.abc import Callable, Iterator
from typing import Any, Final

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaTimeoutError, UnknownTopicOrPartitionError

POLL_MS: Final = 500
SILENCE_S: Final = 10.0  # without a record where there are some: the broker is away
ANSWER_MS: Final = 3_000


class RecreatedError(Exception):
    """The topic was made anew: what is known of the old one is worth nothing, and the process should begin anew."""


class Followed:
    """The topic, and how far it was read. Nobody else has the consumer."""

    def __init__(self, consumer: KafkaConsumer, topic: str, beat: Callable[[], None]) -> None:
        self._consumer, self._topic, self._beat = consumer, topic, beat
        self._partition = TopicPartition(topic, 0)

    def begin(self, since_ms: int | None = None) -> None:
        """Go to the first record that is not older than ``since_ms``, or that is kept. Raises KafkaError."""
        if not self._consumer.partitions_for_topic(self._topic):
            raise UnknownTopicOrPartitionError(f"topic {self._topic} is not there, run set-up")
        self._consumer.assign([self._partition])
        found = self._consumer.offsets_for_times({self._partition: since_ms})[self._partition] if since_ms is not None else None
        if found:
            self._consumer.seek(self._partition, found.offset)
        elif since_ms is None:
            self._consumer.seek_to_beginning(self._partition)
        else:
            self._consumer.seek_to_end(self._partition)

    def new(self) -> Iterator[Any]:
        """Yield the records up to the end that the topic has now. Raises KafkaError, after which the rest comes next time."""
        end = self._consumer.end_offsets([self._partition], timeout_ms=ANSWER_MS)[self._partition]
        at = self._consumer.position(self._partition, timeout_ms=ANSWER_MS)
        if at is not None and at > end:
            raise RecreatedError(f"{self._topic} was made anew")
        heard = time.monotonic()
        while (self._consumer.position(self._partition, timeout_ms=ANSWER_MS) or 0) < end:
            self._beat()
            records = self._consumer.poll(timeout_ms=POLL_MS).get(self._partition, ())
            if records:
                heard = time.monotonic()
            elif time.monotonic() - heard > SILENCE_S:
                raise KafkaTimeoutError(f"no records of {self._topic}")
            yield from records

    def close(self) -> None:
        """Let go of the broker."""
        self._consumer.close()

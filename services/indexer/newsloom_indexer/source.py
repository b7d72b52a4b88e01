"""news.tagged as the indexer's group sees it: records, counters, commits, and staying a member while it waits."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from kafka import ConsumerRebalanceListener, KafkaConsumer, TopicPartition
from kafka.errors import CommitFailedError, KafkaError, RebalanceInProgressError
from kafka.structs import OffsetAndMetadata
from newsloom_schemas.dead import Origin

from newsloom_indexer import counters
from newsloom_indexer.batch import Partition, Progress
from newsloom_indexer.counters import Counters

ANSWER_MS: Final = 3_000  # for a question to the broker that we only ask to see whether it is there


class AbandonedError(Exception):
    """The partitions went to another member, or round the group and back: the batch in hand is read again from its commit."""


class Source(ConsumerRebalanceListener):  # type: ignore[misc]
    """The consumer with its counters. Counters are read on a partition's first records, never inside a rebalance."""

    def __init__(self, consumer: KafkaConsumer, topic: str) -> None:
        self._consumer = consumer
        self._counters: dict[Partition, Counters] = {}
        self._lost = False
        self._topic, self._member = topic, False
        consumer.subscribe([topic], listener=self)

    def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        """Forget: whoever has the partition next may commit further counters."""
        self._lost = self._lost or bool(revoked)
        self._member = False
        for partition in revoked:
            self._counters.pop((partition.topic, partition.partition), None)

    def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:  # noqa: ARG002 - the listener's signature
        """Note it and no more: reading from Kafka in here would hold up the group."""
        self._member = True

    def poll(self, timeout_ms: int, limit: int) -> list[Origin]:
        """Return the next records, in order within each partition."""
        got = self._consumer.poll(timeout_ms=timeout_ms, max_records=limit)
        self._lost = False  # what was lost up to here was lost before these records were fetched
        return [_origin(record) for records in got.values() for record in records]

    def keep(self, seconds: float) -> None:
        """Stay in the group for a while without taking records. Raises AbandonedError where the batch in hand is lost."""
        self._consumer.pause(*self._consumer.assignment())
        for partition, records in self._consumer.poll(timeout_ms=int(seconds * 1000)).items():
            self._consumer.seek(partition, records[0].offset)  # a partition that came just now was not paused
        self._still_ours()
        self._consumer.resume(*self._consumer.paused())

    def before(self, partitions: Iterable[Partition]) -> dict[Partition, Counters]:
        """Return the counters of the last commit of each partition."""
        for name in set(partitions) - self._counters.keys():
            committed = self._consumer.committed(TopicPartition(*name), metadata=True)
            self._counters[name] = counters.decode(committed.metadata if committed else None)
        return {name: self._counters[name] for name in partitions}

    def commit(self, progress: Mapping[Partition, Progress]) -> None:
        """Commit offsets and counters as one. Raises AbandonedError, or KafkaError where the broker does not answer."""
        self._still_ours()
        offsets = {TopicPartition(*p): OffsetAndMetadata(d.offset, counters.encode(d.counters)) for p, d in progress.items()}
        try:
            self._consumer.commit(offsets)
        except (CommitFailedError, RebalanceInProgressError) as error:
            raise AbandonedError(str(error)) from error
        self._counters.update({p: done.counters for p, done in progress.items()})

    def lag(self) -> dict[int, int]:
        """Return for each partition that records were fetched from how many lie ahead of the consumer."""
        highest = {p: self._consumer.highwater(p) for p in self._consumer.assignment()}
        return {p.partition: high - self._consumer.position(p) for p, high in highest.items() if high is not None}

    def problem(self) -> str:
        """Ask the broker and return what is wrong with our side of it, "" where nothing is.

        A member that got no partitions because others have them is well: it stands by.
        """
        if not self._member:
            return "the group has not given out its partitions yet"
        try:
            if there := self._consumer.partitions_for_topic(self._topic):
                self._consumer.end_offsets([TopicPartition(self._topic, min(there))], timeout_ms=ANSWER_MS)
        except KafkaError as error:
            return str(error)
        return "" if there else f"topic {self._topic} is not there, run set-up"

    def close(self) -> None:
        """Leave the group without committing."""
        self._consumer.close(autocommit=False)

    def _still_ours(self) -> None:
        if self._lost:
            raise AbandonedError("the group was rebalanced")


def _origin(record: Any) -> Origin:
    return Origin(record.topic, record.partition, record.offset, record.key, record.value, record.headers)

"""news.tagged as the indexer's group sees it, with the counters that its commits carry."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.structs import OffsetAndMetadata
from newsloom_common.membership import AbandonedError, Membership
from newsloom_schemas.dead import Origin

from newsloom_indexer import counters
from newsloom_indexer.batch import Partition, Progress
from newsloom_indexer.counters import Counters

__all__ = ["AbandonedError", "Source"]


class Source(Membership):
    """The consumer with its counters. Counters are read on a partition's first records, never inside a rebalance."""

    def __init__(self, consumer: KafkaConsumer, topic: str) -> None:
        self._counters: dict[Partition, Counters] = {}
        super().__init__(consumer, topic)

    def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        """Forget: whoever has the partition next may commit further counters."""
        super().on_partitions_revoked(revoked)
        for partition in revoked:
            self._counters.pop((partition.topic, partition.partition), None)

    def poll(self, timeout_ms: int, limit: int) -> list[Origin]:
        """Return the next records, in order within each partition."""
        return [_origin(record) for record in self.records(timeout_ms, limit)]

    def leads(self) -> bool:
        """Whether we are the one member of the group that does what one alone should do: who has the first partition."""
        return TopicPartition(self._topic, 0) in self._consumer.assignment()

    def before(self, partitions: Iterable[Partition]) -> dict[Partition, Counters]:
        """Return the counters of the last commit of each partition."""
        for name in set(partitions) - self._counters.keys():
            committed = self._consumer.committed(TopicPartition(*name), metadata=True)
            self._counters[name] = counters.decode(committed.metadata if committed else None)
        return {name: self._counters[name] for name in partitions}

    def commit(self, progress: Mapping[Partition, Progress]) -> None:
        """Commit offsets and counters as one. Raises AbandonedError, or KafkaError where the broker does not answer."""
        self.commit_all({p: OffsetAndMetadata(done.offset, counters.encode(done.counters)) for p, done in progress.items()})
        self._counters.update({p: done.counters for p, done in progress.items()})


def _origin(record: Any) -> Origin:
    return Origin(record.topic, record.partition, record.offset, record.key, record.value, record.headers)

"""A topic as a member of its group sees it: records, commits, and staying a member while it waits."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from kafka import ConsumerRebalanceListener, KafkaConsumer, TopicPartition
from kafka.errors import CommitFailedError, FencedInstanceIdError, KafkaError, RebalanceInProgressError
from kafka.structs import OffsetAndMetadata

from newsloom_common import twins
from newsloom_common.twins import TwinError

Partition = tuple[str, int]
ANSWER_MS: Final = 3_000  # for a question to the broker that we only ask to see whether it is there


class AbandonedError(Exception):
    """The partitions went to another member, or round the group and back: the batch in hand is read again from its commit."""


class Membership(ConsumerRebalanceListener):  # type: ignore[misc]
    """The consumer of one topic. Records are kafka-python's; nothing is read from Kafka inside a rebalance."""

    def __init__(self, consumer: KafkaConsumer, topic: str) -> None:
        self._consumer = consumer
        self._lost = False
        self._topic, self._member = topic, False
        consumer.subscribe([topic], listener=self)

    def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        """Note that the batch in hand, if there is one, is no longer ours."""
        self._lost = self._lost or bool(revoked)
        self._member = False

    def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:  # noqa: ARG002 - the listener's signature
        """Note it and no more: reading from Kafka in here would hold up the group."""
        self._member = True

    def records(self, timeout_ms: int, limit: int) -> list[Any]:
        """Return the next records, in order within each partition."""
        got = self._consumer.poll(timeout_ms=timeout_ms, max_records=limit)
        self._lost = False  # what was lost up to here was lost before these records were fetched
        return [record for records in got.values() for record in records]

    def keep(self, seconds: float) -> None:
        """Stay in the group for a while without taking records. Raises AbandonedError where the batch in hand is lost."""
        self._consumer.pause(*self._consumer.assignment())
        for partition, records in self._consumer.poll(timeout_ms=int(seconds * 1000)).items():
            self._consumer.seek(partition, records[0].offset)  # a partition that came just now was not paused
        self.still_ours()
        self._consumer.resume(*self._consumer.paused())

    def still_ours(self) -> None:
        """Raise AbandonedError where the batch in hand is known to be lost."""
        if self._lost:
            raise AbandonedError("the group was rebalanced")

    def commit_all(self, offsets: Mapping[Partition, OffsetAndMetadata]) -> None:
        """Commit. Raises AbandonedError, TwinError, or KafkaError where the broker does not answer."""
        self.still_ours()
        try:
            self._consumer.commit({TopicPartition(*p): offset for p, offset in offsets.items()})
        except (CommitFailedError, RebalanceInProgressError) as error:
            raise AbandonedError(str(error)) from error
        except FencedInstanceIdError as error:
            raise TwinError from error

    def lag(self) -> dict[int, int]:
        """Return for each partition that records were fetched from how many lie ahead of the consumer."""
        highest = {p: self._consumer.highwater(p) for p in self._consumer.assignment()}
        return {p.partition: high - self._consumer.position(p) for p, high in highest.items() if high is not None}

    def problem(self) -> str:
        """Ask the broker and return what is wrong with our side of it, "" where nothing is.

        A member that got no partitions because others have them is well: it stands by. Raises TwinError where another one has
        taken our name, of which a member that has nothing to commit hears nothing.
        """
        if not self._member:
            return "the group has not given out its partitions yet"
        try:
            if there := self._consumer.partitions_for_topic(self._topic):
                self._consumer.end_offsets([TopicPartition(self._topic, min(there))], timeout_ms=ANSWER_MS)
            self._alone()
        except KafkaError as error:
            return str(error)
        return "" if there else f"topic {self._topic} is not there, run set-up"

    def _alone(self) -> None:
        me = self._consumer.group_metadata()
        name, hosts = me.group_instance_id, self._consumer.config["bootstrap_servers"]
        if name and twins.taken(hosts, me.group_id, name, me.member_id):
            raise TwinError

    def close(self) -> None:
        """Leave the group without committing."""
        self._consumer.close(autocommit=False)

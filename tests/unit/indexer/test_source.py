"""The consumer's side: what is kept, put back and given up while the group moves. The real group is in tests/flow."""

from types import SimpleNamespace

import pytest
from kafka import TopicPartition
from kafka.errors import CommitFailedError, KafkaTimeoutError, RebalanceInProgressError
from kafka.structs import OffsetAndMetadata
from newsloom_indexer.batch import Progress
from newsloom_indexer.counters import Counters
from newsloom_indexer.source import AbandonedError, Source

ZERO, ONE = TopicPartition("news.tagged", 0), TopicPartition("news.tagged", 1)


class Consumer:
    """A consumer of a broker in memory: ``arrive`` puts records there, ``rebalance`` happens at the next poll."""

    def __init__(self, *assigned):
        self.assigned, self.paused_ones, self.positions, self.commits, self.log = set(assigned), set(), {}, {}, []
        self.polls, self.next_assignment, self.fail, self.config = 0, None, None, {"bootstrap_servers": "nowhere"}

    def subscribe(self, topics, listener):
        self.listener = listener

    def arrive(self, partition, *offsets):
        self.log += [(partition, offset) for offset in offsets]

    def rebalance(self, *assigned):
        self.next_assignment = set(assigned)

    def poll(self, timeout_ms, max_records=500):
        self.polls += 1
        if self.next_assignment is not None:
            self.listener.on_partitions_revoked(self.assigned)
            self.assigned, self.next_assignment, self.paused_ones = self.next_assignment, None, set()
            self.listener.on_partitions_assigned(self.assigned)
        got = {}
        for partition, offset in self.log[:max_records]:
            if partition in self.assigned - self.paused_ones and offset >= self.positions.get(partition, 0):
                self.positions[partition] = offset + 1
                record = SimpleNamespace(
                    topic=partition.topic, partition=partition.partition, offset=offset, key=b"", value=b"", headers=[]
                )
                got.setdefault(partition, []).append(record)
        return got

    def assignment(self):
        return self.assigned

    def pause(self, *partitions):
        self.paused_ones |= set(partitions)

    def paused(self):
        return self.paused_ones

    def resume(self, *partitions):
        self.paused_ones -= set(partitions)

    def seek(self, partition, offset):
        self.positions[partition] = offset

    def group_metadata(self):
        return SimpleNamespace(group_id="group", group_instance_id=None, member_id="one")

    def committed(self, partition, metadata):
        assert metadata
        return self.commits.get(partition)

    def end_offsets(self, partitions, timeout_ms):
        if self.fail:
            raise self.fail
        return dict.fromkeys(partitions, 0)

    def partitions_for_topic(self, topic):
        return {p.partition for p in self.assigned} or None

    def commit(self, offsets):
        if self.fail:
            raise self.fail
        self.commits.update(offsets)


def offsets(origins):
    return [(o.partition, o.offset) for o in origins]


def test_waiting_polls_and_takes_nothing():
    consumer = Consumer(ZERO, ONE)
    source = Source(consumer, "news.tagged")
    consumer.arrive(ZERO, 0, 1)
    source.keep(0.5)
    assert consumer.polls == 1
    assert consumer.paused_ones == set()
    assert offsets(source.poll(500, 10)) == [(0, 0), (0, 1)]


def test_a_rebalance_while_waiting_gives_the_batch_up_and_what_came_with_it_is_put_back():
    consumer = Consumer(ZERO)
    source = Source(consumer, "news.tagged")
    consumer.arrive(ONE, 7, 8)
    consumer.rebalance(ONE)
    with pytest.raises(AbandonedError):
        source.keep(0.5)
    assert offsets(source.poll(500, 10)) == [(1, 7), (1, 8)]


def test_a_rebalance_before_a_batch_is_none_of_its_business():
    consumer = Consumer(ZERO)
    source = Source(consumer, "news.tagged")
    consumer.rebalance(ZERO, ONE)
    consumer.arrive(ONE, 3)
    assert offsets(source.poll(500, 10)) == [(1, 3)]
    source.commit({ONE: Progress(4, Counters(indexed=1))})
    assert consumer.commits[ONE].offset == 4


@pytest.mark.parametrize("error", [CommitFailedError(), RebalanceInProgressError()])
def test_a_commit_that_the_group_refuses_gives_the_batch_up(error):
    consumer = Consumer(ZERO)
    source = Source(consumer, "news.tagged")
    consumer.fail = error
    with pytest.raises(AbandonedError):
        source.commit({ZERO: Progress(1, Counters())})


def test_a_commit_that_the_broker_does_not_answer_is_the_callers_to_repeat():
    consumer = Consumer(ZERO)
    consumer.fail = KafkaTimeoutError()
    with pytest.raises(KafkaTimeoutError):
        Source(consumer, "news.tagged").commit({ZERO: Progress(1, Counters())})


def test_counters_go_on_from_the_last_commit_and_are_read_again_after_a_rebalance():
    consumer = Consumer(ZERO)
    source = Source(consumer, "news.tagged")
    consumer.commits[ZERO] = OffsetAndMetadata(5, '{"indexed":5,"duplicate":0,"stale":0,"rejected":0}')
    assert source.before([ZERO]) == {ZERO: Counters(indexed=5)}
    source.commit({ZERO: Progress(6, Counters(indexed=6))})
    assert source.before([ZERO]) == {ZERO: Counters(indexed=6)}
    consumer.commits[ZERO] = OffsetAndMetadata(9, '{"indexed":9}')  # by the member that had it meanwhile
    consumer.rebalance(ZERO)
    source.poll(500, 10)
    assert source.before([ZERO]) == {ZERO: Counters(indexed=9)}


def test_a_partition_without_a_commit_starts_at_zero():
    assert Source(Consumer(ONE), "news.tagged").before([ONE]) == {ONE: Counters()}


def test_it_is_not_ready_before_the_group_has_given_out_its_partitions():
    consumer = Consumer()
    source = Source(consumer, "news.tagged")
    assert source.problem() == "the group has not given out its partitions yet"
    consumer.rebalance(ZERO)
    source.poll(500, 10)
    assert source.problem() == ""


def test_a_broker_that_does_not_answer_and_a_topic_that_is_not_there_are_said():
    consumer = Consumer()
    source = Source(consumer, "news.tagged")
    consumer.rebalance()
    source.poll(500, 10)
    assert source.problem() == "topic news.tagged is not there, run set-up"
    consumer.rebalance(ZERO)
    source.poll(500, 10)
    consumer.fail = KafkaTimeoutError("no answer")
    assert "no answer" in source.problem()

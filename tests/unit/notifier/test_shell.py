"""The notifier between Kafka and its decisions: who works, how a topic is followed, what becomes of unreadable records."""

from types import SimpleNamespace

import pytest
from kafka import TopicPartition
from kafka.errors import KafkaTimeoutError, UnknownTopicOrPartitionError
from newsloom_common.guard import Guard, TooManyDeadError
from newsloom_notifier import batch, follow
from newsloom_notifier.follow import Followed, RecreatedError
from newsloom_notifier.memory import Memory
from newsloom_notifier.searches import Searches
from newsloom_notifier.solo import Solo

TOPIC = TopicPartition("news.searches", 0)


class Cluster:
    def partitions_for_topic(self, topic):
        return {0, 1, 2}


def member(name, instance=None):
    return SimpleNamespace(member_id=name, group_instance_id=instance, metadata=SimpleNamespace(topics=["news.tagged"]))


def partitions(*members):
    given = Solo.assign(Cluster(), members)
    return {name: [p for _, found in one.assigned_partitions for p in found] for name, one in given.items()}


def test_one_member_has_everything_and_every_other_one_is_told_that_it_has_nothing():
    assert partitions(member("b"), member("a"), member("c")) == {"a": [0, 1, 2], "b": [], "c": []}
    assert partitions(member("a")) == {"a": [0, 1, 2]}


def test_a_member_that_is_known_for_good_is_before_others_and_stays_it_over_its_restarts():
    assert partitions(member("a"), member("z", "two"), member("y", "one"))["y"] == [0, 1, 2]
    assert partitions(member("a"), member("z", "two"), member("x", "one"))["x"] == [0, 1, 2]


class Consumer:
    """A topic's consumer; ``silent`` is how many polls give nothing."""

    def __init__(self, *records, there=True, silent=0):
        self.log, self.there, self.silent, self.at = list(records), there, silent, 0

    def partitions_for_topic(self, topic):
        return {0} if self.there else None

    def assign(self, partitions):
        assert partitions == [TOPIC]

    def offsets_for_times(self, wanted):
        return {TOPIC: SimpleNamespace(offset=1) if wanted[TOPIC] < 100 else None}

    def seek(self, partition, offset):
        self.at = offset

    def seek_to_beginning(self, partition):
        self.at = 0

    def seek_to_end(self, partition):
        self.at = len(self.log)

    def end_offsets(self, partitions, timeout_ms):
        return {TOPIC: len(self.log)}

    def position(self, partition, timeout_ms):
        return self.at

    def poll(self, timeout_ms):
        if self.silent:
            self.silent -= 1
            return {}
        self.at += 1
        return {TOPIC: [self.log[self.at - 1]]}


def followed(consumer, since=None):
    beats = []
    topic = Followed(consumer, TOPIC.topic, lambda: beats.append(1))
    topic.begin(since)
    return topic, beats


def test_a_topic_is_read_to_its_end_and_on_from_there():
    consumer = Consumer("a", "b", silent=2)
    topic, beats = followed(consumer)
    assert list(topic.new()) == ["a", "b"]
    assert len(beats) == 4, "who waits says that it is alive"
    assert list(topic.new()) == []
    consumer.log.append("c")
    assert list(topic.new()) == ["c"]


@pytest.mark.parametrize(("since", "found"), [(None, ["a", "b", "c"]), (5, ["b", "c"]), (500, [])])
def test_it_begins_where_it_is_told_to(since, found):
    assert list(followed(Consumer("a", "b", "c"), since)[0].new()) == found


def test_a_topic_that_is_not_there_is_waited_for():
    with pytest.raises(UnknownTopicOrPartitionError, match="run set-up") as error:
        followed(Consumer(there=False))
    assert error.value.retriable


def test_a_topic_that_was_made_anew_ends_the_process_which_then_begins_anew():
    consumer = Consumer("a", "b")
    topic, _ = followed(consumer)
    list(topic.new())
    consumer.log = ["x"]
    with pytest.raises(RecreatedError, match="was made anew"):
        list(topic.new())


def test_a_broker_that_keeps_silent_is_an_outage_and_what_was_read_is_not_read_again(monkeypatch):
    clock = iter(range(0, 1000, 6))
    monkeypatch.setattr(follow, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    consumer = Consumer("a", "b")
    topic, _ = followed(consumer)
    new = topic.new()
    assert next(new) == "a"
    consumer.silent = 100
    with pytest.raises(KafkaTimeoutError):
        list(new)
    consumer.silent = 0
    assert list(topic.new()) == ["b"]


def record(value, offset=0):
    return SimpleNamespace(topic="news.tagged", partition=1, offset=offset, key=b"", value=value, headers=[])


def test_what_cannot_be_read_is_passed_over_unless_nearly_nothing_can():
    ends = batch.settled([record(b"{", n) for n in range(10)], Searches(), Memory(), None)
    assert {(e.outcome, e.messages) for e in ends} == {("unreadable", ())}
    assert batch.offsets(ends) == {("news.tagged", 1): 10}
    with pytest.raises(TooManyDeadError, match="10 of the last 10 records cannot be read, the last because of: TaggedArticle"):
        Guard(0.5, 10, "cannot be read").check((e.outcome == "unreadable", e.error) for e in ends)

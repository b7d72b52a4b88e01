"""Topics as a test sees them: every record, putting some there by hand, and waiting for what is to come."""

import time

from elasticsearch import ApiError, TransportError
from kafka import TopicPartition
from kafka.errors import KafkaError
from newsloom_common import kafka

BUSY = 4  # times as long as on a machine that has nothing else to do
BUSY_STATUS = {429, 503}
SILENT = (KafkaError, TransportError)  # an engine that is new or busy: not an answer, and no failure either


def read(bootstrap, topic, timeout=30):
    """Return every record that lies on the topic now, partition by partition, in offset order."""
    consumer = kafka.consumer(bootstrap, group=None, client_id="test-read")
    try:
        partitions = [TopicPartition(topic, p) for p in consumer.partitions_for_topic(topic) or ()]
        consumer.assign(partitions)
        ends = consumer.end_offsets(partitions)
        consumer.seek_to_beginning(*partitions)
        records, deadline = [], time.monotonic() + timeout * BUSY
        while any(consumer.position(p) < ends[p] for p in partitions):
            assert time.monotonic() < deadline, f"{topic} could not be read to its end in {timeout} s"
            records += [r for batch in consumer.poll(timeout_ms=200).values() for r in batch]
        return sorted(records, key=lambda r: (r.partition, r.offset))
    finally:
        consumer.close()


def count(bootstrap, topic):
    """Return how many records were ever put on the topic."""
    consumer = kafka.consumer(bootstrap, group=None, client_id="test-count")
    try:
        partitions = [TopicPartition(topic, p) for p in consumer.partitions_for_topic(topic) or ()]
        return sum(consumer.end_offsets(partitions).values())
    finally:
        consumer.close()


def put(bootstrap, messages):
    """Publish the messages; every one must be acknowledged."""
    producer = kafka.producer(bootstrap, "test-put")
    try:
        assert [e for e in kafka.publish(producer, messages) if e] == []
    finally:
        producer.close()


def until(condition, timeout, what, every=0.25):
    """Wait until ``condition()`` is true and return its value; fail naming ``what`` after ``timeout`` seconds.

    That is on a machine that has nothing else to do; a busy one has several times as long. An engine that does not answer has
    not said no.
    """
    deadline = time.monotonic() + timeout * BUSY
    while not (value := _answer(condition, deadline)):
        assert time.monotonic() < deadline, f"not within {timeout * BUSY} s: {what() if callable(what) else what}"
        time.sleep(every)
    return value


def _answer(condition, deadline):
    try:
        return condition()
    except SILENT:
        if time.monotonic() > deadline:
            raise
    except ApiError as error:
        if error.status_code not in BUSY_STATUS or time.monotonic() > deadline:
            raise
    return None

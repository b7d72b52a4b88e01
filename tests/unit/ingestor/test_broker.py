"""What is read of the topics, and from where. The real broker is in tests/flow."""

from types import SimpleNamespace

import pytest
from kafka import TopicPartition
from newsloom_ingestor.broker import Kafka
from newsloom_schemas.topics import DEAD, RAW

LOGS = {TopicPartition(RAW, 0): [b"a", b"b", b"c"], TopicPartition(DEAD, 0): [b"d"]}


class Reader:
    """A consumer of LOGS, two records a poll."""

    def __init__(self):
        self.at = {}

    def assignment(self):
        return set(self.at)

    def assign(self, partitions):
        self.at = dict.fromkeys(partitions, 0)

    def seek(self, partition, offset):
        self.at[partition] = offset

    def poll(self, timeout_ms, max_records):
        got = {p: [SimpleNamespace(key=k) for k in LOGS[p][at : at + 2]] for p, at in self.at.items()}
        self.at = {p: at + len(got[p]) for p, at in self.at.items()}
        return got

    def position(self, partition):
        return self.at[partition]

    def close(self, timeout_ms):
        pass


@pytest.fixture
def kafka(monkeypatch):
    reader = Reader()
    monkeypatch.setattr(Kafka, "ends", lambda _: {tuple(p): len(log) for p, log in LOGS.items()})
    monkeypatch.setattr(Kafka, "_reader", lambda _: reader)
    return Kafka("nowhere", lambda _reason, _pause: None)


@pytest.mark.parametrize(
    ("since", "keys"),
    [
        ({}, "abcd"),
        ({(RAW, 0): 1, (DEAD, 0): 1}, "bc"),
        ({(RAW, 0): 3, (DEAD, 0): 1}, ""),
        ({(RAW, 0): 3, (DEAD, 0): 7}, "d"),  # news.dead was made anew
    ],
)
def test_the_records_behind_the_fence_are_read(kafka, since, keys):
    assert "".join(sorted(key for _, key in kafka.keys(since))) == keys

"""Readings of a stream that runs on while the index does not show yet what was written to it."""

from types import SimpleNamespace

import pytest
from kafka import TopicPartition
from newsloom_cli import reading
from newsloom_cli.ledger import balance
from newsloom_cli.readings import Documents
from newsloom_indexer.counters import Counters, encode
from newsloom_schemas.topics import RAW, TAGGED


class Broker:
    """One partition a topic; ``written`` of the records on news.raw are tagged, indexed and committed."""

    def __init__(self, published, written):
        self.published, self.written = published, written

    def topics(self):
        return {RAW, TAGGED}

    def partitions(self, topic):
        return [TopicPartition(topic, 0)]

    def group(self, _, topic):
        commit = SimpleNamespace(offset=self.written, metadata=encode(Counters(indexed=self.written)))
        return 1, {0: commit} if topic in {RAW, TAGGED} else {}

    def ends(self, partitions):
        return {0: {RAW: self.published, TAGGED: self.written}.get(partitions[0].topic, 0)}

    def begins(self, _):
        return {0: 0}

    def offsets_at(self, partitions, _):
        return self.ends(partitions)

    def at(self, *_):
        return SimpleNamespace(timestamp=0)

    def newest(self, _):
        return None

    def scan(self, *_, **__):
        return iter(())


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(reading.time, "sleep", lambda _: None)


def test_what_is_indexed_while_the_index_is_counted_again_is_no_surplus():
    broker = Broker(published=1200, written=128)
    shown = iter([0, 384])  # nothing is shown before the index refreshes

    def count():
        broker.written += 128
        return Documents(number := next(shown), number)

    read = reading.readings(broker, count)
    assert read.documents.number == broker.written == 384
    assert balance(read).holds, balance(read)


def test_what_no_indexer_wrote_is_surplus_however_often_it_is_counted():
    broker = Broker(published=1200, written=128)
    counts = iter([Documents(0, 0), Documents(130, 130)])
    assert balance(reading.readings(broker, lambda: next(counts))).surplus == 2

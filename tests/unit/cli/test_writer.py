"""What puts records there: a broker refuses a batch as a whole, and a producer that was refused is of no more use."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from kafka.errors import KafkaTimeoutError, MessageSizeTooLargeError
from newsloom_cli import replaying
from newsloom_cli.errors import UnavailableError
from newsloom_cli.replaying import Writer
from newsloom_schemas.codec import Message
from newsloom_schemas.marks import Mark

NOW = datetime(2026, 11, 24, tzinfo=UTC)


class Producers:
    """Makes producers that take a batch, or refuse it where one of these keys is in it; ``answer`` is what they say then."""

    def __init__(self, *refused, answer=MessageSizeTooLargeError):
        self.refused, self.answer, self.made, self.taken = set(refused), answer, 0, []

    def make(self):
        self.made += 1
        return SimpleNamespace(well=True, close=lambda: None)

    def publish(self, producer, messages, waiting):
        assert producer.well, "it was refused before"
        if self.refused.isdisjoint(m.key for m in messages):
            self.taken += [m.key for m in messages]
            return [None] * len(messages)
        producer.well = False
        return [self.answer() for _ in messages]


@pytest.fixture
def writer(monkeypatch):
    def made(producers):
        monkeypatch.setattr(replaying.kafka, "publish", producers.publish)
        return Writer(producers.make)

    return made


def messages(*keys):
    return [Message("news.raw", key, b"{}", ()) for key in keys]


def test_the_innocent_of_a_refused_batch_are_sent_alone(writer):
    producers = Producers(b"2")
    errors = writer(producers).send(messages(b"1", b"2", b"3"))
    assert [type(e) for e in errors] == [type(None), MessageSizeTooLargeError, type(None)]
    assert producers.taken == [b"1", b"3"]


def test_one_producer_is_enough_while_nothing_is_refused(writer):
    producers = Producers()
    one = writer(producers)
    assert one.send(messages(b"1", b"2")) == [None, None]
    assert one.send(messages(b"3")) == [None]
    assert (producers.made, producers.taken) == (1, [b"1", b"2", b"3"])


def test_a_mark_that_is_refused_ends_the_command(writer):
    producers = Producers(answer=KafkaTimeoutError)
    producers.refused = {m.key for m in [replaying.mark_message(Mark(deed="purged", at=NOW, letters=("0:1",)))]}
    with pytest.raises(UnavailableError, match=r"news\.dead does not take a mark"):
        writer(producers).mark("purged", ["0:1"])

"""Delivery: an outage is waited out, a refusal is reported, nothing is taken as delivered that was not acknowledged."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable

import pytest
from aiokafka.errors import (
    KafkaConnectionError,
    KafkaTimeoutError,
    MessageSizeTooLargeError,
    OutOfOrderSequenceNumber,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
)
from newsloom_schemas.codec import Message
from newsloom_tagger.deliver import deliver


class Broker:
    """Answers each send of a message with the next of its errors, then accepts it."""

    def __init__(self, errors: dict[bytes, list[Exception]], *, buffered: bool = True) -> None:
        self.errors = errors
        self.buffered = buffered
        self.accepted: list[bytes] = []
        self.tries: Counter[bytes] = Counter()
        self.waits: list[tuple[str, int]] = []
        self.renewed = 0

    async def send(self, m: Message) -> Awaitable[object]:
        key = m.key or b""
        self.tries[key] += 1
        error = self.errors[key].pop(0) if self.errors.get(key) else None
        if error and not self.buffered:
            raise error
        future: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        if error:
            future.set_exception(error)
        else:
            self.accepted.append(key)
            future.set_result(None)
        return future

    async def renew(self) -> None:
        self.renewed += 1

    async def wait(self, reason: str, attempt: int) -> None:
        self.waits.append((reason, attempt))


def run(broker: Broker, *keys: bytes) -> dict[int, Exception]:
    return asyncio.run(deliver([Message("t", k, b"v", ()) for k in keys], broker, broker.wait))


@pytest.mark.parametrize("buffered", [True, False])
@pytest.mark.parametrize("error", [KafkaConnectionError, KafkaTimeoutError, UnknownTopicOrPartitionError])
def test_an_outage_is_waited_out_and_only_what_failed_is_sent_again(error: Callable[[], Exception], buffered: bool) -> None:
    broker = Broker({b"b": [error(), error(), error()]}, buffered=buffered)
    assert run(broker, b"a", b"b", b"c") == {}
    assert sorted(broker.accepted) == [b"a", b"b", b"c"]
    assert broker.tries == {b"a": 1, b"b": 4, b"c": 1}
    assert [attempt for _, attempt in broker.waits] == [0, 1, 2]


def test_a_refusal_is_tried_once_alone_and_then_reported_by_its_place() -> None:
    too_large = [MessageSizeTooLargeError(), MessageSizeTooLargeError()]
    broker = Broker({b"big": list(too_large), b"unlucky": too_large[:1]})
    refused = run(broker, b"a", b"big", b"unlucky", b"z")
    assert {n: type(e) for n, e in refused.items()} == {1: MessageSizeTooLargeError}
    assert sorted(broker.accepted) == [b"a", b"unlucky", b"z"]
    assert broker.waits == []
    assert broker.renewed == 2, "a producer that was refused a batch has lost count"


def test_an_outage_while_a_refused_record_is_tried_alone_is_no_refusal() -> None:
    broker = Broker({b"big": [MessageSizeTooLargeError(), KafkaTimeoutError()]})
    assert run(broker, b"big") == {}
    assert broker.accepted == [b"big"]


def test_a_producer_that_has_gone_astray_is_renewed_and_sends_again() -> None:
    broker = Broker({b"a": [OutOfOrderSequenceNumber()]})
    assert run(broker, b"a", b"b") == {}
    assert (sorted(broker.accepted), broker.renewed) == ([b"a", b"b"], 1)


def test_the_clients_own_error_is_found_inside_fausts() -> None:
    wrapped = RuntimeError("Error while sending")
    wrapped.__cause__ = MessageSizeTooLargeError()
    assert run(Broker({b"a": [wrapped, wrapped]}, buffered=False), b"a").keys() == {0}


@pytest.mark.parametrize("error", [TopicAuthorizationFailedError(), TypeError("a slip of ours")])
def test_any_other_error_ends_it_before_anything_is_acknowledged(error: Exception) -> None:
    with pytest.raises(type(error)):
        run(Broker({b"a": [error]}), b"a", b"b")


def test_nothing_to_deliver_is_delivered() -> None:
    assert run(Broker({})) == {}

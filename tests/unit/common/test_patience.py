"""Waiting for a store."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kafka.errors import GroupAuthorizationFailedError, KafkaTimeoutError
from newsloom_common.backoff import FIRST, LONGEST, delay
from newsloom_common.health import Health
from newsloom_common.patience import Patience, StoppedError


class Log:
    def __init__(self):
        self.lines = []

    def warning(self, sentence, **_):
        self.lines.append(sentence)


@given(st.integers(0, 10**6), st.floats(0, 1, exclude_max=True))
def test_a_wait_is_never_shorter_than_half_the_first_nor_longer_than_the_longest(attempt, chance):
    assert FIRST / 2 <= delay(attempt, chance) <= LONGEST


def test_waits_grow():
    waits = [delay(n, 0.0) for n in range(8)]
    assert waits == [0.5, 1, 2, 4, 8, 10, 10, 10]


def test_what_is_waited_for_is_logged_and_shown_until_it_is_over():
    log, health = Log(), Health()
    patience = Patience(health, log)
    patience.wait("waiting for E", 0, patience.stop.wait)
    assert (log.lines, health.ready) == (["waiting for E"], "waiting for E")
    patience.beat()
    assert health.answer("/readyz")[2] == b"waiting for E\n"
    patience.expect("")
    assert health.answer("/readyz")[0] == 200


def test_a_stop_ends_the_wait():
    patience = Patience(Health(), Log())
    patience.stop.set()
    with pytest.raises(StoppedError):
        patience.wait("waiting", 10, patience.stop.wait)


def test_kafka_is_asked_again_until_it_answers():
    patience, answers = Patience(Health(), Log()), [KafkaTimeoutError("away"), "there"]

    def ask():
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    assert patience.with_kafka("k:9092", ask) == "there"


def test_what_kafka_refuses_for_good_is_not_asked_again():
    def ask():
        raise GroupAuthorizationFailedError("newsloom-indexer")

    with pytest.raises(GroupAuthorizationFailedError):
        Patience(Health(), Log()).with_kafka("k:9092", ask)

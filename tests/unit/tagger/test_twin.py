"""When the tagger looks whether another one has its name. aiokafka tells it only that its id has changed."""

import asyncio

import pytest
from kafka.errors import KafkaConnectionError
from newsloom_tagger.twin import LOOK_FOR_S, Twin


class Group:
    """``holder`` is the id that Kafka has under our name, ``own`` is ours; ``asked`` counts questions."""

    def __init__(self):
        self.holder, self.own, self.asked, self.away = "one-1", "one-1", 0, False

    def taken(self, own):
        self.asked += 1
        if self.away:
            raise KafkaConnectionError("no answer")
        return self.holder not in {own, ""}


@pytest.fixture
def group():
    return Group()


@pytest.fixture
def seen(group):
    twin = Twin(group.taken)
    return lambda now: asyncio.run(twin.there(now, lambda: group.own))


def test_a_member_that_keeps_its_id_asks_nothing(group, seen):
    assert not any(seen(now) for now in range(5))
    assert group.asked == 0


def test_after_it_had_to_join_again_it_sees_who_has_thrown_it_out(group, seen):
    seen(0)
    group.own = group.holder = "one-3"
    assert not seen(2), "a session that ended, and nobody else"
    group.holder = "one-4"
    assert seen(4)


def test_without_an_id_it_knows_nothing(group, seen):
    seen(0)
    group.own, group.holder = "", "one-4"
    assert not seen(2)
    assert group.asked == 0


def test_it_does_not_ask_for_ever(group, seen):
    seen(0)
    group.own, group.holder = "one-3", "one-3"
    seen(1)
    asked = group.asked
    seen(2 + LOOK_FOR_S)
    assert group.asked == asked


def test_an_id_that_changed_while_it_asked_is_no_proof(group):
    ids = iter(["one-1", "one-3", "one-5"])
    twin = Twin(group.taken)
    assert not asyncio.run(twin.there(0, lambda: next(ids)))
    group.holder = "one-4"
    assert not asyncio.run(twin.there(1, lambda: next(ids)))


def test_no_answer_is_no_proof(group, seen):
    seen(0)
    group.own, group.away = "one-3", True
    assert not seen(1)

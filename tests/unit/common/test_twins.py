"""Who of two members under one name stands aside, and until when. That both notice is in tests/flow/test_twins.py."""

from kafka.errors import KafkaConnectionError
from newsloom_common.twins import other, sentence, still


def member(name, given):
    return {"group_instance_id": name, "member_id": given}


def test_another_one_is_who_has_our_name_under_another_id():
    group = [member("one", "one-1"), member("two", "two-1"), member(None, "x-1")]
    assert other(group, "one", "one-0")
    assert not other(group, "one", "one-1")
    assert not other(group, "three", "three-1")


def test_who_has_none_yet_asks_whether_anybody_has_it():
    assert other([member("one", "one-1")], "one", "")
    assert not other([], "one", "")


def test_while_kafka_is_away_a_name_is_not_given_up():
    def away():
        raise KafkaConnectionError("no answer")

    assert still(away)
    assert still(lambda: True)
    assert not still(lambda: False)


def test_what_is_said_names_the_setting():
    assert "NEWSLOOM_INSTANCE" in sentence("indexer", "one")

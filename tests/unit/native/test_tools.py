"""Kafka's tools: they ask the broker of this checkout unless told otherwise."""

from pathlib import Path

import pytest
from newsloom_native import NativeError, tools


def command(*arguments, bootstrap="127.0.0.1:21001", tool="topics"):
    return tools.command(Path("/jdk"), Path("/kafka"), tool, arguments, bootstrap)


def test_the_broker_of_this_checkout_is_meant():
    assert command("--list")[-4:] == [tools.CLASSES["topics"], "--bootstrap-server", "127.0.0.1:21001", "--list"]


def test_another_broker_can_be_named():
    assert "127.0.0.1:21001" not in command("--list", "--bootstrap-server", "10.0.0.1:9092")


@pytest.mark.parametrize(
    ("given", "reason"), [({"tool": "kafka-topics"}, "there are console-consumer"), ({"bootstrap": ""}, "make up")]
)
def test_what_cannot_work_is_said_in_a_sentence(given, reason):
    with pytest.raises(NativeError, match=reason):
        command("--list", **given)

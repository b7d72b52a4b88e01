"""A dead letter keeps the record byte for byte and says where it lay and what happened."""

import base64
from datetime import UTC, datetime

from newsloom_schemas.dead import PREFIX, Origin, bury, exhume

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
BROKEN = Origin("news.raw", 3, 41, b"\xff", b"\xfe\xfd", (("traceparent", b"00-a-b-01"), ("empty", None)))


def lie(message):
    """The record that a message becomes on the topic."""
    return Origin("news.dead", 0, 5, message.key, message.value, message.headers)


def test_key_value_and_headers_are_kept_byte_for_byte():
    message = bury(BROKEN, service="tagger", stage="decode", error=ValueError("no"), now=NOW)
    assert (message.topic, message.key, message.value) == ("news.dead", b"\xff", b"\xfe\xfd")
    assert message.headers[:2] == BROKEN.headers


def test_it_reads_back_with_where_and_why():
    letter = exhume(lie(bury(BROKEN, service="tagger", stage="decode", error=ValueError("no such thing"), now=NOW)))
    assert (letter.topic, letter.partition, letter.offset) == ("news.raw", 3, 41)
    assert (letter.service, letter.stage, letter.error, letter.message) == ("tagger", "decode", "ValueError", "no such thing")
    assert letter.dead_at == NOW
    assert (letter.key, letter.encoding) == ("\\xff", "base64")
    assert base64.b64decode(letter.value) == b"\xfe\xfd"


def test_text_is_shown_as_text():
    letter = exhume(lie(bury(BROKEN._replace(value="坏".encode()), service="s", stage="tag", error=KeyError("k"), now=NOW)))
    assert (letter.value, letter.encoding) == ("坏", "utf-8")


def test_what_dies_again_tells_its_last_death():
    once = bury(BROKEN, service="tagger", stage="decode", error=ValueError("first"), now=NOW)
    twice = bury(lie(once), service="indexer", stage="index", error=ValueError("second"), now=NOW)
    assert exhume(lie(twice)).message == "second"


def test_a_record_of_nothing_can_still_be_buried():
    message = bury(BROKEN._replace(key=None, value=None), service="s", stage="decode", error=ValueError(), now=NOW)
    assert (message.key, message.value) == (b"", None)
    assert exhume(lie(message)).value is None


def test_a_huge_error_is_cut_and_odd_characters_survive():
    message = bury(BROKEN, service="s", stage="tag", error=ValueError("\ud800" + "x" * 10_000), now=NOW)
    assert len(dict(message.headers)[PREFIX + "exception.message"]) < 2100


def test_strangers_on_the_topic_are_shown_as_unknown():
    letter = exhume(Origin("news.dead", 0, 9, None, b"?", ()))
    assert (letter.topic, letter.offset, letter.service, letter.key) == ("news.dead", 9, "unknown", None)

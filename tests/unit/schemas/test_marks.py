"""What is done about dead letters is said beside them, and cannot be taken for a letter."""

from datetime import UTC, datetime

from newsloom_schemas.dead import REPLAY_OF, REPLAYS, Origin, bury, revive
from newsloom_schemas.marks import KEY, Case, Mark, mark_message, read_mark

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
DIED = Origin("news.raw", 3, 41, b"\xff", b"\xfe\xfd", (("x", b"\x00"), ("__connect.errors.topic", b"theirs"), ("x", None)))


def lie(message, offset=5):
    return Origin("news.dead", 0, offset, message.key, message.value, message.headers)


def buried(origin, offset=5):
    return lie(bury(origin, service="tagger", stage="tag", error=ValueError("no"), now=NOW), offset)


def test_a_letter_gives_back_its_record_byte_for_byte_and_says_where_it_comes_from():
    again = revive(buried(DIED))
    assert (again.topic, again.key, again.value) == ("news.raw", DIED.key, DIED.value)
    assert again.headers == (*DIED.headers, (REPLAY_OF, b"0:5"), (REPLAYS, b"1"))


def test_what_dies_again_names_its_last_letter_and_is_counted():
    once = revive(buried(DIED))
    twice = revive(buried(Origin("news.raw", 3, 99, once.key, once.value, once.headers), offset=8))
    assert twice.headers == (*DIED.headers, (REPLAY_OF, b"0:8"), (REPLAYS, b"2"))


def test_another_programs_letter_loses_only_the_reasons():
    theirs = Origin("news.dead", 0, 1, b"k", b"v", (("a", b"1"), ("__connect.errors.topic", b"orders")))
    again = revive(theirs)
    assert (again.topic, again.headers[:-2]) == ("orders", (("a", b"1"),))


def test_a_mark_is_read_as_it_was_written():
    case = Case("indexer", "news.tagged", 1, 7, "replayed", "0:3", "ab" * 16, None)
    mark = Mark(deed="cut", at=NOW, letters=("0:1",), fence={"news.raw": {0: 17}}, cut={0: 4}, cases=(case,))
    assert read_mark(lie(mark_message(mark))) == mark


def test_a_letter_is_no_mark_whatever_died():
    assert read_mark(buried(DIED)) is None
    made = mark_message(Mark(deed="kept", at=NOW))
    assert read_mark(lie(made._replace(value=b"{"))) is None
    assert read_mark(lie(made._replace(key=b"an article"))) is None
    assert made.key == KEY

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from newsloom_cli import graves, letters
from newsloom_schemas.dead import Origin, bury

NOW = datetime(2026, 11, 24, tzinfo=UTC)
TRACE = "ab" * 16


def dead(offset, *, service="tagger", value=b"\xff", minutes=0, at=("news.raw", 1, 0)):
    carried = (("traceparent", f"00-{TRACE}-{'cd' * 8}-01".encode()),)
    record = Origin(*at, b"k", value, carried)
    died = NOW + timedelta(minutes=minutes)
    made = bury(record, service=service, stage="decode", error=ValueError("why"), now=died)
    return SimpleNamespace(topic=made.topic, partition=0, offset=offset, key=made.key, value=made.value, headers=made.headers)


def test_the_newest_letters_come_first_cut_by_stage_and_service():
    found = [letters.buried(dead(n, service="indexer" if n % 2 else "tagger", minutes=n)) for n in range(6)]
    assert [x.position for x in letters.newest(found, 2)] == ["0:5", "0:4"]
    assert [x.position for x in letters.newest(found, 2, service="tagger")] == ["0:4", "0:2"]
    assert letters.newest(found, 2, stage="index") == []


def test_a_line_of_the_list_is_the_letter_without_the_record():
    line = letters.line(letters.buried(dead(3)))
    assert set(line) == {"position", "topic", "partition", "offset", "service", "stage", "error", "message", "dead_at", "key"}
    assert (line["position"], line["topic"], line["message"]) == ("0:3", "news.raw", "why")


def test_a_whole_letter_has_the_record_byte_for_byte_and_its_own_headers():
    whole = letters.whole(letters.buried(dead(3)))
    assert (whole["value"], whole["encoding"], whole["key"]) == ("/w==", "base64", "k")
    assert set(whole["headers"]) == {"traceparent"}


def test_a_letter_without_a_record_says_null():
    whole = letters.whole(letters.buried(dead(3, value=None)))
    assert whole["value"] is None


def as_letter(r):
    return graves.letter(Origin(r.topic, r.partition, r.offset, r.key, r.value, r.headers))


def test_the_ledger_counts_a_record_once_and_knows_news_that_was_published_twice():
    twice = [as_letter(dead(n)) for n in range(2)]
    assert graves.toll(twice).buried == {"tagger": 1}
    again = [as_letter(dead(n + 2, service="indexer", at=("news.tagged", 1, n))) for n in range(2)]
    assert graves.toll(again).buried == {"indexer": 2}
    assert graves.toll(again).again == 1
    assert graves.by_stage(twice + again) == {"indexer/decode": 2, "tagger/decode": 2}

"""Dead letters as they are listed and chosen."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from newsloom_cli import graves, letters
from newsloom_cli.letters import Wanted
from newsloom_schemas.codec import message
from newsloom_schemas.dead import Origin, bury
from newsloom_schemas.marks import Mark, mark_message
from newsloom_schemas.topics import RAW
from newsloom_schemas.types import Feed, RawArticle

NOW = datetime(2026, 11, 24, tzinfo=UTC)
TRACE = "ab" * 16


def dead(offset, *, service="tagger", value=b"\xff", minutes=0, at=("news.raw", 1, 0)):
    carried = (("traceparent", f"00-{TRACE}-{offset + 1:016x}-01".encode()),)
    died = NOW + timedelta(minutes=minutes)
    made = bury(Origin(*at, b"k", value, carried), service=service, stage="decode", error=ValueError("why"), now=died)
    return Origin(made.topic, 0, offset, made.key, made.value, made.headers)


def entries(*records):
    return [letters.entry(r) for r in records]


def test_the_newest_letters_come_first_cut_by_stage_service_and_time():
    found = entries(*(dead(n, service="indexer" if n % 2 else "tagger", minutes=n) for n in range(6)))
    assert [e.position for e in letters.chosen(found, Wanted())][:2] == ["0:5", "0:4"]
    assert [e.position for e in letters.chosen(found, Wanted(service="tagger"))] == ["0:4", "0:2", "0:0"]
    assert letters.chosen(found, Wanted(stage="index")) == []
    between = Wanted(since=NOW + timedelta(minutes=2), until=NOW + timedelta(minutes=4))
    assert [e.position for e in letters.chosen(found, between)] == ["0:3", "0:2"]
    assert [e.position for e in letters.chosen(found, Wanted(positions=("0:1", "0:4"), service="indexer"))] == ["0:1"]


TAGGED = {"article": {"feed": {"url": "https://n.invalid/f", "title": "机器之心"}}, "themes": [{"id": "chips"}]}


@pytest.mark.parametrize(
    ("wanted", "positions"),
    [
        (Wanted(feed="机器"), ["0:1"]),
        (Wanted(feed="N.INVALID"), ["0:2", "0:1"]),
        (Wanted(theme="chips"), ["0:1"]),
        (Wanted(error="valueerror: WHY"), ["0:1", "0:0"]),
        (Wanted(article="k"), ["0:1", "0:0"]),
    ],
)
def test_letters_are_chosen_by_what_their_record_says_where_it_can_be_read(wanted, positions):
    raw = RawArticle(id="r", origin="feed", title="", content="", fetched_at=NOW, feed=Feed(url="https://n.invalid/g"))
    made = message(RAW, raw, source="ingestor", now=NOW)
    published = bury(Origin(RAW, 0, 0, *made[1:]), service="tagger", stage="tag", error=KeyError(), now=NOW + timedelta(1))
    found = entries(
        dead(0),
        dead(1, service="indexer", value=json.dumps(TAGGED).encode(), minutes=1),
        Origin(published.topic, 0, 2, *published[1:]),
    )
    assert [e.position for e in letters.chosen(found, wanted)] == positions


def test_a_line_of_the_list_is_the_letter_without_the_record():
    line = letters.line(letters.entry(dead(3)))
    assert set(line) == {
        "position", "state", "topic", "partition", "offset", "service", "stage", "error", "message", "dead_at", "key", "bytes",
    }  # fmt: skip
    assert (line["position"], line["topic"], line["message"], line["bytes"]) == ("0:3", "news.raw", "why", 1)


def test_a_whole_letter_has_the_record_byte_for_byte_and_its_own_headers():
    whole = letters.whole(letters.buried(dead(3)))
    assert (whole["value"], whole["encoding"], whole["key"]) == ("/w==", "base64", "k")
    assert set(whole["headers"]) == {"traceparent"}


def test_a_letter_without_a_record_says_null():
    whole = letters.whole(letters.buried(dead(3, value=None)))
    assert whole["value"] is None


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (dead(0), ""),
        (dead(0, value=None), ""),
        (dead(0, service="connect-sink"), "no service of ours buried it"),
        (dead(0, at=("news.feeds", 0, 0)), "it came from news.feeds"),
        (dead(0, value=None, service="ingestor", at=("news.raw", -1, -1)), "too large even for news.dead"),
    ],
)
def test_why_a_letter_cannot_be_sent_back_is_said(entry, reason):
    found = letters.hindrance(letters.entry(entry))
    assert found.startswith(reason) if reason.startswith(("no", "it")) else reason in found
    assert bool(found) == bool(reason)


def judged(records, *marks, found=()):
    return graves.judged([graves.letter(r) for r in records], graves.deeds(marks), found)


def test_what_became_of_a_letter_is_what_the_marks_say_for_all_letters_of_its_record():
    records = [dead(0), dead(1), dead(2, at=("news.raw", 1, 1))]
    sent = Mark(deed="replayed", at=NOW, letters=("0:1",))
    gone = Mark(deed="purged", at=NOW, letters=("0:0", "0:2"))
    assert [x.state for x in judged(records, sent, gone)] == ["replayed", "replayed", "purged"]
    assert [e.state for e in letters.judged(entries(*records), judged(records, sent, gone))] == ["replayed"] * 2 + ["purged"]
    assert letters.hindrance(letters.judged(entries(*records), judged(records, sent))[0]) == "it has been sent back already"


def test_a_replay_that_was_begun_leaves_the_letter_open_until_its_record_is_found():
    begun = Mark(deed="replaying", at=NOW, letters=("0:0",), fence={RAW: {0: 4}})
    assert [x.state for x in judged([dead(0)], begun)] == ["dead"]
    assert [x.state for x in judged([dead(0)], begun, found={"0:0"})] == ["replayed"]
    assert graves.deeds([begun]).open == {"0:0": {RAW: {0: 4}}}
    assert graves.deeds([begun, Mark(deed="kept", at=NOW, letters=("0:0",))]).open == {}


def test_the_higher_of_two_cuts_is_right_whichever_was_written_last():
    low, high = (Mark(deed="cut", at=NOW, cut={0: n}) for n in (3, 7))
    assert graves.deeds([high, low]).cut == graves.deeds([low, high]).cut == {0: 7}


def test_the_ledger_counts_a_record_once_and_knows_news_that_was_published_twice():
    twice = [graves.letter(dead(n)) for n in range(2)]
    assert graves.toll(twice).buried == {"tagger": 1}
    again = [graves.letter(dead(n + 2, service="indexer", at=("news.tagged", 1, n))) for n in range(2)]
    assert graves.toll(again).buried == {"indexer": 2}
    assert graves.toll(again).again == 1
    assert graves.by_stage(twice + again) == {"indexer/decode": 2, "tagger/decode": 2}


def test_two_articles_that_the_ingestor_buried_are_two_although_neither_had_a_place():
    one = dead(0, service="ingestor", at=("news.raw", -1, -1))
    other = one._replace(key=b"another article of the same poll, and so of the same trace", offset=1)
    assert graves.toll(map(graves.letter, (one, one, other))).buried == {"ingestor": 2}


def test_marks_are_no_letters():
    made = mark_message(Mark(deed="kept", at=NOW))
    assert graves.letter(Origin(made.topic, 0, 1, *made[1:])).service == "unknown"


def test_a_record_that_was_buried_twice_is_sent_back_once():
    records = [dead(0), dead(1), dead(2, at=("news.raw", 1, 1))]
    found = letters.judged(entries(*records), judged(records))
    assert letters.doubled(found, judged(records), ()) == {"0:1": "0:0"}
    assert letters.doubled(found, judged(records), {"0:1"}) == {"0:0": "0:1"}, "the one whose replay has begun stands for it"


def test_what_died_of_being_sent_back_is_no_news_that_was_published_twice():
    def died(n, state="dead", replay_of=None):
        return graves.Letter("indexer", "index", ("news.tagged", 0, n), "the same news", f"0:{n}", replay_of, state)

    once = [died(0, "replayed"), died(1, replay_of="0:0")]
    assert graves.toll(once).again == 0
    twice = [died(0, "replayed"), died(1, "replayed"), died(2, replay_of="0:0"), died(3, replay_of="0:1")]
    assert graves.toll(twice).again == 1, "the tagger had published it twice, and it died of it twice, and again"
    given_up = graves.toll([died(0, "purged"), died(1)])
    assert (given_up.again, given_up.purged_again, given_up.purged) == (0, 1, 1), "what is left of it is open"

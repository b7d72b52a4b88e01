"""Outcomes, dead letters and commits of a batch."""

from datetime import UTC, datetime

from newsloom_indexer import batch
from newsloom_indexer.bulk import Outcome, Verdict
from newsloom_indexer.counters import Counters
from newsloom_indexer.document import Document, Expired, Unfit
from newsloom_schemas.dead import Origin, exhume

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def origin(partition, offset):
    return Origin("news.tagged", partition, offset, b"k", b"v%d" % offset, (("traceparent", b"t"),))


def prepared():
    return [
        Document(origin(0, 4), "a", 1, b""),
        Unfit(origin(1, 8), "decode", ValueError("no JSON")),
        Document(origin(0, 6), "b", 1, b""),
        Document(origin(1, 9), "c", 1, b""),
    ]


def ends():
    verdicts = [Verdict(Outcome.INDEXED), Verdict(Outcome.REJECTED, "mapper: bad"), Verdict(Outcome.STALE)]
    return batch.settled(prepared(), verdicts)


def test_each_record_ends_in_one_outcome_in_the_order_it_came():
    assert [(e.origin.offset, e.outcome) for e in ends()] == [
        (4, Outcome.INDEXED),
        (8, Outcome.REJECTED),
        (6, Outcome.REJECTED),
        (9, Outcome.STALE),
    ]


def test_what_is_too_old_is_an_outcome_and_no_dead_letter():
    found = batch.settled([Expired(origin(0, 4)), *prepared()[3:]], [Verdict(Outcome.INDEXED)])
    assert [e.outcome for e in found] == [Outcome.EXPIRED, Outcome.INDEXED]
    assert batch.letters(found, NOW) == []
    assert batch.progress(found[:1], {("news.tagged", 0): Counters()})["news.tagged", 0] == (5, Counters(expired=1))


def test_dead_letters_say_where_and_why_and_keep_the_bytes():
    letters = batch.letters(ends(), NOW)
    said = [exhume(Origin("news.dead", 0, i, m.key, m.value, m.headers)) for i, m in enumerate(letters)]
    assert [(d.service, d.stage, d.partition, d.offset, d.message, d.value) for d in said] == [
        ("indexer", "decode", 1, 8, "no JSON", "v8"),
        ("indexer", "index", 0, 6, "mapper: bad", "v6"),
    ]
    assert all(("traceparent", b"t") in m.headers for m in letters)


def test_a_commit_moves_behind_the_last_record_and_counts_every_one():
    before = {("news.tagged", 0): Counters(indexed=10), ("news.tagged", 1): Counters()}
    assert batch.progress(ends(), before) == {
        ("news.tagged", 0): (7, Counters(indexed=11, rejected=1)),
        ("news.tagged", 1): (10, Counters(rejected=1, stale=1)),
    }


def test_what_was_sent_back_and_dies_again_does_not_count_against_the_stream():
    first, died, *_ = ends()
    again = died._replace(origin=died.origin._replace(headers=(("newsloom_replays", b"1"),)))
    assert list(batch.deaths([first, died, again])) == [(False, "None"), (True, "no JSON")]


def test_what_was_tagged_anew_is_counted_as_that_whatever_became_of_it_but_dead():
    anew = (("ce_source", b"/newsloom/cli"),)
    found = [p._replace(origin=p.origin._replace(headers=anew)) for p in [*prepared(), Expired(origin(0, 7))]]
    verdicts = [Verdict(Outcome.INDEXED), Verdict(Outcome.REJECTED, "mapper: bad"), Verdict(Outcome.DUPLICATE)]
    again, dead = Outcome.RETAGGED, Outcome.REJECTED
    assert [e.outcome for e in batch.settled(found, verdicts)] == [again, dead, dead, again, again]

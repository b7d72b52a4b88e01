"""The ledger of readings that are given: what does not fit is said, and what fits is not."""

import pytest
from newsloom_cli import readings
from newsloom_cli.graves import Letter
from newsloom_cli.ledger import balance, ledger, problems
from newsloom_cli.readings import Counters, Documents, Group, Readings, Watch


def told(**changes):
    """A stream at rest: 10 records published, 1 of them dead, 7 indexed, 1 duplicate, 1 stale."""
    letters = (Letter("tagger", "decode", ("news.raw", 0, 3), None),)
    calm = Readings(Group(1, 10, 10), Group(1, 9, 9), Counters(7, 1, 1, 0), letters, Documents(6, 7), 7)
    return calm._replace(**changes)


def test_a_stream_at_rest_balances():
    found = ledger(told())
    assert (found.seen, found.indexed, found.duplicate, found.stale, found.dead, found.in_flight) == (10, 7, 1, 1, 1, 0)
    assert (found.balanced, found.problem, found.redelivered, found.documents) == (True, None, 0, 6)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"tagger": Group(1, 11, 11)}, "the tagger read 1 records that are neither on news.tagged nor on news.dead"),
        ({"counters": Counters(6, 1, 1, 0)}, "the indexer's counters and its offsets differ by 1 records"),
        ({"documents": Documents(5, 5)}, "2 of 7 indexed records are not in the index"),
        ({"documents": Documents(9, 9)}, "the index holds 2 documents that the indexer did not write"),
        ({"counters": Counters(6, 1, 1, 1), "indexed_at_most": 6, "documents": Documents(6, 6)},
         "the indexer's count of rejected records and news.dead differ by 1"),
        ({"indexer": Group(1, 13, 13), "counters": Counters(11, 1, 1, 0), "documents": Documents(11, 11),
          "indexed_at_most": 11},
         "2 records on news.tagged come from no record of news.raw"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_and_nothing_balances_then(changes, sentence):
    found = ledger(told(**changes))
    assert (found.balanced, found.problem) == (False, sentence)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"tagger": Group(0, 10, 10)}, "no tagger is running: its consumer group has no members"),
        ({"indexer": Group(0, 9, 9)}, "no indexer is running: its consumer group has no members"),
        ({"tagger": Group(1, 10, 13, waiting=125.0)}, "the tagger is 3 records and 2 min behind"),
        ({"tagger": Group(1, 10, 10, beyond=4)},
         "the group newsloom-tagger has read further than news.raw is long: was the topic made anew?"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_service_is_said_although_the_sum_is_right(changes, sentence):
    found = ledger(told(**changes))
    assert (found.balanced, found.problem) == (True, sentence)


def test_a_record_that_has_waited_a_moment_is_no_problem():
    assert problems(told(tagger=Group(1, 10, 13, waiting=5.0)), balance(told(tagger=Group(1, 10, 13)))) == []


def test_without_elasticsearch_the_rest_is_told():
    found = ledger(told(documents=None), ["Elasticsearch does not answer"])
    assert (found.seen, found.documents, found.problem) == (10, None, "Elasticsearch does not answer")
    assert found.stages["index"] == {"documents": None}


def test_a_record_buried_twice_is_one_dead_record():
    twice = told().letters * 2
    assert balance(told(letters=twice)).dead == 1
    assert ledger(told(letters=twice)).stages["dead"] == {"tagger/decode": 2}


def test_letters_of_strangers_are_listed_and_not_counted():
    letters = (*told().letters, Letter("unknown", "unknown", ("news.dead", 0, 9), None))
    assert balance(told(letters=letters)).holds
    assert ledger(told(letters=letters)).stages["dead"] == {"tagger/decode": 1, "unknown/unknown": 1}


def test_commits_beyond_the_end_of_a_topic_are_told_apart():
    assert readings.group(1, {0: 5, 1: 9}, {0: 7, 1: 4}) == Group(1, 9, 11, None, 5)


def test_backfilled_articles_are_seen_and_in_flight_like_others():
    found = ledger(told(backfill=Group(1, 0, 4, waiting=9000.0)))
    assert (found.seen, found.in_flight, found.balanced, found.problem) == (14, 4, True, None), "they may wait for live news"
    assert found.stages["backfill"] == {"published": 4, "members": 1, "read": 0, "lag": 4, "waiting": 9000.0, "rate": None}
    left = ledger(told(backfill=Group(0, 0, 4)))
    assert left.problem == "no tagger reads news.backfill: its consumer group has no members"
    assert ledger(told(backfill=Group(0, 4, 4))).balanced is False, "read, and nowhere"


def test_rates_are_told_where_they_are_known():
    stages = ledger(told(rates={"news.raw": 1.5, "news.tagged": 1.25})).stages
    assert [stages[s]["rate"] for s in ("ingestor", "tagger", "indexer", "backfill")] == [1.5, 1.25, None, None]


@pytest.mark.parametrize(
    ("watch", "problem"),
    [
        (Watch(Group(1, 9, 9), 3, 7, 0.5), None),
        (Watch(Group(0, 5, 9, 90.0), 0, 7, 0.0), None),
        (Watch(Group(0, 9, 9), 3, 7, 0.0), "no notifier is running, and saved searches wait for it"),
        (Watch(Group(1, 5, 9, 90.0), 3, 7, 0.0), "the notifier is 4 records and 90 s behind"),
    ],
)
def test_a_notifier_is_missed_where_there_are_searches(watch, problem):
    found = ledger(told(watch=watch))
    assert (found.problem, found.balanced) == (problem, True)
    assert found.stages["notifier"]["searches"] == watch.searches


def test_what_was_taken_out_because_of_its_age_or_never_let_in_is_expired_and_not_missing():
    found = ledger(told(documents=Documents(4, 4, expired=3)))
    assert (found.indexed, found.expired, found.balanced, found.problem) == (4, 3, True, None)
    refused = Counters(5, 1, 1, 0, 2)
    found = ledger(told(counters=refused, documents=Documents(5, 5)))
    assert (found.indexed, found.expired, found.balanced) == (5, 2, True)
    found = ledger(told(counters=refused, documents=Documents(2, 2, expired=3)))
    assert (found.seen, found.indexed, found.expired, found.balanced) == (10, 2, 5, True)


def test_what_is_about_to_be_taken_out_is_indexed_while_it_is_there():
    found = ledger(told(documents=Documents(6, 7, expired=5)))
    assert (found.indexed, found.expired, found.balanced) == (7, 0, True)


def test_what_is_missing_beyond_what_was_taken_out_is_said():
    found = ledger(told(documents=Documents(2, 2, expired=3)))
    assert (found.expired, found.balanced, found.problem) == (3, False, "2 of 4 indexed records are not in the index")


def test_an_old_article_that_a_killed_tagger_published_again_is_not_counted_twice():
    found = ledger(told(indexer=Group(1, 10, 10), counters=Counters(5, 1, 1, 0, 3), documents=Documents(5, 5)))
    assert (found.expired, found.redelivered, found.balanced) == (3, 1, True)


def test_what_is_purged_or_sent_back_is_not_dead():
    letters = (
        Letter("tagger", "decode", ("news.raw", 0, 3), None, state="purged"),
        Letter("tagger", "decode", ("news.raw", 0, 4), None, state="replayed"),
        Letter("tagger", "tag", ("news.raw", 0, 5), None),
    )
    found = ledger(told(letters=letters, tagger=Group(1, 12, 12)))
    assert (found.seen, found.dead, found.purged, found.balanced) == (11, 1, 1, True)
    assert (found.stages["dead"], found.stages["replayed"]) == ({"tagger/tag": 1}, {"news.raw": 1})


def test_what_was_tagged_anew_is_in_no_term_and_hides_nothing():
    """Four articles of the ten were tagged anew: one of these records is dead."""
    letter = Letter("indexer", "index", ("news.tagged", 0, 12), "t", "0:1", again=True)
    counted = Counters(7, 1, 1, 1, retagged=3)
    anew = told(indexer=Group(1, 13, 13), counters=counted, letters=(*told().letters, letter))
    found = ledger(anew)
    assert (found.balanced, found.problem, found.redelivered) == (True, None, 1), "the dead one, which is no news"
    assert {t: getattr(found, t) for t in ("seen", "indexed", "duplicate", "stale", "dead", "in_flight")} == {
        "seen": 10, "indexed": 7, "duplicate": 1, "stale": 1, "dead": 1, "in_flight": 0,
    }  # fmt: skip
    gone = ledger(anew._replace(documents=Documents(5, 6)))
    assert gone.problem == "1 of 7 indexed records are not in the index"
    lost = ledger(anew._replace(tagger=Group(1, 12, 12)))
    assert not lost.balanced

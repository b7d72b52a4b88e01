"""Saved searches as their topic has them."""

from newsloom_notifier.searches import Asked, Bad, Searches
from newsloom_schemas.codec import encode
from support.alerting import article, search


def taken(*records):
    searches = Searches()
    for key, value in records:
        searches.add(key, value)
    return searches, searches.settle()


def record(**fields):
    one = search(**fields)
    return one.name.encode(), encode(one)


def names(searches, tagged=None):
    return [asked.saved.name for asked, _ in searches.matching(tagged or article())]


def test_the_newest_record_of_a_name_holds_and_one_without_a_value_removes():
    searches, bad = taken(
        record(), record(name="算力"), record(query="H200"), (b"s", None), record(name="t"), record(name="算力")
    )
    assert (names(searches), bad) == (["算力", "t"], [])
    assert searches.counts() == {"on": 2, "paused": 0, "bad": 0}


def test_what_was_added_holds_from_settle_on():
    searches, _ = taken(record())
    searches.add(b"s", None)
    assert names(searches) == ["s"]
    searches.settle()
    assert names(searches) == []


def test_a_search_that_cannot_be_asked_is_told_once_with_the_reason_and_the_others_go_on():
    searches, bad = taken(record(name="good"), record(name="bad", query='"unclosed'), (b"ugly", b"{"), (b"x", record()[1]))
    assert [b.name for b in bad] == ["bad", "ugly", "x"]
    assert "character 1 of" in bad[0].reason
    assert "SavedSearch" in bad[1].reason
    assert "another name" in bad[2].reason
    assert names(searches) == ["good"]
    assert searches.settle() == []
    assert searches.counts() == {"on": 1, "paused": 0, "bad": 3}


def test_a_bad_search_that_is_mended_is_asked():
    searches, _ = taken(record(query='"unclosed'))
    searches.add(*record())
    assert searches.settle() == []
    assert names(searches) == ["s"]


def test_one_of_a_later_version_with_fields_that_we_do_not_know_is_asked():
    key, value = record()
    searches, bad = taken((key, value[:-1] + b',"channels":["mail"]}'))
    assert (bad, names(searches)) == ([], ["s"])


def test_a_paused_search_is_kept_and_not_asked():
    searches, _ = taken(record(enabled=False))
    assert (names(searches), searches.counts()["paused"]) == ([], 1)


def test_times_in_a_query_count_from_when_it_was_saved():
    searches, _ = taken(record(query="H100 since:1d"))
    (one,) = searches.all.values()
    assert isinstance(one, Asked)
    assert not isinstance(one, Bad)
    assert names(searches) == ["s"], "what comes a year later is since then all the same"

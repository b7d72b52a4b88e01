"""Every way in which topics and index can differ is named, and what merely is not there yet is not."""

import pytest
from newsloom_cli.comparing import Comparison, Document, HasTheme, OnTheme, Raw, Tagged


def raw(name="a", revision=1, offset=0, settled=True, dated=1000.0):
    return Raw(name, revision, f"news.raw 0:{offset}", settled, dated)


def tagged(name="a", revision=1, themes="chips", offset=0, settled=True):
    return Tagged(name, revision, revision * 10, themes, f"news.tagged 0:{offset}", settled, 1000.0)


def document(name="a", revision=1, themes="chips", offset=0, told=True):
    return Document(name, revision, revision * 10, themes, f"news.tagged 0:{offset}", 0, offset, told)


def on_theme(name="a", revision=1, theme="chips", again=False):
    return OnTheme(theme, name, revision, revision * 10, f"news.theme.{theme} 0:0", again)


def has_theme(name="a", revision=1, theme="chips", at=100, waits=False):
    return HasTheme(theme, name, revision, revision * 10, "news.tagged 0:0", at, waits)


WELL = (raw(), tagged(), has_theme(), on_theme(), document())


def compared(rows, dead=(), begin=None, ends=None, since=None):
    comparison = Comparison()
    if since is not None:
        comparison.keep_since(since)
    for row in rows:
        comparison.add([row])
    comparison.bury(dead)
    if begin is not None:
        comparison.begin("chips", begin)
    comparison.tell(ends or {})
    comparison.ready()
    found = [(d.difference, d.id) for d in comparison.differences()]
    assert comparison.counts() == {kind: sum(k == kind for k, _ in found) for kind, _ in found}
    comparison.close()
    return found


def without(kind, *more):
    return (*(row for row in WELL if not isinstance(row, kind)), *more)


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (WELL, []),
        ((), []),
        ((raw(),), [("untagged", "a")]),
        ((raw(revision=None),), [("untagged", "a")]),
        ((*WELL, raw(revision=2, offset=1)), [("untagged", "a")]),
        (without(Document), [("unindexed", "a")]),
        ((*without(Document), tagged(offset=4)), [("unindexed", "a")]),
        ((*WELL, raw(revision=2, offset=1), tagged(revision=2, themes="", offset=1)), [("outdated", "a")]),
        ((document(),), [("unknown", "a")]),
        (without(Document, document(revision=2, offset=9)), [("ahead", "a")]),
        (without(Document, document(themes="")), [("themes", "a")]),
        (without(OnTheme), [("untold", "a")]),
        (without(HasTheme), [("overtold", "a")]),
        ((*WELL, on_theme(theme="agents")), [("overtold", "a")]),
    ],
)
def test_what_differs_is_named(rows, found):
    assert compared(rows) == found


@pytest.mark.parametrize(
    "rows",
    [
        (raw(settled=False),),
        (raw(settled=False), tagged(settled=False), has_theme()),
        (raw(), tagged(settled=False), has_theme(), on_theme()),
        (raw(settled=False), on_theme()),
        (*WELL, raw(revision=2, offset=1), tagged(revision=2, offset=1, themes="", settled=False)),
        (document(offset=5, told=False),),
    ],
)
def test_what_is_in_flight_is_not_accused(rows):
    assert compared(rows) == []


def test_what_is_dead_is_not_missing():
    assert compared((raw(revision=None),), dead=["news.raw 0:0"]) == []
    assert compared(without(Document), dead=["news.tagged 0:0"]) == []


def test_what_is_too_old_for_the_index_is_not_missing_there():
    gone = without(Document)
    assert compared(gone, since=1001) == []
    assert compared(gone, since=1000) == [("unindexed", "a")], "the moment itself is kept"
    assert compared((raw(),), since=1001) == [], "its document would have told that it was tagged"
    newer = (*WELL, raw(revision=2, offset=1), tagged(revision=2, offset=1, themes=""))
    assert compared(newer) == [("outdated", "a")]
    assert compared(newer, since=1001) == [], "the newer revision was not let in"
    comparison = Comparison()
    comparison.keep_since(1001)
    comparison.add([tagged()])
    assert comparison.sizes()["expired"] == 1
    assert compared((raw(dated=None),), since=1001) == [("untagged", "a")], "nobody knows how old it is"


def test_an_overtaken_version_is_not_missing():
    newer = (raw(revision=2, offset=1), tagged(revision=2, offset=1), has_theme(revision=2), on_theme(revision=2))
    assert compared((*without(Document), *newer, document(revision=2, offset=1))) == []


def test_what_has_outlived_its_topic_is_not_missing():
    assert compared((raw(), document(told=False))) == [], "its record of news.tagged has been deleted in the meantime"
    assert compared(without(OnTheme), begin=101) == [], "older than what is left of the theme's topic"
    assert compared(without(OnTheme), begin=100) == [("untold", "a")]


def test_a_document_that_names_a_record_beyond_the_end_was_written_by_none():
    stray = document(offset=7, told=False)
    assert compared((stray,), ends={0: 8}) == [], "the record came while we looked"
    assert compared((stray,), ends={0: 7}) == [("unknown", "a")]


def test_only_so_many_are_named_and_all_are_counted():
    comparison = Comparison()
    comparison.add(raw(f"a{n}", offset=n) for n in range(30))
    comparison.ready()
    assert len(list(comparison.differences(4))) == 4
    assert comparison.counts() == {"untagged": 30}
    assert comparison.sizes()["raw"] == 30


def test_a_document_that_was_found_after_all_takes_the_place_of_the_one_that_was_missed():
    comparison = Comparison()
    for row in (*without(Document), raw(revision=2, offset=1), tagged(revision=2, offset=1, themes="")):
        comparison.add([row])
    comparison.add([document()])
    comparison.ready()
    assert comparison.doubtful() == ["a"]
    comparison.add([document(revision=2, offset=1, themes="")])
    assert comparison.counts() == {}


def again(row, **changes):
    """Return the row as one of the same revision, tagged anew."""
    return row._replace(version=11, **changes)


GONE_FROM_CHIPS = (again(tagged(themes="jobs", offset=1)), again(document(themes="jobs", offset=1)))


def test_themes_that_were_gained_and_lost_are_told_and_no_others():
    told = (again(has_theme()), again(on_theme(again=True)))
    assert compared((*without(Document), *GONE_FROM_CHIPS, *told)) == []
    assert compared((*without(Document), *GONE_FROM_CHIPS, told[0])) == [("untold", "a")]
    assert compared((*without(Document), *GONE_FROM_CHIPS, told[0]._replace(waits=True))) == [], "it may be on its way"
    assert compared((*without(Document), *GONE_FROM_CHIPS, told[1])) == [("overtold", "a")]
    assert compared((*WELL, told[1])) == [], "the topics of themes come first"

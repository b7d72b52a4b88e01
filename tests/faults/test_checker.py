"""The checker itself: it sees each kind of fault, in histories made by hand and in services that were broken on purpose."""

import pytest
from faults.checker import Record, Seen, check

PRINTED = {"a": 1, "b": 0}  # id → edition


def record(name, revision=1, edition=0, themes=("chips",)):
    return Record(name, revision, edition, f"{name}.{revision}", themes)


RAW = [record("a"), record("a", 2, 1), record("b")]
ONCE = [RAW[0], RAW[2]]
WELL = Seen(raw=RAW, tagged=RAW, themes={"chips": RAW}, dead=set(), index={"a": (2, 1), "b": (1, 0)})


def judged(**change):
    return check(PRINTED, WELL._replace(**change))


def test_a_stream_that_is_whole_has_no_fault():
    assert check(PRINTED, WELL) == (0, 0, 0, 0, ())


@pytest.mark.parametrize(
    "change",
    [
        {"raw": RAW[:2], "tagged": RAW[:2], "themes": {"chips": RAW[:2]}, "index": {"a": (2, 1)}},
        {"tagged": RAW[:2], "themes": {"chips": RAW[:2]}, "index": {"a": (2, 1)}},
        {"themes": {"chips": RAW[:2]}},
        {"themes": {}},
        {"index": {"a": (2, 1)}},
        {"raw": ONCE, "tagged": ONCE, "themes": {"chips": ONCE}, "index": {"a": (1, 0), "b": (1, 0)}},
    ],
    ids=["never published", "never tagged", "not on its theme's topic", "topic empty", "not indexed", "edit never told"],
)
def test_what_is_lost_is_seen(change):
    assert judged(**change).lost > 0
    assert judged(**change).faults


@pytest.mark.parametrize(
    "change",
    [
        {"raw": [*RAW, RAW[0]]},
        {"raw": [*RAW, record("c")]},
        {"tagged": [*RAW, record("c")]},
        {"themes": {"chips": RAW, "talent": RAW[:1]}},
        {"index": {**WELL.index, "c": (1, 0)}},
    ],
    ids=["twice on news.raw", "nobody's", "tagged from nothing", "not its theme", "indexed from nothing"],
)
def test_what_is_there_once_too_often_is_seen(change):
    assert judged(**change).doubled > 0


def test_an_older_revision_over_a_newer_one_is_seen():
    assert judged(index={"a": (1, 0), "b": (1, 0)}).stale == 1


def test_a_repeat_of_the_same_event_is_counted_and_no_fault():
    assert judged(tagged=[*RAW, RAW[1]], themes={"chips": [*RAW, RAW[1]]}) == (0, 0, 0, 2, ())


def test_a_dead_letter_accounts_for_its_article():
    gone = {"raw": RAW[:2], "tagged": RAW[:2], "themes": {"chips": RAW[:2]}, "index": {"a": (2, 1)}}
    assert judged(**gone, dead={"b"}).faults == ()

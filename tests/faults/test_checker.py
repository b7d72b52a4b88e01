"""The checker itself: it sees each kind of fault, in histories made by hand and in services that were broken on purpose."""

import pytest
from faults.checker import Record, Seen, Told, Wanted, check

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


def asked(*stories):
    """A search asks for "b", which may be one of these stories."""
    return [Wanted("gpu", "b", frozenset(stories))]


def told(article="b", story="b", event="gpu/b", search="gpu"):
    return Told(search, article, story, event)


def test_an_alert_that_did_not_come_is_seen_and_one_of_its_story_will_do():
    assert judged(wanted=asked("b"), told=[told()]).faults == ()
    assert judged(wanted=asked()).lost == 1
    reprint = [*asked("a"), Wanted("gpu", "a", frozenset({"a"}))]
    assert judged(wanted=reprint, told=[told("a", "a", "gpu/a")]).faults == ()
    assert judged(wanted=[*reprint, Wanted("all", "a", frozenset({"a"}))], told=[told("a", "a", "gpu/a")]).lost == 1


def test_an_alert_under_two_ids_or_that_nobody_asked_for_is_seen_and_a_repeat_is_none():
    assert judged(wanted=asked("b"), told=[told(), told()]) == (0, 0, 0, 1, ())
    assert judged(wanted=asked("b"), told=[told(), told(story="a", event="gpu/a")]).doubled == 1
    assert judged(told=[told()]).doubled == 1

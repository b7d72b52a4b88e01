"""The yardstick itself: whole, and its two halves apart."""

from collections import Counter

from . import judged, page, stream


def test_every_query_is_graded_and_has_something_to_find():
    assert {q.id for q in judged.queries()} == judged.grades().keys()
    assert [q.id for q in judged.queries() if max(judged.grades()[q.id].values()) < 2] == []


def test_what_is_graded_is_in_the_stream_and_grades_are_0_to_3():
    known = {a.id for a in stream.articles()}
    assert {a for grades in judged.grades().values() for a in grades} <= known
    assert {g for grades in judged.grades().values() for g in grades.values()} == {0, 1, 2, 3}


def test_there_are_queries_of_every_kind_in_both_halves():
    for held_out in (False, True):
        kinds = Counter(q.kind for q in judged.queries() if q.held_out is held_out)
        assert kinds.keys() == page.SAYS.keys()
        assert min(kinds.values()) >= 2


def test_nothing_that_is_held_out_is_asked_openly_in_other_words():
    needs = {held_out: {q.need for q in judged.queries() if q.held_out is held_out} for held_out in (False, True)}
    assert needs[True].isdisjoint(needs[False])


def test_the_stream_leaves_out_what_is_held_back_from_the_tagger():
    held_back = {line["id"] for name in stream.HELD_BACK for line in stream.lines(stream.LABELLED / f"{name}.jsonl")}
    assert held_back.isdisjoint(a.id for a in stream.articles())

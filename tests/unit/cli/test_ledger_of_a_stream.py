"""The ledger against a stream that is played through in memory: whatever is killed when, the sum holds; what is lost shows."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from newsloom_cli.ledger import balance
from support.played import Stream

FATES = st.lists(st.sampled_from(["", "unreadable", "refused"]), max_size=3)
ARTICLE = (st.sampled_from("abcd"), st.integers(1, 3), FATES)
SERVICES = ("tag", "write", "commit_tagger", "commit_indexer", "kill_tagger", "kill_indexer")
PERSON = ("send", "mark", "kill_replay", "cut", "delete")
STEPS = st.one_of(
    st.tuples(st.just("publish"), *ARTICLE),
    st.tuples(st.just("refuse"), *ARTICLE),
    *(st.tuples(st.just(s)) for s in (*SERVICES, *SERVICES, *PERSON)),
    st.tuples(st.just("begin"), st.integers(0, 2)),
    st.tuples(st.just("purge"), st.integers(0, 5)),
)


def play(stream, steps):
    for name, *arguments in steps:
        getattr(stream, name)(*arguments)


@settings(max_examples=500, deadline=None)
@given(st.lists(STEPS, max_size=80))
def test_the_sum_holds_at_every_moment_whatever_is_killed_when(steps):
    stream = Stream()
    for step in steps:
        play(stream, [step])
        sums = balance(stream.read())
        assert sums.holds, sums
        assert sums.in_flight >= len(stream.lives - stream.ended), "nothing in flight means that everything is settled"
    finish(stream)


@settings(max_examples=500, deadline=None)
@given(st.lists(STEPS, max_size=80), st.lists(st.lists(STEPS, max_size=4), max_size=7))
def test_readings_of_a_stream_that_runs_accuse_nobody(before, meanwhile):
    stream = Stream()
    play(stream, before)
    turns = iter(meanwhile)
    sums = balance(stream.read(lambda: play(stream, next(turns, []))))
    assert sums.holds, sums
    finish(stream)


def finish(stream):
    """Let everything come to its end, and count what is there."""
    stream.drain()
    stream.begin(0)  # a replay that was killed is taken up, and then whatever is open is left as it is
    stream.kill_replay()
    sums = balance(stream.read())
    assert (sums.holds, sums.in_flight, sums.seen) == (True, 0, stream.published)
    assert sums.indexed >= len(stream.index)
    assert min(sums) >= 0


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(*ARTICLE), max_size=12))
def test_all_that_is_sent_back_until_it_lives_is_dead_no_more(articles):
    stream = Stream()
    for article in articles:
        stream.publish(*article)
    for _ in range(4):
        stream.drain()
        stream.begin(0)
        for _ in stream.replay:
            stream.send()
        stream.mark()
        stream.cut()
        stream.delete()
    sums = balance(stream.read())
    assert (sums.holds, sums.seen, sums.dead, sums.in_flight, sums.redelivered) == (True, len(articles), 0, 0, 0)
    assert {a for a, _, _ in articles} == set(stream.index)
    assert stream.deleted == len(stream.dead) - 1 or not stream.dead, "only the last cut is left of news.dead"


@pytest.mark.parametrize("published", [1, 5])
@pytest.mark.parametrize("killed", ["kill_indexer", "tag"])
def test_a_record_that_the_tagger_loses_shows(published, killed):
    stream = Stream()
    for article in "abcde"[:published]:
        play(stream, [("publish", article, 1, []), ("tag",), ("write",), (killed,)])
    stream.publish("lost", 1, [])
    stream.tagger_at += 1
    stream.drain()
    sums = balance(stream.read())
    assert (sums.lost, sums.holds, sums.in_flight) == (1, False, 0)


def test_a_record_that_is_marked_as_sent_back_and_was_not_shows():
    stream = Stream()
    play(stream, [("publish", "a", 1, ["refused"]), ("tag",), ("write",), ("begin", 0)])
    stream.replay = dict.fromkeys(stream.replay, True)
    stream.mark()
    stream.drain()
    sums = balance(stream.read())
    assert (sums.holds, sums.lost) == (False, 1)

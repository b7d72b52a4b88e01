"""A stall is told from an idle hour, from a slow peer, and from a partition that came just now."""

from newsloom_tagger.progress import Progress
from newsloom_tagger.stall import Stall

IDLE, BEHIND, MORE = Progress(5, behind=False), Progress(5, behind=True), Progress(6, behind=True)


def told(*looks: tuple[float, dict[int, Progress]], own: set[int]) -> str:
    stall = Stall(own_after=10, others_after=30)
    return [stall.seen(now, group, own) for now, group in looks][-1]


def test_records_that_wait_while_nothing_is_done_are_a_stall() -> None:
    assert told((0, {0: BEHIND}), (10, {0: BEHIND}), own={0}) == ""
    assert "partition 0 (ours)" in told((0, {0: BEHIND}), (11, {0: BEHIND}), own={0})


def test_an_idle_stream_and_a_slow_one_are_none() -> None:
    assert told((0, {0: IDLE}), (100, {0: IDLE}), own={0}) == ""
    assert told((0, {0: IDLE}), (100, {0: IDLE}), (109, {0: BEHIND}), own={0}) == "", "they have only just come"
    assert told((0, {0: BEHIND}), (9, {0: MORE}), (18, {0: MORE}), own={0}) == ""


def test_a_partition_that_stalls_is_seen_beside_one_that_moves() -> None:
    assert "partition 1" in told((0, {0: BEHIND, 1: BEHIND}), (11, {0: MORE, 1: BEHIND}), own={0, 1})


def test_a_partition_that_has_just_come_from_a_stuck_peer_is_given_its_time() -> None:
    stall = Stall(own_after=10, others_after=30)
    assert stall.seen(0, {0: BEHIND}, set()) == ""
    assert stall.seen(25, {0: BEHIND}, {0}) == ""
    assert stall.seen(34, {0: BEHIND}, {0}) == ""
    assert "ours" in stall.seen(36, {0: BEHIND}, {0})


def test_a_peer_that_is_stuck_is_its_own_to_end_until_nobody_does() -> None:
    assert told((0, {0: BEHIND}), (29, {0: BEHIND}), own=set()) == ""
    assert "nobody's" in told((0, {0: BEHIND}), (31, {0: BEHIND}), own={1})

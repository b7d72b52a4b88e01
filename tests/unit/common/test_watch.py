"""A loop that stands still is told from one that was stopped with its process and turns again."""

from newsloom_common.watch import stuck


def looks(*answers: str) -> tuple[str, int]:
    left = list(answers)
    slept: list[float] = []
    return stuck(lambda: left.pop(0), slept.append), len(slept)


def test_a_loop_that_stands_still_is_stuck_at_the_second_look() -> None:
    assert looks("", "still for 61 s", "still for 66 s") == ("still for 66 s", 2)


def test_a_process_that_was_frozen_and_goes_on_is_left_alone() -> None:
    assert looks("", "still for 300 s", "", "", "still for 61 s", "still for 66 s")[0] == "still for 66 s"

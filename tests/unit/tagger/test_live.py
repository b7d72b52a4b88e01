"""Older articles wait while live news is in hand, or about to be, and no longer."""

import asyncio

from newsloom_tagger.live import MORE, Live


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_older_articles_wait_while_a_batch_is_in_hand() -> None:
    async def scene() -> list[bool]:
        live = Live(Clock())
        seen = [live.waits()]
        async with live.batch(full=False):
            seen.append(live.waits())
        return [*seen, live.waits()]

    assert asyncio.run(scene()) == [False, True, False]


def test_after_a_full_batch_the_next_one_is_waited_for_a_moment() -> None:
    async def scene() -> list[bool]:
        clock = Clock()
        live = Live(clock)
        async with live.batch(full=True):
            clock.now += 5
        seen = [live.waits()]
        clock.now += MORE
        seen.append(live.waits())
        async with live.batch(full=True):
            pass
        async with live.batch(full=False):
            pass
        return [*seen, live.waits()]

    assert asyncio.run(scene()) == [True, False, False]

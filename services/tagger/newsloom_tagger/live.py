"""Is live news in hand? Older articles are worked on only while none is."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

MORE: Final = 1.0  # seconds after a full batch in which the next one is expected


class Live:
    """``busy`` is held while a batch of live news is in hand."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.busy = asyncio.Lock()
        self._clock = clock
        self._more_until = 0.0

    @asynccontextmanager
    async def batch(self, *, full: bool) -> AsyncIterator[None]:
        """Hold ``busy`` for one batch. After a ``full`` one more of them wait, most likely, and come at once."""
        async with self.busy:
            yield
        self._more_until = self._clock() + MORE if full else 0.0

    def waits(self) -> bool:
        """Whether live news is in hand, or about to be."""
        return self.busy.locked() or self._clock() < self._more_until

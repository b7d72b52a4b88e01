"""When articles are taken out of the index, and by whom: one member of the group, mostly while nothing comes."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from elasticsearch import ApiError, TransportError

from newsloom_indexer.expiring import Expired, StuckError
from newsloom_indexer.metrics import EXPIRED

IDLE: Final = 0.0  # seconds to the next page while nothing else is to be done,
BUSY: Final = 10.0  # and while articles come: they go first
DONE: Final = 3_600.0  # until the next look, when all that is old is gone
AGAIN: Final = 600.0  # and where Elasticsearch did not do it
PROBLEMS: Final = (ApiError, TransportError, StuckError)


def pause(*, more: bool, idle: bool) -> float:
    """Return the seconds until the next page."""
    if not more:
        return DONE
    return IDLE if idle else BUSY


class Retention:
    """Keeps the index free of articles that are older than ``age``; None keeps them all."""

    def __init__(self, age: timedelta | None, page: Callable[[datetime], Expired], log: Any) -> None:
        self._age, self._page, self._log = age, page, log
        self._next = 0.0

    def oldest(self, now: datetime) -> datetime | None:
        """Return the moment before which nothing is kept."""
        return now - self._age if self._age else None

    def turn(self, now: datetime, *, idle: bool) -> None:
        """Take out a page of what is too old, where it is time. What goes wrong is said, and tried again later."""
        before = self.oldest(now)
        if before is None or time.monotonic() < self._next:
            return
        started = time.monotonic()
        try:
            done = self._page(before)
        except PROBLEMS as error:
            self._log.warning("retention: nothing was taken out", reason=str(error), again_in_s=AGAIN)
            self._next = time.monotonic() + AGAIN
            return
        self._next = time.monotonic() + pause(more=done.more, idle=idle)
        if done.documents:
            EXPIRED.inc(done.documents)
            seconds = round(time.monotonic() - started, 3)
            self._log.info("expired", documents=done.documents, until=before.isoformat(), more=done.more, seconds=seconds)

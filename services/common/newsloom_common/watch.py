"""Ends a process whose loop stands still: a supervisor starts it again, and what it had in hand comes again."""

import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, Final

from newsloom_common.health import Health

EXIT_CODE: Final = 70  # EX_SOFTWARE
LOOK_S: Final = 5.0


def end_when_stuck(state: Health, log: Any) -> None:
    """Watch from a thread, since the loop itself cannot, for as long as the process lives."""
    threading.Thread(target=_watch, args=(state, log), name="watch", daemon=True).start()


def _watch(state: Health, log: Any) -> None:
    log.error("stuck", reason=stuck(state.live, time.sleep))
    sys.stderr.flush()
    os._exit(EXIT_CODE)


def stuck(live: Callable[[], str], sleep: Callable[[float], None]) -> str:
    """Return why the loop is not alive, once it is not at two looks in a row.

    The first one may be that of a process that was stopped and goes on: to its clock, its loop has not turned for long.
    """
    while True:
        problem = live()
        sleep(LOOK_S)
        if problem and (still := live()):
            return still

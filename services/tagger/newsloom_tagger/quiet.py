"""Library log lines → one of a kind a minute: while a broker is away aiokafka says so hundreds of times a second."""

import logging
from collections.abc import Callable
from time import monotonic
from typing import Final

MINUTE: Final = 60.0
OURS: Final = "newsloom"


class Quiet(logging.Filter):
    """Lets our own lines through, and a library's line once a minute for each of its sentences, whatever it fills in."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._said: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Say whether the line is worth printing."""
        if record.name.startswith(OURS):
            return True
        kind, now = (record.name, str(record.msg)[:40]), self._clock()
        if now - self._said.get(kind, -MINUTE) < MINUTE:
            return False
        self._said[kind] = now
        return True


def hush() -> None:
    """Make every handler of this process quiet."""
    for handler in logging.getLogger().handlers:
        handler.addFilter(Quiet())
    logging.getLogger("kafka.admin").setLevel(logging.ERROR)  # it cannot read what Faust's members tell each other: it need not

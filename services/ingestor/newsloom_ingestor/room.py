"""A disk that is full: wait, not ready and alive, until there is room, and begin anew.

To begin anew is to be killed and started again, which loses nothing (docs/decisions/0004-outbox.md); going on in the middle
would be one more way that has to be proven.
"""

import os
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

PAUSE_S: Final = 5.0
ROOM: Final = 4 * 1024 * 1024  # bytes: what a lively minute writes


def waited(folder: Path, stop: threading.Event, beat: Callable[[], None], pause_s: float = PAUSE_S) -> bool:
    """Wait until there is room in a folder, calling ``beat`` now and then; return False where we are to stop instead."""
    beat()
    while not stop.wait(pause_s):
        beat()
        if fits(folder):
            return True
    return False


def fits(folder: Path) -> bool:
    """Say whether ROOM bytes can be written there."""
    try:
        with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
            written = file.write(bytes(ROOM))
            os.fsync(file.fileno())
    except OSError:
        return False
    return written == ROOM


def begin_anew() -> None:
    """Replace this process by one that is started as it was."""
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - ourselves

"""The feeds that are configured now: their files are looked at again and again, since people change them while it runs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from newsloom_ingestor import sources
from newsloom_ingestor.opml import Source
from newsloom_ingestor.settings import IngestorSettings

LOOK_S: Final = 3.0
Stamp = tuple[int, int, int] | None  # a file's time, size and place on the disk; None where there is no file


class Configured:
    """``feeds`` has each configured feed by its address, in the order to poll them. Raises SettingsError where there are none
    to be read.
    """

    def __init__(self, settings: IngestorSettings) -> None:
        self._settings = settings
        self._seen = self._stamps()  # before the files are read: a change between the two is seen later
        self._look_at = 0.0
        self.feeds = self._read()

    def changed(self, now: float) -> bool:
        """Say whether ``feeds`` is another one than before; looks every LOOK_S seconds.

        Raises SettingsError, once a change, where a file cannot be used; the feeds stay as they were.
        """
        if now < self._look_at:
            return False
        self._look_at = now + LOOK_S
        seen, self._seen = self._seen, self._stamps()
        if seen == self._seen:
            return False
        before, self.feeds = self.feeds, self._read()
        return before != self.feeds

    def _read(self) -> Mapping[str, Source]:
        return {source.url: source for source in sources.feeds(self._settings)}

    def _stamps(self) -> list[Stamp]:
        return [_stamp(path) for path in sources.files(self._settings)]


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino

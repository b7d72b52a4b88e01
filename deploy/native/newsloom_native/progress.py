"""How far a download is: one live line on a terminal, elsewhere a line now and then."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TextIO

MEGABYTE: Final = 1_000_000
EVERY: Final = 15.0  # seconds between two lines where there is no terminal


@dataclass(slots=True)
class Progress:
    """Call ``show`` as often as you like, with the bytes there are now; ``before`` of them were there at the start."""

    label: str
    expected: int
    before: int = 0
    out: TextIO = field(default_factory=lambda: sys.stdout)
    clock: Callable[[], float] = time.monotonic
    _said: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        self._said = self.clock()

    def show(self, size: int) -> None:
        """Show the bytes so far."""
        if self.out.isatty():
            self.out.write(f"\r\x1b[K{self.line(size)}")
        elif self.clock() - self._said >= EVERY:
            self.out.write(self.line(size) + "\n")
            self._said = self.clock()
        self.out.flush()

    def done(self) -> None:
        """Leave the live line."""
        if self.out.isatty():
            self.out.write("\r\x1b[K")

    def line(self, size: int) -> str:
        """Return the text: megabytes, because everybody reads them."""
        return f"  {self.label}: {max(size - self.before, 0) // MEGABYTE:,} of about {self.expected // MEGABYTE:,} MB"

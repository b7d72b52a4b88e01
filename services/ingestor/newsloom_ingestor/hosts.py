"""When a host may be asked again for pages. Touches no network; the time is an argument, in seconds since 1970."""

import threading
from typing import Final

GAP_S: Final = 1.0  # between two requests to one host, where it asks for no more
LONGEST_S: Final = 3600.0  # that one answer can keep a host waiting; robots.txt of some ask for days
FORGET_FROM: Final = 10_000  # hosts


class Hosts:
    """The pace of every host. Safe for threads."""

    def __init__(self, gap_s: float = GAP_S) -> None:
        self._gap_s = gap_s
        self._next: dict[str, float] = {}
        self._lock = threading.Lock()

    def free(self, host: str, now: float) -> bool:
        """Whether a host may be asked."""
        return self.when(host) <= now

    def when(self, host: str) -> float:
        """From when on a host may be asked."""
        with self._lock:
            return self._next.get(host, 0.0)

    def waiting(self, now: float) -> frozenset[str]:
        """Return the hosts that may not be asked now."""
        with self._lock:
            return frozenset(host for host, then in self._next.items() if then > now)

    def note(self, host: str, now: float, delay_s: float = 0.0) -> None:
        """A request to the host is over; it asked for ``delay_s`` until the next one (Crawl-delay, Retry-After)."""
        then = now + max(self._gap_s, min(delay_s, LONGEST_S))
        with self._lock:
            self._next[host] = max(then, self._next.get(host, 0.0))
            if len(self._next) > FORGET_FROM:
                self._next = {h: t for h, t in self._next.items() if t > now}

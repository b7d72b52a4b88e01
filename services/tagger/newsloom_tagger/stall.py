"""Has a consumer stalled? It can, without an error: the loop turns, records wait, none comes (faust issues 175, 523, 596)."""

from collections.abc import Collection, Mapping
from typing import Final

from newsloom_tagger.progress import Progress

STALLED_AFTER: Final = 120.0  # seconds in which a partition of ours moves by nothing although records wait; a batch takes ten
# A partition of another member's is that member's to watch. If it does not move for so long, nobody may have it.
ORPHANED_AFTER: Final = 300.0


class Stall:
    """Watches each partition's commits rise. ``seen(now, group, own)`` is told, now and then, how far the group is."""

    def __init__(self, own_after: float = STALLED_AFTER, others_after: float = ORPHANED_AFTER) -> None:
        self._own_after, self._others_after = own_after, others_after
        self._moved: dict[int, tuple[int, float]] = {}  # partition → records done, and since when so many
        self._own: frozenset[int] = frozenset()

    def seen(self, now: float, group: Mapping[int, Progress], own: Collection[int]) -> str:
        """Return "" while all is well, else why not. ``own`` are the partitions that this process is to read."""
        for partition, (done, behind, _) in group.items():
            came = partition in own and partition not in self._own
            if came or not behind or self._moved.get(partition, (None, now))[0] != done:
                self._moved[partition] = (done, now)
        self._own = frozenset(own)
        for partition, (_, since) in self._moved.items():
            if now - since > (self._own_after if partition in own else self._others_after):
                whose = "ours" if partition in own else "another's, or nobody's"
                return f"records wait on partition {partition} ({whose}), and none has been done for {now - since:.0f} s"
        return ""

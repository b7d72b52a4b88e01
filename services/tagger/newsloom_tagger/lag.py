"""How many records of news.raw wait for us: what the line of a batch says."""

from collections.abc import Collection, Iterable, Mapping

from newsloom_schemas.dead import Origin

from newsloom_tagger.progress import Progress


class Lag:
    """Ends and commits as the broker told them last, two seconds ago at most, and how far we have come since."""

    def __init__(self) -> None:
        self._group: dict[int, Progress] = {}
        self._next: dict[int, int] = {}

    def told(self, group: Mapping[int, Progress], own: Collection[int]) -> None:
        """Take what the broker says of the partitions that are ours."""
        self._group = {p: group[p] for p in own if p in group}

    def after(self, done: Iterable[Origin]) -> int:
        """Return what is left when these records are done, which come in order within each partition."""
        self._next |= {one.partition: one.offset + 1 for one in done}
        return sum(max(0, it.done + it.left - max(it.done, self._next.get(p, 0))) for p, it in self._group.items())

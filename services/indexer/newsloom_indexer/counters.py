"""Outcomes counted per partition, kept in the metadata of the group's commits.

Offset and counts are committed as one, so after any kill the counts are those of exactly the records before the offset.
"""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from newsloom_indexer.bulk import Outcome


class Counters(NamedTuple):
    """How many records of a partition ended how, since the group began."""

    indexed: int = 0
    duplicate: int = 0
    stale: int = 0
    rejected: int = 0
    expired: int = 0
    retagged: int = 0

    def plus(self, outcomes: Iterable[Outcome]) -> "Counters":
        """Return the counters with further outcomes counted."""
        more = list(outcomes)
        return Counters(*(now + more.count(Outcome(name)) for name, now in self._asdict().items()))


def encode(counters: Counters) -> str:
    """Return the commit metadata."""
    return msgspec.json.encode(counters._asdict()).decode()


def decode(metadata: str | None) -> Counters:
    """Return the counters of a commit; zeros where the metadata is somebody else's or none."""
    try:
        known = msgspec.json.decode(metadata or "", type=dict[str, object])
    except msgspec.DecodeError:
        return Counters()
    return Counters(*(v if isinstance(v := known.get(f), int) and v >= 0 else 0 for f in Counters._fields))

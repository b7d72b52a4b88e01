"""Who of the group works: one member has all partitions, the others stand by.

A search tells of a story once, whichever of its articles comes first. Two members that have half of the articles each
would have to agree on that for every alert; one member knows it, and it is fast enough (docs/performance.md).
"""

from collections.abc import Sequence
from typing import Any

from kafka.coordinator.assignors.range import RangePartitionAssignor


class Solo(RangePartitionAssignor):  # type: ignore[misc]
    """Assigns everything to the first member, those with a name of their own before others, as they keep it."""

    name = "solo"

    @classmethod
    def assign(cls, cluster: Any, members: Sequence[Any]) -> dict[str, Any]:
        """Return what each member gets: all, or nothing."""
        first = min(members, key=lambda m: (m.group_instance_id is None, m.group_instance_id or m.member_id))
        everything = super().assign(cluster, [first])[first.member_id]
        nothing = type(everything)(cls.version, [], b"")
        return {m.member_id: everything if m is first else nothing for m in members}

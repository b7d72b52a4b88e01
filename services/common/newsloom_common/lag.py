"""How far a member is behind, as a metric."""

from collections.abc import Mapping

from prometheus_client import Gauge


def show(gauge: Gauge, lag: Mapping[int, int]) -> None:
    """Show the lag of the partitions that we have, and of no others: those that went are another member's to tell of."""
    gauge.clear()
    for partition, behind in lag.items():
        gauge.labels(str(partition)).set(behind)

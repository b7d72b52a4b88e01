"""What comes one by one → lists that are worth handling at once."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def batches(found: Iterable[T], size: Callable[[T], int], most: int, most_bytes: int) -> Iterator[list[T]]:
    """Split in order into lists of at most ``most``, which have ``most_bytes`` at most; what is larger than that goes alone."""
    batch: list[T] = []
    held = 0
    for one in found:
        more = size(one)
        if batch and (len(batch) == most or held + more > most_bytes):
            yield batch
            batch, held = [], 0
        batch.append(one)
        held += more
    if batch:
        yield batch

"""What of news.dead can be deleted, and what has to be remembered of it. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from newsloom_schemas.marks import Case, Mark

from newsloom_cli.graves import Deeds, Letter, cases

MOST: Final = 60_000  # dead records that one mark can remember: it has to fit into a record of news.dead


def cut(letters: Iterable[Letter], done: Deeds, ends: Mapping[int, int], now: datetime) -> Mark | None:
    """Return the mark that cuts news.dead off below its first open letter; None where that gains nothing.

    ``letters`` are all that were read, judged; ``ends`` is where each partition of news.dead ended then. Kafka deletes
    only what is oldest, so what lies behind an open letter stays.
    """
    known = tuple(letters)
    lowest = dict(ends)
    for x in known:
        if x.position and x.state == "dead":
            partition, offset = place(x.position)
            lowest[partition] = min(lowest.get(partition, offset), offset)
    settled = [x for x in cases(known) if x.position and _below(x.position, lowest)]
    if all(lowest[p] <= done.cut.get(p, 0) for p in lowest) or len(settled) > MOST:
        return None
    return Mark(deed="cut", at=now, cut=lowest, cases=tuple(_case(x) for x in settled))


def place(position: str) -> tuple[int, int]:
    """Return partition and offset of a letter."""
    partition, _, offset = position.partition(":")
    return int(partition), int(offset)


def _below(position: str, lowest: Mapping[int, int]) -> bool:
    partition, offset = place(position)
    return offset < lowest.get(partition, 0)


def _case(x: Letter) -> Case:
    return Case(x.service, *x.origin, x.state, x.position, x.trace, x.replay_of, x.again)

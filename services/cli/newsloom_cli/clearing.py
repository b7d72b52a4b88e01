"""Dead letters that nobody wants → marked as purged; what is settled at the beginning of news.dead → deleted."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

from newsloom_schemas.topics import DEAD

from newsloom_cli.broker import Broker
from newsloom_cli.graveyard import graveyard
from newsloom_cli.letters import Entry
from newsloom_cli.purging import cut, place
from newsloom_cli.replaying import Writer

CHUNK: Final = 5_000  # letters that one mark names


class Trimmed(NamedTuple):
    """Records of news.dead that were deleted, marks included; and letters that are settled and stay behind open ones."""

    deleted: int
    kept: int


def purge(writer: Writer, unwanted: Sequence[Entry]) -> None:
    """Mark the letters: from here on they are neither listed nor sent back, and the ledger counts them as purged."""
    positions = [e.position for e in unwanted]
    for first in range(0, len(positions), CHUNK):
        writer.mark("purged", positions[first : first + CHUNK])


def trim(broker: Broker, writer: Writer) -> Trimmed:
    """Delete what is settled, up to the first open letter. What the ledger has to know of it is written down before."""
    partitions = broker.partitions(DEAD)
    before = broker.begins(partitions)
    yard = graveyard(broker)
    mark = cut(yard.letters, yard.deeds, yard.ends, datetime.now(UTC))
    if mark:
        writer.put(mark)
    done = mark.cut if mark else yard.deeds.cut
    wanted = {tp: done[tp.partition] for tp in partitions if done.get(tp.partition, 0) > before[tp.partition]}
    broker.delete_before(wanted)
    lowest = {n: max(before[n], done.get(n, 0)) for n in before}
    settled = [place(x.position) for x in yard.letters if x.stage and x.state != "dead"]
    behind = sum(offset >= lowest[partition] for partition, offset in settled)
    return Trimmed(sum(lowest.values()) - sum(before.values()), behind)

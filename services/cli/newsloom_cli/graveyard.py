"""news.dead and what was sent back from it, as they are now → letters and marks, judged. The shell of graves.py."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from newsloom_schemas.codec import header
from newsloom_schemas.dead import REPLAY_OF, Origin
from newsloom_schemas.marks import Mark, read_mark
from newsloom_schemas.topics import DEAD

from newsloom_cli.graves import Deeds, Fence, Letter, deeds, judged, letter

if TYPE_CHECKING:
    from newsloom_cli.broker import Broker


class Graveyard(NamedTuple):
    """What lies on news.dead. ``found`` are letters whose replay was begun and not ended, and whose record is on its topic."""

    letters: tuple[Letter, ...]
    deeds: Deeds
    found: frozenset[str]
    ends: Mapping[int, int]


def origin(record: Any) -> Origin:
    """Return a consumed record as the contract's functions want it."""
    return Origin(record.topic, record.partition, record.offset, record.key, record.value, tuple(record.headers))


def graveyard(broker: "Broker", see: Callable[[Origin], None] = lambda _: None) -> Graveyard:
    """Read all of news.dead; ``see`` is shown each letter's record."""
    letters: list[Letter] = []
    marks: list[Mark] = []
    ends = broker.ends(broker.partitions(DEAD))
    for record in map(origin, broker.scan(broker.partitions(DEAD))):
        if mark := read_mark(record):
            marks.append(mark)
        else:
            letters.append(letter(record))
            see(record)
    done = deeds(marks)
    found = sent_back(broker, done.open)
    return Graveyard(judged(letters, done, found), done, found, ends)


def sent_back(broker: "Broker", opened: Mapping[str, Fence]) -> frozenset[str]:
    """Return which of the letters, whose replay was begun, have their record on a topic."""
    starts: dict[str, dict[int, int]] = defaultdict(dict)
    for fence in opened.values():
        for topic, offsets in fence.items():
            for partition, offset in offsets.items():
                starts[topic][partition] = min(offset, starts[topic].get(partition, offset))
    found = {header(r.headers, REPLAY_OF) for topic, start in starts.items() for r in _from(broker, topic, start)}
    return frozenset(opened.keys() & found)


def _from(broker: "Broker", topic: str, start: Mapping[int, int]) -> Any:
    partitions = [tp for tp in broker.partitions(topic) if tp.partition in start]
    return broker.scan(partitions, start=start)

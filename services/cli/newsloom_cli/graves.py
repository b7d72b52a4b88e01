"""Letters and marks of news.dead → what became of every record that died. Pure.

A record is dead once, however many letters tell of it: a kill makes a service bury it again. Sent back, it is a new
record: should that one die too, its letter names the one before.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from newsloom_schemas.codec import TRACEPARENT, header, tagged_anew
from newsloom_schemas.dead import REPLAY_OF, Origin, exhume
from newsloom_schemas.marks import Case, Mark, State
from newsloom_schemas.topics import TAGGED

OURS: Final = ("ingestor", "tagger", "indexer")  # services whose letters the ledger counts
RANK: Final[dict[State, int]] = {"dead": 0, "purged": 1, "replayed": 2}
Fence = Mapping[str, Mapping[int, int]]  # topic → partition → offset


class Letter(NamedTuple):
    """A record of news.dead: which service buried which record at which stage, and the news (``trace``) that it is of.

    ``position`` is where it lies, ``replay_of`` the letter that the dead record itself was sent back from. ``again``: it is of
    an article that was tagged anew, and no news of its own.
    """

    service: str
    stage: str
    origin: tuple[str, int, int]
    trace: str | None
    position: str = ""
    replay_of: str | None = None
    state: State = "dead"
    again: bool = False

    @property
    def case(self) -> tuple[str, ...]:
        """What names the dead record. A place below 0 is none: the record never had one, and its trace must do."""
        topic, partition, offset = self.origin
        return (self.service, topic, str(partition), str(offset), "" if offset >= 0 else self.trace or self.position)


class Deeds(NamedTuple):
    """What the marks say: the letters that are settled, those that may have been sent back, and what was cut off."""

    settled: Mapping[str, State] = {}
    open: Mapping[str, Fence] = {}  # letters whose replay was begun and not ended, with its fence
    cut: Mapping[int, int] = {}
    cases: tuple[Case, ...] = ()


def letter(record: Origin) -> Letter:
    """Return what there is to know of a dead letter."""
    said = exhume(record._replace(value=None))
    return Letter(
        said.service,
        said.stage,
        (said.topic, said.partition, said.offset),
        _news(record),
        f"{record.partition}:{record.offset}",
        header(record.headers, REPLAY_OF),
        again=said.topic == TAGGED and tagged_anew(record.headers),
    )


def _news(record: Origin) -> str | None:
    """Return what news keeps whenever it is published again: its trace, which a whole poll may share, and its key."""
    traced = TRACEPARENT.match(header(record.headers, "traceparent") or "")
    return f"{traced.group(1)} {(record.key or b'').decode('utf-8', 'backslashreplace')}" if traced else None


def deeds(said: Iterable[Mark]) -> Deeds:
    """Return what the marks say together, in the order in which they were made. Of two cuts the higher one is right."""
    settled: dict[str, State] = {}
    opened: dict[str, Fence] = {}
    marks = tuple(said)
    best = max((m for m in marks if m.deed == "cut"), key=lambda m: sum(m.cut.values()), default=None)
    for m in marks:
        for position in m.letters:
            if m.deed == "replaying":
                opened.setdefault(position, m.fence)
            else:
                opened.pop(position, None)
            if m.deed in RANK and settled.get(position) != "replayed":
                settled[position] = m.deed
    return Deeds(settled, opened, best.cut, best.cases) if best else Deeds(settled, opened)


def judged(letters: Iterable[Letter], done: Deeds, found: Collection[str] = ()) -> tuple[Letter, ...]:
    """Return the letters, those that were cut off included, each with what became of its record.

    ``found`` are open letters whose record has been seen on its topic. What holds of one letter holds of all of its record.
    """
    kept = [x for x in letters if not _below(x.position, done.cut)]
    known = [*(_remembered(c) for c in done.cases), *(x._replace(state=_state(x, done, found)) for x in kept)]
    states: dict[tuple[str, ...], State] = {}
    for x in known:
        states[x.case] = max(x.state, states.get(x.case, "dead"), key=RANK.__getitem__)
    return tuple(x._replace(state=states[x.case]) for x in known)


def _state(x: Letter, done: Deeds, found: Collection[str]) -> State:
    return "replayed" if x.position in found else done.settled.get(x.position, "dead")


def _below(position: str, cut: Mapping[int, int]) -> bool:
    partition, _, offset = position.partition(":")
    return bool(position) and int(offset) < cut.get(int(partition), 0)


def _remembered(case: Case) -> Letter:
    origin = (case.topic, case.partition, case.offset)
    return Letter(case.service, "", origin, case.trace, case.letter, case.replay_of, case.state, case.again)


def cases(letters: Iterable[Letter]) -> list[Letter]:
    """Return one letter for each dead record of our services, the first."""
    return list({x.case: x for x in reversed(tuple(letters)) if x.service in OURS}.values())[::-1]


class Toll(NamedTuple):
    """Dead records, each counted once: all ever buried, by service; sent back, by the topic they went to; open; purged.

    ``again`` and ``purged_again`` are how many of the open and the purged ones are no news of their own: the tagger was killed,
    published the same news twice, and the indexer could not use it twice; or it was tagged anew, and could not be used then.
    """

    buried: Counter[str]
    replayed: Counter[str]
    dead: Counter[str]
    purged: int
    again: int
    purged_again: int


def toll(letters: Iterable[Letter]) -> Toll:
    """Count the dead."""
    found = cases(letters)
    again = [_again(same) for same in _by_trace(found)]
    return Toll(
        buried=Counter(x.service for x in found),
        replayed=Counter(x.origin[0] for x in found if x.state == "replayed"),
        dead=Counter(x.service for x in found if x.state == "dead"),
        purged=sum(x.state == "purged" for x in found),
        again=sum(open_ for open_, _ in again),
        purged_again=sum(purged for _, purged in again),
    )


def _by_trace(found: Iterable[Letter]) -> Iterable[Sequence[Letter]]:
    """Group the indexer's dead by the news that they are of."""
    groups: dict[object, list[Letter]] = defaultdict(list)
    for x in found:
        if x.service == "indexer":
            groups[x.trace or x.case].append(x)
    return groups.values()


def _again(same: Sequence[Letter]) -> tuple[int, int]:
    """Return how many of the open and of the purged records of one piece of news are too many.

    All but one are (all, where it was tagged anew), but for those that died of being sent back: one for each that was. Purged
    ones are taken out first.
    """
    surplus = len(same) - len({x.replay_of for x in same if x.replay_of}) - any(not x.again for x in same)
    purged = sum(x.state == "purged" for x in same)
    open_ = sum(x.state == "dead" for x in same)
    too_many = min(max(0, surplus), purged + open_)
    taken = min(purged, too_many)
    return too_many - taken, taken


def by_stage(letters: Iterable[Letter]) -> dict[str, int]:
    """Count the open letters as they lie on the topic: ``{"tagger/decode": 5}``."""
    return dict(sorted(Counter(f"{x.service}/{x.stage}" for x in letters if x.state == "dead").items()))

"""The outbox: records leave it exactly once, whenever the process is killed (docs/decisions/0004-outbox.md).

A record is put in together with its feed's validators, sent, acknowledged, and only then seen. A kill between sending and
noting leaves it in; so after a start, and after any error that leaves open whether a record arrived, the topics are read
from the fence on, and what lies there is noted instead of sent again.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple, Protocol

from kafka.errors import MessageSizeTooLargeError, RecordListTooLargeError
from newsloom_schemas.codec import Message
from newsloom_schemas.dead import Origin, bury
from newsloom_schemas.topics import DEAD, RAW

from newsloom_ingestor.state import Fence, Queued, State

BATCH: Final = 200  # records a round: of ordinary size one batch a partition, of the largest still well below memory
TOO_LARGE: Final = (MessageSizeTooLargeError, RecordListTooLargeError)
NOWHERE: Final = -1  # partition and offset of a record that never got one


class StreamLostError(Exception):
    """news.raw ends before where it once ended: somebody made it anew, or it has lost records."""


def gone(ends: Fence, state: State) -> bool:
    """Say whether the stream that the state tells of is no more: news.raw is shorter than it was."""
    raw = {place: end for place, end in ends.items() if place[0] == RAW}
    shorter = any(raw.get(place, 0) < offset for place, offset in state.fence().items() if place[0] == RAW)
    return shorter or (set(raw.values()) == {0} and state.seen_count() > 0)


class Broker(Protocol):
    """What the outbox needs of Kafka. Each method waits for the broker as long as it takes."""

    def ends(self) -> Fence:
        """Where each partition of news.raw and news.dead ends now."""

    def keys(self, since: Fence) -> Iterable[tuple[str, str]]:
        """(topic, key) of the records from these offsets to the present ends."""

    def send(self, messages: Sequence[Message]) -> list[Exception | None]:
        """Send all; for each None once it is acknowledged, else why it was not."""


class Sent(NamedTuple):
    """What became of records: on news.raw, on news.dead, or found there already."""

    published: int = 0
    dead: int = 0
    found: int = 0

    def __add__(self, other: object) -> "Sent":
        """Both together."""
        return Sent(*(a + b for a, b in zip(self, other, strict=True))) if isinstance(other, Sent) else NotImplemented


class Outbox:
    """Empties the state's outbox onto the topics. ``clock`` gives seconds since 1970."""

    def __init__(self, state: State, broker: Broker, clock: Callable[[], float]) -> None:
        self._state = state
        self._broker = broker
        self._clock = clock
        self.waiting = 0  # records that are not yet acknowledged
        self._sure = False  # that no record of the outbox can lie on a topic already

    def drain(self, batch: int = BATCH) -> Sent:
        """Publish everything that waits, oldest first, ``batch`` records at a time; return once all is settled."""
        total = Sent(found=0 if self._sure else self._settle_found())
        while waiting := self._state.outbox(batch):
            self.waiting = len(self._state.waiting())
            total += self._round(waiting)
        self.waiting, self._sure = 0, True
        return total

    def _round(self, waiting: list[Queued]) -> Sent:
        outcomes = list(zip(waiting, self._broker.send([w.message for w in waiting]), strict=True))
        done = [w for w, error in outcomes if error is None]
        self._state.settle((w.id for w in done), self._clock())
        refused = [(w, error) for w, error in outcomes if isinstance(error, TOO_LARGE)]
        lost = len(outcomes) - len(done) - len(refused)  # nobody knows whether these arrived
        dead = sum(w.message.topic == DEAD for w in done)
        return Sent(len(done) - dead, dead, self._settle_found() if lost else 0) + self._refused(refused, len(waiting))

    def _refused(self, refused: list[tuple[Queued, Exception]], sent: int) -> Sent:
        """Send each alone: what Kafka refuses is a whole batch, the innocent with the guilty. Alone and refused it is dead."""
        if sent == 1:
            self._state.readdress(_dead(w, error, self._clock()) for w, error in refused)
            return Sent()
        return sum((self._round([w]) for w, _ in refused), Sent())

    def _settle_found(self) -> int:
        """Note the waiting records that lie on their topic already."""
        waiting = self._state.waiting()
        there = set(self._broker.keys(self._state.fence())) if waiting else set()
        found = [key for topic, key in waiting if (topic, key) in there]
        self._state.settle(found, self._clock())
        return len(found)


def _dead(record: Queued, error: Exception, now: float) -> Queued:
    """The dead letter of a record that is too large; of a dead letter that is too large itself, its headers alone."""
    m = record.message
    if m.topic == DEAD:
        return record._replace(message=m._replace(value=None))
    origin = Origin(RAW, NOWHERE, NOWHERE, m.key, m.value, m.headers)
    letter = bury(origin, service="ingestor", stage="publish", error=error, now=datetime.fromtimestamp(now, UTC))
    return record._replace(message=letter)

"""What differs → the topics of themes, news.tagged, and a mark of how far we are; never far ahead of the indexer. The shell."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from kafka import TopicPartition
from msgspec.structs import replace
from newsloom_schemas.codec import Message
from newsloom_schemas.topics import TAGGED, theme_topic

from newsloom_cli.backfilling import Waiting
from newsloom_cli.broker import Broker
from newsloom_cli.reading import BACKFILLER, INDEXER
from newsloom_cli.retag import marks
from newsloom_cli.retag.marks import Mark
from newsloom_cli.retag.rereading import Reread
from newsloom_cli.retag.standing import Standing
from newsloom_cli.retag.tally import Tally

PLACE: Final = TopicPartition(TAGGED, 0)
BATCH: Final = 50  # articles that are published together
LOOKED_AT: Final = 500  # articles after which the mark moves, also where none of them differs
ROOM: Final = 100  # records that may wait for the indexer: a live article waits behind so many at most, and a batch
LOOK: Final = 0.1  # seconds between two looks whether there is room
VISIBLE: Final = 2.0  # seconds until what is indexed can be searched; Elasticsearch's own interval is one
Say = Callable[[str], None]


def standing(broker: Broker, numbered: tuple[int, int]) -> Standing:
    """Return how the system stands; ``numbered`` is what the index says of versions."""
    indexers, _ = broker.group(INDEXER, TAGGED)
    return Standing(tuple(broker.said(BACKFILLER)), indexers, frozenset(broker.topics()), *numbered)


def marked(broker: Broker, fresh: Mark) -> Mark:
    """Return the mark of the run that was killed while it did the same; else the fresh one."""
    return marks.resumed(broker.note(marks.GROUP, PLACE), fresh)


class Applying:
    """Publishes in batches; ``mark`` says how far it is."""

    def __init__(self, broker: Broker, mark: Mark, tally: Tally, say: Say) -> None:
        self.mark = mark
        self._broker, self._tally, self._say = broker, tally, say
        self._topics = broker.topics()
        self._waiting: Sequence[Reread] = ()
        self._looked_at = 0
        self._upto: int | None = mark.upto

    def add(self, one: Reread, at: int, *, wanted: bool) -> None:
        """Take an article, of that time, that has been read anew, and is to be published where it is ``wanted``."""
        self._waiting = [*self._waiting, one] if wanted else self._waiting
        self._looked_at += 1
        self._upto = at
        if len(self._waiting) == BATCH or self._looked_at == LOOKED_AT:
            self.flush()

    def flush(self) -> None:
        """Publish what waits, and move the mark."""
        batch, self._waiting = self._waiting, ()
        if batch:
            wait(lambda: behind(self._broker) <= ROOM, Waiting(self._say, "the indexer"))
            self._publish(batch)
        told = {"upto": self._upto, "read": self.mark.read + self._looked_at, "published": self.mark.published + len(batch)}
        self.mark, self._looked_at = replace(self.mark, **told), 0
        self._broker.note(marks.GROUP, PLACE, marks.encode(self.mark))

    def finish(self) -> None:
        """Wait until the index has everything; nothing is left to go on with."""
        self.flush()
        settled(self._broker, self._say)
        self._broker.note(marks.GROUP, PLACE, marks.encode(None))

    def _publish(self, batch: Sequence[Reread]) -> None:
        """Tell the topics of themes first: whoever finds the article on news.tagged finds it there too."""
        told = [m for one in batch for m in self._told(one)]
        refused = {m.key for m, error in zip(told, self._send(told), strict=True) if error}
        left = [one.message for one in batch if one.message and one.message.key not in refused]
        refused |= {m.key for m, error in zip(left, self._send(left), strict=True) if error}
        self._tally.refused += len(refused)
        self._tally.published += len(batch) - len(refused)
        for key in sorted(k or b"" for k in refused):
            self._say(f"{key.decode()}: Kafka does not take it: it is larger than a record may be")

    def _told(self, one: Reread) -> Iterator[Message]:
        for move in one.moves:
            if one.message and move.kind != "changed" and (topic := theme_topic(move.theme)) in self._topics:
                yield one.message._replace(topic=topic)

    def _send(self, messages: Sequence[Message]) -> list[Exception | None]:
        """Send all; what is refused once more by itself, since Kafka refuses a whole batch."""
        waiting = Waiting(self._say, "Kafka")
        errors = self._broker.writer().send(messages, waiting) if messages else []
        waiting.over()
        return [error and self._broker.writer().send([m])[0] for m, error in zip(messages, errors, strict=True)]


def behind(broker: Broker) -> int:
    """Return how many records of news.tagged wait for the indexer."""
    return sum(_left(broker, broker.ends(broker.partitions(TAGGED))))


def settled(broker: Broker, say: Say) -> None:
    """Wait until the indexer has done what lies on news.tagged now, and the index shows it."""
    ends = broker.ends(broker.partitions(TAGGED))
    wait(lambda: not any(_left(broker, ends)), Waiting(say, "the indexer"))
    time.sleep(VISIBLE)


def _left(broker: Broker, ends: Mapping[int, int]) -> Iterable[int]:
    _, commits = broker.group(INDEXER, TAGGED)
    return [max(0, end - (commits[p].offset if p in commits else 0)) for p, end in ends.items()]


def wait(done: Callable[[], bool], waiting: Waiting) -> None:
    """Wait, with a word about it where it lasts."""
    since, said = time.monotonic(), 0
    while not done():
        time.sleep(LOOK)
        if time.monotonic() - since >= said + 1:  # Waiting counts seconds
            said += 1
            waiting()
    waiting.over()

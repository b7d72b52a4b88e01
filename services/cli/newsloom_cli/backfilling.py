"""Items of an archive → those that go to news.backfill, and why the others do not. Decides; what is read and sent is passed in.

An article that is on news.raw or news.backfill already is not sent, unless this is a later revision of it. So a repeated run
sends nothing twice, and one that was killed goes on where it was.
"""

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final, NamedTuple

import msgspec
from newsloom_ingestor.backfill import Found, Item, Refused, Skipped
from newsloom_schemas.codec import Message, message
from newsloom_schemas.topics import BACKFILL
from newsloom_schemas.types import RawArticle

BATCH: Final = 200  # records that are acknowledged together
BATCH_BYTES: Final = 8 * 1024 * 1024
PATIENCE: Final = 5  # seconds without an answer, after which there is a word about it


class Wanted(NamedTuple):
    """Which articles: published from ``since`` to ``until``, or fetched then where nobody knows when they were published.

    And how many at most, in all and a second.
    """

    since: datetime | None = None
    until: datetime | None = None
    limit: int | None = None
    per_second: float | None = None

    def refusal(self, article: RawArticle) -> str:
        """Return why an article is not wanted, empty where it is."""
        moment = article.published_at or article.fetched_at
        if self.since and moment < self.since:
            return "before --since"
        return "after --until" if self.until and moment > self.until else ""


class _Revision(msgspec.Struct):
    revision: int = 1


class Known:
    """The ids that are known with their latest revision; eight bytes of each id, which a million articles are told apart by."""

    def __init__(self) -> None:
        self._ids: set[bytes] = set()
        self._revisions: dict[bytes, int] = {}  # where it is not the first
        self._decoder = msgspec.json.Decoder(_Revision)

    def __len__(self) -> int:
        return len(self._ids)

    def record(self, key: bytes | None, value: bytes | None) -> None:
        """Note a record of a topic; what nobody can read says nothing of a revision."""
        try:
            revision = self._decoder.decode(value or b"").revision
        except ValueError:
            return
        self._note(key or b"", revision)

    def take(self, article: RawArticle) -> bool:
        """Note an article; return whether it says anything new."""
        key = article.id.encode()
        short = _short(key)
        if short in self._ids and article.revision <= self._revisions.get(short, 1):
            return False
        self._note(key, article.revision)
        return True

    def _note(self, key: bytes, revision: int) -> None:
        short = _short(key)
        self._ids.add(short)
        if revision > self._revisions.get(short, 1):
            self._revisions[short] = revision


def _short(key: bytes) -> bytes:
    return hashlib.blake2b(key, digest_size=8).digest()


class Tally:
    """What became of everything that was read; the three outcomes make up what was ``read``."""

    def __init__(self) -> None:
        self.published = self.refused = 0
        self.skipped: Counter[str] = Counter()

    @property
    def read(self) -> int:
        """All items."""
        return self.published + self.refused + self.skipped.total()

    def line(self, *, dry: bool) -> dict[str, object]:
        """Return the summary."""
        told: dict[str, object] = {"read": self.read, "published": self.published}
        told |= {"skipped": self.skipped.total(), "refused": self.refused, "why": dict(self.skipped.most_common())}
        return told | ({"dry_run": True} if dry else {})


Say = Callable[[str], None]
Send = Callable[[Sequence[Message]], Sequence[Exception | None]]


def chosen(items: Iterable[Item], wanted: Wanted, known: Known, tally: Tally, say: Say) -> Iterator[Found]:
    """Yield the articles to send; count the others, and say what was refused."""
    left = wanted.limit
    for item in items:
        if left is not None and left <= 0:
            return
        why = _why_not(item, wanted, known)
        if isinstance(item, Refused):
            tally.refused += 1
            say(f"{item.place}: {item.why}")
        elif isinstance(item, Found) and not why:
            left = None if left is None else left - 1
            yield item
        else:
            tally.skipped[why] += 1


def _why_not(item: Item, wanted: Wanted, known: Known) -> str:
    if isinstance(item, Found):
        return wanted.refusal(item.article) or ("" if known.take(item.article) else "known")
    return item.why if isinstance(item, Skipped) else ""


def publish(found: Iterable[Found], send: Send, tally: Tally, say: Say, now: Callable[[], datetime]) -> None:
    """Send articles in batches, each acknowledged before the next; what the broker refuses is refused, the rest goes on."""
    for batch in _batches(found, tally, say, now):
        for (place, _), error in zip(batch, send([m for _, m in batch]), strict=True):
            tally.published += error is None
            tally.refused += error is not None
            if error:
                say(f"{place}: {BACKFILL} does not take it: {type(error).__name__}")


def _batches(
    found: Iterable[Found], tally: Tally, say: Say, now: Callable[[], datetime]
) -> Iterator[list[tuple[str, Message]]]:
    batch: list[tuple[str, Message]] = []
    size = 0
    for place, article in found:
        try:
            one = message(BACKFILL, article, source="cli", now=now())
        except ValueError as error:
            tally.refused += 1
            say(f"{place}: {error}")
            continue
        batch.append((place, one))
        size += len(one.value or b"")
        if len(batch) >= BATCH or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


class Waiting:
    """Says once an outage that it lasts, after PATIENCE seconds. Called each second of a wait; ``over`` when it ended."""

    def __init__(self, say: Say, what: str) -> None:
        self._say, self._what = say, what
        self._seconds = 0

    def __call__(self) -> None:
        self._seconds += 1
        if self._seconds == PATIENCE:
            self._say(f"waiting for {self._what}, for as long as it takes; Ctrl-C ends it, the same command goes on later")

    def over(self) -> None:
        """What was waited for is there."""
        if self._seconds >= PATIENCE:
            self._say(f"{self._what} is back")
        self._seconds = 0


def paced(
    found: Iterable[Found],
    per_second: float | None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Found]:
    """Yield the articles, not faster than so many a second on the average."""
    start = clock()
    for number, one in enumerate(found):
        if per_second and (ahead := start + number / per_second - clock()) > 0:
            sleep(ahead)
        yield one

"""What the ingestor remembers, in one SQLite file: feeds, articles, pages to be fetched, and what waits to be published.

Every method that writes is one transaction, on disk when it returns (WAL, synchronous=FULL); several between
``begin`` and ``commit`` are one. The tables are told of in
``feedtable``, ``articletable`` and ``pagequeue``; besides these there are

- outbox: records that must be published, in order
- fence: where each partition ended before the first record of the outbox can have been sent
- meta: "complete" once the ids of a stream that was there before this file are known
"""

import fcntl
import sqlite3
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple, Self

import msgspec
from newsloom_schemas.codec import Headers, Message
from newsloom_schemas.types import Feed, RawArticle

from newsloom_ingestor import articletable, clock, feedtable, pagequeue, websubtable
from newsloom_ingestor.articles import Known
from newsloom_ingestor.decide import FeedState
from newsloom_ingestor.pagequeue import Waiting
from newsloom_ingestor.schedule import Due

BATCH_BYTES: Final = 16 * 1024 * 1024  # half of what the producer buffers before it blocks
Fence = dict[tuple[str, int], int]  # (topic, partition) → offset

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS outbox (
    n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE, feed TEXT, topic TEXT, key BLOB, value BLOB, headers BLOB
);
CREATE TABLE IF NOT EXISTS fence (topic TEXT, partition INTEGER, offset INTEGER, PRIMARY KEY (topic, partition)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
"""
TABLES: Final = ("feed", "listed", "seen", "article", "alias", "print", "page", "outbox", "fence", "meta")


class StateInUseError(OSError):
    """Another ingestor works with this state."""


class Queued(NamedTuple):
    """A record of the outbox: the article's id, the feed that brought it first, and what is to be sent.

    Without a ``feed``, None, it is forgotten once it is sent, so that it may come again.
    """

    id: str
    feed: str | None
    message: Message


class Kept(NamedTuple):
    """A revision about to be published, and ``edits.digest`` of what its first feed says of it."""

    article: RawArticle
    digest: bytes


class Changes(NamedTuple):
    """All that one poll or one page changes in the state, in one transaction.

    ``listed``: the articles in the feed's document now, None where there was none. ``queued`` publishes ``kept``.
    ``noted``: known articles of which a feed says something else now that is not worth telling. ``aliases``: (id, of).
    ``waiting``, ``joined`` (by one more feed) and ``dropped`` are about the articles that wait for their page; ``buried`` are
    those that came to nothing, with the reason: ``queued`` has their dead letters.
    """

    feed: FeedState | None = None
    listed: Sequence[str] | None = None
    queued: Sequence[Queued] = ()
    kept: Sequence[Kept] = ()
    noted: Sequence[tuple[Known, bytes]] = ()
    aliases: Sequence[tuple[str, str]] = ()
    waiting: Sequence[Waiting] = ()
    joined: Sequence[tuple[str, Feed]] = ()
    dropped: Sequence[str] = ()
    buried: Sequence[tuple[RawArticle, str]] = ()


class State:
    """The file ``ingestor.sqlite`` in a folder, held by one process at a time. Raises OSError where that cannot be."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = (folder / "lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._lock.close()
            raise StateInUseError(f"{folder}: another ingestor works with this state") from error
        self._db = sqlite3.connect(folder / "ingestor.sqlite", isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.executescript(feedtable.SCHEMA + articletable.SCHEMA + pagequeue.SCHEMA + SCHEMA)
        feedtable.upgrade(self._db)
        self.subscriptions = websubtable.Table(self._db)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let the file go."""
        self._db.close()
        self._lock.close()

    def wind_back(self, now: float) -> None:
        """Wait for no time that a clock which was ahead has left here."""
        with self._transaction() as db:
            clock.wind_back(db, now)

    # feeds

    def configure(self, urls: Iterable[str], now: float) -> list[str]:
        """Know these feeds and no others; a feed that comes back later starts anew, its articles stay seen.

        Return those that were taken out of late.
        """
        with self._transaction() as db:
            return feedtable.configure(db, urls, now)

    def feed(self, url: str) -> FeedState:
        """Return what is remembered of a feed, which for an unknown one is nothing."""
        return feedtable.read(self._db, url)

    def feeds(self) -> Iterator[FeedState]:
        """What is remembered of all feeds. Read them before anything is written."""
        return feedtable.every(self._db)

    def due(self, now: float) -> Generator[Due, None, None]:
        """Return the feeds to be polled by now, the most overdue first. Read them before anything is written."""
        return feedtable.due(self._db, now)

    # articles

    def known(self, ids: Iterable[str]) -> dict[str, Known]:
        """Return what is known under these ids: articles that were published, or wait to be."""
        return articletable.known(self._db, ids)

    def with_text(self, content: str) -> Known | None:
        """Return the article that has this text, whatever its address."""
        found = articletable.with_text(self._db, content)
        return self.known([found]).get(found) if found else None

    def pages_due(self, now: float, limit: int) -> list[Waiting]:
        """Return articles whose page is to be fetched by now."""
        return pagequeue.due(self._db, now, limit)

    def pages_next(self, now: float, limit: int, but: Iterable[str]) -> list[Waiting]:
        """Return articles whose page is to be fetched by now, one a host, none of the hosts of ``but``."""
        return pagequeue.next_of_each(self._db, now, limit, but)

    def page_feeds(self, article_id: str) -> tuple[Feed, ...] | None:
        """Return the further feeds that list an article that waits for its page, None where it waits no more."""
        return pagequeue.feeds(self._db, article_id)

    def pages_waiting(self) -> int:
        """Return how many articles wait for their page."""
        return pagequeue.count(self._db)

    def begin(self) -> None:
        """Make one transaction of all that is written until ``commit``; what is read meanwhile sees it already."""
        self._db.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Have it on disk."""
        self._db.execute("COMMIT")

    def rollback(self) -> None:
        """Let it never have been, if it was begun."""
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")

    def record(self, changes: Changes, fence: Fence, now: float) -> None:
        """Keep what a poll or a page gave, all or nothing.

        ``fence`` counts only where the outbox was empty: an older one stays as long as a record from its time waits.
        """
        with self._transaction() as db:
            if changes.feed:
                feedtable.write(db, changes.feed)
                if changes.listed is not None:
                    feedtable.replace_list(db, changes.feed.url, set(changes.listed), now)
            _enqueue(db, changes.queued, fence)
            for kept in changes.kept:
                articletable.remember(db, *kept, now)
            for known, digest in changes.noted:
                articletable.note(db, known, digest)
            for new, of in changes.aliases:
                articletable.alias(db, new, of)
            for article_id in changes.dropped:
                pagequeue.drop(db, article_id)
            for waiting in changes.waiting:
                pagequeue.put(db, waiting)
            for article_id, feed in changes.joined:
                pagequeue.join(db, article_id, feed)

    def enqueue(self, queued: Iterable[Queued], fence: Fence) -> None:
        """Put records that no feed brought (the seed) into the outbox."""
        with self._transaction() as db:
            _enqueue(db, queued, fence)

    def outbox(self, limit: int) -> list[Queued]:
        """Return the oldest waiting records: at most ``limit``, and no more than BATCH_BYTES of them save a single one."""
        rows = self._db.execute("SELECT id, feed, topic, key, value, headers FROM outbox ORDER BY n LIMIT ?", (limit,))
        batch: list[Queued] = []
        room = BATCH_BYTES
        for i, feed, topic, key, value, headers in rows:
            room -= len(value or b"")
            if batch and room < 0:
                break
            batch.append(Queued(i, feed, Message(topic, key, value, msgspec.msgpack.decode(headers, type=Headers))))
        return batch

    def waiting(self) -> list[tuple[str, str]]:
        """(topic, id) of every record in the outbox."""
        return self._db.execute("SELECT topic, id FROM outbox ORDER BY n").fetchall()

    def fence(self) -> Fence:
        """Return the offsets from which on records of the outbox may lie on their topics."""
        return {(topic, partition): offset for topic, partition, offset in self._db.execute("SELECT * FROM fence")}

    def settle(self, ids: Iterable[str], now: float) -> None:
        """Move records that are safely on their topic from the outbox to what was seen."""
        with self._transaction() as db:
            for i in ids:
                db.execute(
                    "INSERT OR REPLACE INTO seen SELECT id, feed, ? FROM outbox WHERE id = ? AND feed IS NOT NULL", (now, i)
                )
                db.execute("DELETE FROM outbox WHERE id = ?", (i,))

    def readdress(self, records: Iterable[Queued]) -> None:
        """Replace what is to be sent for these ids, in their place: a record that the topic refuses becomes its dead letter."""
        with self._transaction() as db:
            for one in records:
                m = one.message
                db.execute(
                    "UPDATE outbox SET topic = ?, key = ?, value = ?, headers = ? WHERE id = ?",
                    (m.topic, m.key, m.value, msgspec.msgpack.encode(m.headers), one.id),
                )
                articletable.bury(db, one.id)

    # the whole

    def seen_count(self) -> int:
        """Number of ids that are remembered as published."""
        return int(self._db.execute("SELECT count(*) FROM seen").fetchone()[0])

    def complete(self) -> bool:
        """Whether everything on the topic is known here; a new file knows nothing of what an older one published."""
        return bool(self._db.execute("SELECT 1 FROM meta WHERE name = 'complete'").fetchone())

    def learn(self, ids: Iterable[str], now: float) -> None:
        """Take over the ids of a stream that was there before this file, and be complete."""
        with self._transaction() as db:
            db.executemany("INSERT OR IGNORE INTO seen VALUES (?, '', ?)", ((i, now) for i in ids))
            db.execute("INSERT OR REPLACE INTO meta VALUES ('complete', '1')")

    def forget(self) -> None:
        """Start over: the stream that this file tells of is no more."""
        with self._transaction() as db:
            for table in TABLES:
                db.execute(f"DELETE FROM {table}")  # noqa: S608 - names from the table above

    def prune(self, now: float) -> int:
        """Forget what no feed has listed for long; return how many ids."""
        with self._transaction() as db:
            return articletable.prune(db, now)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        if self._db.in_transaction:  # the outer one ends it
            yield self._db
            return
        self.begin()
        try:
            yield self._db
        except BaseException:
            self.rollback()
            raise
        self.commit()


def _enqueue(db: sqlite3.Connection, queued: Iterable[Queued], fence: Fence) -> None:
    rows = [(q.id, q.feed, *q.message[:3], msgspec.msgpack.encode(q.message.headers)) for q in queued]
    if rows and not db.execute("SELECT 1 FROM outbox LIMIT 1").fetchone():
        db.execute("DELETE FROM fence")
        db.executemany("INSERT INTO fence VALUES (?, ?, ?)", ((*place, offset) for place, offset in fence.items()))
    db.executemany("INSERT OR IGNORE INTO outbox (id, feed, topic, key, value, headers) VALUES (?, ?, ?, ?, ?, ?)", rows)

"""What the ingestor remembers, in one SQLite file: feeds, what was seen, and what waits to be published.

Every method that writes is one transaction, on disk when it returns (WAL, synchronous=FULL). Tables:

- feed: validators, rhythm and last error of each configured feed
- listed: the ids in each feed's latest document
- seen: ids whose publication was acknowledged; one that no feed has listed for KEEP_SEEN_S is forgotten
- outbox: records that must be published, in order
- fence: where each partition ended before the first record of the outbox can have been sent
- meta: "complete" once the ids of a stream that was there before this file are known
"""

import fcntl
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple, Self

import msgspec
from newsloom_schemas.codec import Headers, Message

from newsloom_ingestor.decide import FeedState
from newsloom_ingestor.fetch import Validators
from newsloom_ingestor.schedule import DAY, Plan

KEEP_SEEN_S: Final = 180 * DAY
BATCH_BYTES: Final = 16 * 1024 * 1024  # half of what the producer buffers before it blocks
Fence = dict[tuple[str, int], int]  # (topic, partition) → offset

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS feed (
    url TEXT PRIMARY KEY, etag TEXT, last_modified TEXT, digest TEXT,
    interval_s REAL, failures REAL, next_poll REAL, why TEXT, succeeded_at REAL, new_at REAL, error TEXT
);
CREATE TABLE IF NOT EXISTS listed (feed TEXT, id TEXT, PRIMARY KEY (feed, id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS listed_id ON listed (id);
CREATE TABLE IF NOT EXISTS seen (id TEXT PRIMARY KEY, feed TEXT, at REAL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS outbox (
    n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE, feed TEXT, topic TEXT, key BLOB, value BLOB, headers BLOB
);
CREATE TABLE IF NOT EXISTS fence (topic TEXT, partition INTEGER, offset INTEGER, PRIMARY KEY (topic, partition)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
"""


class StateInUseError(OSError):
    """Another ingestor works with this state."""


class Queued(NamedTuple):
    """A record of the outbox: the article's id, the feed that brought it first, and what is to be sent."""

    id: str
    feed: str
    message: Message


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
        self._db.executescript(SCHEMA)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let the file go."""
        self._db.close()
        self._lock.close()

    # feeds

    def configure(self, urls: Iterable[str], now: float) -> None:
        """Know these feeds and no others; a feed that comes back later starts anew, its articles stay seen."""
        wanted = dict.fromkeys(urls)
        with self._transaction() as db:
            have = {url for (url,) in db.execute("SELECT url FROM feed")}
            for url in have - wanted.keys():
                _replace_list(db, url, set(), now)
                db.execute("DELETE FROM feed WHERE url = ?", (url,))
            for url in wanted:
                if url not in have:
                    _write_feed(db, FeedState(url))

    def feed(self, url: str) -> FeedState:
        """Return what is remembered of a feed, which for an unknown one is nothing."""
        row = self._db.execute(
            "SELECT etag, last_modified, digest, interval_s, failures, next_poll, why, succeeded_at, new_at, error"
            " FROM feed WHERE url = ?",
            (url,),
        ).fetchone()
        return FeedState(url, Validators(*row[:3]), Plan(*row[3:7]), *row[7:]) if row else FeedState(url)

    def due(self, now: float) -> list[str]:
        """Addresses of the feeds to be polled by now, the most overdue first."""
        rows = self._db.execute("SELECT url FROM feed WHERE next_poll <= ? ORDER BY next_poll, rowid", (now,))
        return [url for (url,) in rows]

    # articles

    def known(self, ids: Iterable[str]) -> set[str]:
        """Those of the ids that were published or wait in the outbox."""
        wanted = msgspec.json.encode(list(ids)).decode()
        each = "SELECT value FROM json_each(?)"
        query = f"SELECT id FROM seen WHERE id IN ({each}) UNION SELECT id FROM outbox WHERE id IN ({each})"  # noqa: S608
        return {i for (i,) in self._db.execute(query, (wanted, wanted))}

    def record(self, feed: FeedState, listed: Iterable[str] | None, queued: Iterable[Queued], fence: Fence, now: float) -> None:
        """Keep what a poll gave: the feed, the ids it lists (None: as before), and its new records in the outbox.

        ``fence`` counts only where the outbox was empty: an older one stays as long as a record from its time waits.
        """
        with self._transaction() as db:
            _write_feed(db, feed)
            if listed is not None:
                _replace_list(db, feed.url, set(listed), now)
            _enqueue(db, queued, fence)

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
                db.execute("INSERT OR REPLACE INTO seen SELECT id, feed, ? FROM outbox WHERE id = ?", (now, i))
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
            for table in ("feed", "listed", "seen", "outbox", "fence"):
                db.execute(f"DELETE FROM {table}")  # noqa: S608 - names from the line above

    def prune(self, now: float) -> int:
        """Forget ids that no feed has listed for long; return how many."""
        query = "DELETE FROM seen WHERE at < ? AND NOT EXISTS (SELECT 1 FROM listed WHERE listed.id = seen.id)"
        return self._db.execute(query, (now - KEEP_SEEN_S,)).rowcount

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield self._db
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")


def _write_feed(db: sqlite3.Connection, feed: FeedState) -> None:
    row = (feed.url, *feed.validators, *feed.plan, feed.succeeded_at, feed.new_at, feed.error)
    db.execute(f"INSERT OR REPLACE INTO feed VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608 - question marks only


def _replace_list(db: sqlite3.Connection, url: str, ids: set[str], now: float) -> None:
    """Note the ids a feed lists; those that it dropped count as seen until now, and are kept from now on."""
    had = {i for (i,) in db.execute("SELECT id FROM listed WHERE feed = ?", (url,))}
    db.executemany("DELETE FROM listed WHERE feed = ? AND id = ?", ((url, i) for i in had - ids))
    db.executemany("UPDATE seen SET at = ? WHERE id = ?", ((now, i) for i in had - ids))
    db.executemany("INSERT INTO listed VALUES (?, ?)", ((url, i) for i in ids - had))


def _enqueue(db: sqlite3.Connection, queued: Iterable[Queued], fence: Fence) -> None:
    rows = [(q.id, q.feed, *q.message[:3], msgspec.msgpack.encode(q.message.headers)) for q in queued]
    if rows and not db.execute("SELECT 1 FROM outbox LIMIT 1").fetchone():
        db.execute("DELETE FROM fence")
        db.executemany("INSERT INTO fence VALUES (?, ?, ?)", ((*place, offset) for place, offset in fence.items()))
    db.executemany("INSERT OR IGNORE INTO outbox (id, feed, topic, key, value, headers) VALUES (?, ?, ?, ?, ?, ?)", rows)

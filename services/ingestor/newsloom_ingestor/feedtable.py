"""The state's table of feeds: validators, rhythm and last error of each configured one, and the ids of its latest document."""

import sqlite3
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from newsloom_ingestor.decide import FeedState, Move, Trust
from newsloom_ingestor.document import Asks
from newsloom_ingestor.fetch import Validators
from newsloom_ingestor.schedule import DAY, Due, Plan

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS feed (
    url TEXT PRIMARY KEY, etag TEXT, last_modified TEXT, digest TEXT,
    interval_s REAL, failures REAL, next_poll REAL, why TEXT, succeeded_at REAL, new_at REAL, error TEXT
);
CREATE TABLE IF NOT EXISTS listed (feed TEXT, id TEXT, PRIMARY KEY (feed, id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS listed_id ON listed (id);
CREATE INDEX IF NOT EXISTS feed_next ON feed (next_poll);
CREATE TABLE IF NOT EXISTS dropped (url TEXT PRIMARY KEY, at REAL) WITHOUT ROWID;
"""
DROPPED_S: Final = 30 * DAY  # by then news.feeds was told: Kafka is not away for a month
COLUMNS: Final = (
    "url", "etag", "last_modified", "digest", "interval_s", "failures", "next_poll", "why", "succeeded_at", "new_at", "error",
    "moved_to", "moved_times", "moved_since", "lies", "audit_at", "gap_s", "asks",
)  # fmt: skip
ADDED: Final = {"moved_to": "TEXT DEFAULT ''", "moved_times": "INTEGER DEFAULT 0", "moved_since": "REAL DEFAULT 0",
                "lies": "INTEGER DEFAULT 0", "audit_at": "REAL DEFAULT 0",
                "gap_s": "REAL DEFAULT 0", "asks": "TEXT DEFAULT ''"}  # fmt: skip


def upgrade(db: sqlite3.Connection) -> None:
    """Give a table of an older version the columns that it lacks."""
    have = {row[1] for row in db.execute("PRAGMA table_info(feed)")}
    for name, kind in ADDED.items():
        if name not in have:
            db.execute(f"ALTER TABLE feed ADD COLUMN {name} {kind}")


def configure(db: sqlite3.Connection, urls: Iterable[str], now: float) -> list[str]:
    """Know these feeds and no others; a feed that comes back later starts anew, its articles stay seen.

    Return those that were taken out within DROPPED_S, by whenever that was noticed.
    """
    wanted = dict.fromkeys(urls)
    have = {url for (url,) in db.execute("SELECT url FROM feed")}
    for url in have - wanted.keys():
        replace_list(db, url, set(), now)
        db.execute("DELETE FROM feed WHERE url = ?", (url,))
        db.execute("INSERT OR REPLACE INTO dropped VALUES (?, ?)", (url, now))
    db.executemany("DELETE FROM dropped WHERE url = ?", ((url,) for url in wanted))
    db.execute("DELETE FROM dropped WHERE at < ?", (now - DROPPED_S,))
    for url in wanted:
        if url not in have:
            write(db, FeedState(url))
    return [url for (url,) in db.execute("SELECT url FROM dropped ORDER BY url")]


def read(db: sqlite3.Connection, url: str) -> FeedState:
    """Return what is remembered of a feed, which for an unknown one is nothing."""
    row = db.execute(f"SELECT {', '.join(COLUMNS)} FROM feed WHERE url = ?", (url,)).fetchone()  # noqa: S608
    return _feed(row) if row else FeedState(url)


def every(db: sqlite3.Connection) -> Iterator[FeedState]:
    """What is remembered of all feeds."""
    return map(_feed, db.execute(f"SELECT {', '.join(COLUMNS)} FROM feed"))  # noqa: S608


def _feed(row: Sequence[Any]) -> FeedState:
    succeeded_at, new_at, error = row[8:11]
    plan, move, trust = Plan(*row[4:8]), Move(*row[11:14]), Trust(*row[14:16])
    return FeedState(row[0], Validators(*row[1:4]), plan, succeeded_at, new_at, error, move, trust, row[16], _asks(row[17]))


def _asks(text: str) -> Asks:
    return msgspec.json.decode(text, type=Asks) if text else Asks()


def write(db: sqlite3.Connection, feed: FeedState) -> None:
    """Remember how a feed stands."""
    row = (
        feed.url,
        *feed.validators,
        *feed.plan,
        feed.succeeded_at,
        feed.new_at,
        feed.error,
        *feed.move,
        *feed.trust,
        feed.gap_s,
        msgspec.json.encode(feed.asks).decode(),
    )
    marks = ", ".join("?" * len(row))
    db.execute(f"INSERT OR REPLACE INTO feed ({', '.join(COLUMNS)}) VALUES ({marks})", row)  # noqa: S608 - names and marks


def due(db: sqlite3.Connection, now: float) -> Generator[Due, None, None]:
    """Return the feeds to be polled by now, the most overdue first, as far as anybody asks."""
    query = "SELECT url, failures > 0 FROM feed WHERE next_poll <= ? ORDER BY next_poll, rowid"
    with closing(db.execute(query, (now,))) as rows:
        yield from (Due(url, host(url), bool(failing)) for url, failing in rows)


@lru_cache(100_000)
def host(url: str) -> str:
    """Return whom a poll of this address burdens, nobody where that is a file."""
    return urlsplit(url).hostname or ""


def replace_list(db: sqlite3.Connection, url: str, ids: set[str], now: float) -> None:
    """Note the ids a feed lists; those that it dropped count as seen until now, and are kept from now on."""
    had = {i for (i,) in db.execute("SELECT id FROM listed WHERE feed = ?", (url,))}
    db.executemany("DELETE FROM listed WHERE feed = ? AND id = ?", ((url, i) for i in had - ids))
    db.executemany("UPDATE seen SET at = ? WHERE id = ?", ((now, i) for i in had - ids))
    db.executemany("INSERT INTO listed VALUES (?, ?)", ((url, i) for i in ids - had))

"""The state's table of feeds: validators, rhythm and last error of each configured one, and the ids of its latest document."""

import sqlite3
from collections.abc import Iterable
from typing import Final

from newsloom_ingestor.decide import FeedState
from newsloom_ingestor.fetch import Validators
from newsloom_ingestor.schedule import Plan

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS feed (
    url TEXT PRIMARY KEY, etag TEXT, last_modified TEXT, digest TEXT,
    interval_s REAL, failures REAL, next_poll REAL, why TEXT, succeeded_at REAL, new_at REAL, error TEXT
);
CREATE TABLE IF NOT EXISTS listed (feed TEXT, id TEXT, PRIMARY KEY (feed, id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS listed_id ON listed (id);
"""


def configure(db: sqlite3.Connection, urls: Iterable[str], now: float) -> None:
    """Know these feeds and no others; a feed that comes back later starts anew, its articles stay seen."""
    wanted = dict.fromkeys(urls)
    have = {url for (url,) in db.execute("SELECT url FROM feed")}
    for url in have - wanted.keys():
        replace_list(db, url, set(), now)
        db.execute("DELETE FROM feed WHERE url = ?", (url,))
    for url in wanted:
        if url not in have:
            write(db, FeedState(url))


def read(db: sqlite3.Connection, url: str) -> FeedState:
    """Return what is remembered of a feed, which for an unknown one is nothing."""
    row = db.execute(
        "SELECT etag, last_modified, digest, interval_s, failures, next_poll, why, succeeded_at, new_at, error"
        " FROM feed WHERE url = ?",
        (url,),
    ).fetchone()
    return FeedState(url, Validators(*row[:3]), Plan(*row[3:7]), *row[7:]) if row else FeedState(url)


def write(db: sqlite3.Connection, feed: FeedState) -> None:
    """Remember how a feed stands."""
    row = (feed.url, *feed.validators, *feed.plan, feed.succeeded_at, feed.new_at, feed.error)
    db.execute(f"INSERT OR REPLACE INTO feed VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608 - question marks only


def due(db: sqlite3.Connection, now: float) -> list[str]:
    """Return the addresses of the feeds to be polled by now, the most overdue first."""
    rows = db.execute("SELECT url FROM feed WHERE next_poll <= ? ORDER BY next_poll, rowid", (now,))
    return [url for (url,) in rows]


def replace_list(db: sqlite3.Connection, url: str, ids: set[str], now: float) -> None:
    """Note the ids a feed lists; those that it dropped count as seen until now, and are kept from now on."""
    had = {i for (i,) in db.execute("SELECT id FROM listed WHERE feed = ?", (url,))}
    db.executemany("DELETE FROM listed WHERE feed = ? AND id = ?", ((url, i) for i in had - ids))
    db.executemany("UPDATE seen SET at = ? WHERE id = ?", ((now, i) for i in had - ids))
    db.executemany("INSERT INTO listed VALUES (?, ?)", ((url, i) for i in ids - had))

"""The state's queue of articles whose page is to be fetched before they are published. It survives a kill."""

import sqlite3
from collections.abc import Iterable
from typing import Final, NamedTuple

import msgspec
from newsloom_schemas.types import Feed, RawArticle

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS page (
    id TEXT PRIMARY KEY, feed TEXT, host TEXT, due REAL, since REAL, tries INTEGER, digest BLOB, article BLOB
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS page_due ON page (due);
CREATE INDEX IF NOT EXISTS page_next ON page (due, host);
"""
_decoder: Final = msgspec.json.Decoder(RawArticle)


class Waiting(NamedTuple):
    """An article that waits for its page, as its feed tells it. ``digest`` is of that; times are seconds since 1970."""

    article: RawArticle
    host: str
    due: float
    since: float
    tries: int
    digest: bytes


def put(db: sqlite3.Connection, waiting: Waiting) -> None:
    """Let an article wait, or wait again."""
    a = waiting.article
    row = (a.id, a.feed.url if a.feed else "", *waiting[1:], msgspec.json.encode(a))
    db.execute("INSERT OR REPLACE INTO page VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)


def join(db: sqlite3.Connection, article_id: str, feed: Feed) -> None:
    """Note that one more feed lists an article that waits."""
    row = db.execute("SELECT article FROM page WHERE id = ?", (article_id,)).fetchone()
    article = _decoder.decode(row[0]) if row else None
    if article and feed.url not in {f.url for f in (article.feed, *article.also_in) if f}:
        body = msgspec.json.encode(msgspec.structs.replace(article, also_in=(*article.also_in, feed)))
        db.execute("UPDATE page SET article = ? WHERE id = ?", (body, article_id))


def due(db: sqlite3.Connection, now: float, limit: int) -> list[Waiting]:
    """Return those whose time has come, the longest due first."""
    query = "SELECT article, host, due, since, tries, digest FROM page WHERE due <= ? ORDER BY due, since LIMIT ?"
    return [Waiting(_decoder.decode(row[0]), *row[1:]) for row in db.execute(query, (now, limit))]


def next_of_each(db: sqlite3.Connection, now: float, limit: int, but: Iterable[str]) -> list[Waiting]:
    """Return of each host save those of ``but`` the article that is due the longest: one host never holds up another."""
    first = (
        "SELECT id FROM (SELECT id, min(due) AS first FROM page WHERE due <= ? AND host NOT IN (SELECT value FROM json_each(?))"
        " GROUP BY host ORDER BY first LIMIT ?)"
    )
    query = f"SELECT article, host, due, since, tries, digest FROM page WHERE id IN ({first}) ORDER BY due"  # noqa: S608
    rows = db.execute(query, (now, msgspec.json.encode(sorted(but)).decode(), limit))
    return [Waiting(_decoder.decode(row[0]), *row[1:]) for row in rows]


def feeds(db: sqlite3.Connection, article_id: str) -> tuple[Feed, ...] | None:
    """Return the further feeds that list an article that waits, None where it waits no more."""
    row = db.execute("SELECT article FROM page WHERE id = ?", (article_id,)).fetchone()
    return _decoder.decode(row[0]).also_in if row else None


def drop(db: sqlite3.Connection, article_id: str) -> None:
    """Forget that an article waits: it is being published, or known already."""
    db.execute("DELETE FROM page WHERE id = ?", (article_id,))


def count(db: sqlite3.Connection) -> int:
    """Return how many wait."""
    return int(db.execute("SELECT count(*) FROM page").fetchone()[0])

"""The state's tables of articles: what was published, under which addresses, and the text that later edits are compared with.

- seen: ids whose publication was acknowledged; one that no feed has listed for KEEP_SEEN_S is forgotten
- article: of those, the last revision as it was published, for as long as a feed lists it and KEEP_TEXT_S longer
- alias: an id under which an article is known too: its page's canonical address, or the same text elsewhere
- print: fingerprint of a text → the article that has it
"""

import sqlite3
import zlib
from collections.abc import Iterable
from typing import Final

import msgspec
from newsloom_schemas.types import RawArticle

from newsloom_ingestor.articles import Known
from newsloom_ingestor.edits import fingerprint
from newsloom_ingestor.schedule import DAY

KEEP_SEEN_S: Final = 180 * DAY
KEEP_TEXT_S: Final = 2 * DAY
SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS seen (id TEXT PRIMARY KEY, feed TEXT, at REAL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS article (id TEXT PRIMARY KEY, revision INTEGER, feed TEXT, digest BLOB, at REAL, body BLOB);
CREATE TABLE IF NOT EXISTS alias (id TEXT PRIMARY KEY, of TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS print (print BLOB PRIMARY KEY, id TEXT) WITHOUT ROWID;
"""
ORPHANS: Final = (("article", "id"), ("alias", "of"), ("print", "id"))  # tables that go with an id, and the column that has it
_decoder: Final = msgspec.json.Decoder(RawArticle)


def known(db: sqlite3.Connection, ids: Iterable[str]) -> dict[str, Known]:
    """Return what is known under each of the ids: articles that were published, wait in the outbox, or for their page."""
    wanted = list(ids)
    each = "(SELECT value FROM json_each(?))"
    aliases = dict(db.execute(f"SELECT id, of FROM alias WHERE id IN {each}", (_json(wanted),)))  # noqa: S608
    real = _json([aliases.get(i, i) for i in wanted])
    waiting = f"SELECT id, feed, 1 FROM page WHERE id IN {each}"  # noqa: S608
    sent = " UNION ".join(f"SELECT id, feed, 0 FROM {table} WHERE id IN {each}" for table in ("outbox", "seen"))  # noqa: S608
    found = {
        i: Known(i, 1, feed, b"", 0.0, None, bool(waits))
        for query, values in ((waiting, (real,)), (sent, (real, real)))
        for i, feed, waits in db.execute(query, values)
    }
    rows = db.execute(f"SELECT id, revision, feed, digest, at, body FROM article WHERE id IN {each}", (real,))  # noqa: S608
    found |= {i: Known(i, n, feed, digest, at, _article(body)) for i, n, feed, digest, at, body in rows if i in found}
    return {i: found[of] for i in wanted if (of := aliases.get(i, i)) in found}


def with_text(db: sqlite3.Connection, content: str) -> str | None:
    """Return the id of the article that has this text, or None."""
    row = db.execute("SELECT id FROM print WHERE print = ?", (fingerprint(content),)).fetchone()
    return row[0] if row else None


def remember(db: sqlite3.Connection, article: RawArticle, digest: bytes, now: float) -> None:
    """Keep an article as it is about to be published."""
    feed = article.feed.url if article.feed else ""
    body = zlib.compress(msgspec.json.encode(article), 6)
    row = (article.id, article.revision, feed, digest, now, body)
    db.execute("INSERT OR REPLACE INTO article VALUES (?, ?, ?, ?, ?, ?)", row)
    mark = fingerprint(article.content)
    if mark:
        db.execute("INSERT OR IGNORE INTO print VALUES (?, ?)", (mark, article.id))


def note(db: sqlite3.Connection, known: Known, digest: bytes) -> None:
    """Remember what a feed says of an article now, where that was nothing to tell."""
    db.execute("UPDATE article SET digest = ? WHERE id = ?", (digest, known.id))


def bury(db: sqlite3.Connection, article_id: str) -> None:
    """Keep no text of an article that died: there will be no revision of it."""
    db.execute("DELETE FROM article WHERE id = ?", (article_id,))


def alias(db: sqlite3.Connection, new: str, of: str) -> None:
    """Know an article under one more id."""
    if new != of:
        db.execute("INSERT OR IGNORE INTO alias VALUES (?, ?)", (new, of))


def prune(db: sqlite3.Connection, now: float) -> int:
    """Forget ids that no feed has listed for long, and the texts of those that none lists any more; return how many ids."""
    unlisted = "NOT EXISTS (SELECT 1 FROM listed WHERE listed.id = {0}.id)"
    gone = db.execute(f"DELETE FROM seen WHERE at < ? AND {unlisted.format('seen')}", (now - KEEP_SEEN_S,)).rowcount  # noqa: S608
    db.execute(f"DELETE FROM article WHERE at < ? AND {unlisted.format('article')}", (now - KEEP_TEXT_S,))  # noqa: S608
    for table, column in ORPHANS:
        elsewhere = (f"NOT EXISTS (SELECT 1 FROM {t} WHERE {t}.id = {table}.{column})" for t in ("seen", "outbox"))  # noqa: S608
        db.execute(f"DELETE FROM {table} WHERE {' AND '.join(elsewhere)}")  # noqa: S608
    return gone


def _article(body: bytes) -> RawArticle:
    return _decoder.decode(zlib.decompress(body))


def _json(ids: list[str]) -> str:
    return msgspec.json.encode(ids).decode()

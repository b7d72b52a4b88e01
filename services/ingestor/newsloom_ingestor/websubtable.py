"""The state's table of WebSub subscriptions. It survives a kill: the secrets that a hub signs with are nowhere else."""

import sqlite3
from collections.abc import Iterable
from typing import Final

from newsloom_ingestor.websub import Subscription

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS websub (
    feed TEXT PRIMARY KEY, hub TEXT, topic TEXT, path TEXT UNIQUE, secret TEXT,
    ask_at REAL, tries INTEGER, lease_until REAL, told_at REAL, missed_at REAL, problem TEXT
) WITHOUT ROWID;
"""
COLUMNS: Final = ", ".join(Subscription._fields)
MARKS: Final = ", ".join("?" * len(Subscription._fields))


class Table:
    """The table in a database whose statements are transactions of their own, or part of one that is open."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        db.executescript(SCHEMA)

    def read(self) -> list[Subscription]:
        """Return all subscriptions."""
        return [Subscription(*row) for row in self._db.execute(f"SELECT {COLUMNS} FROM websub")]  # noqa: S608 - names

    def write(self, it: Subscription) -> None:
        """Remember how a subscription stands, in the place of an older one of its feed."""
        self._db.execute(f"INSERT OR REPLACE INTO websub ({COLUMNS}) VALUES ({MARKS})", it)  # noqa: S608 - names and marks

    def drop(self, feeds: Iterable[str]) -> None:
        """Forget the subscriptions of these feeds."""
        self._db.executemany("DELETE FROM websub WHERE feed = ?", ((feed,) for feed in feeds))

"""What lies on the topics and in the index → every difference between them, by name.

The comparison is a table of ids on the disk (SQLite's temporary file), so that memory does not grow with the archive. What it
holds was read while the stream ran; records that were not settled when the reading began are known and never accused.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from msgspec import Struct

TABLES: Final = """
CREATE TABLE raw (id TEXT, revision INT, place TEXT, settled INT, dated REAL);
CREATE TABLE tagged (id TEXT, revision INT, version INT, themes TEXT, place TEXT, settled INT, dated REAL);
CREATE TABLE on_theme (theme TEXT, id TEXT, revision INT, version INT, place TEXT, again INT);
CREATE TABLE has_theme (theme TEXT, id TEXT, revision INT, version INT, place TEXT, at INT, waits INT);
CREATE TABLE document (
    id TEXT PRIMARY KEY, revision INT, version INT, themes TEXT, place TEXT, partition INT, "offset" INT, told INT
);
CREATE TABLE dead (place TEXT PRIMARY KEY);
CREATE TABLE begin (theme TEXT PRIMARY KEY, at INT);
CREATE TABLE kept (since REAL);
"""
INDEXES: Final = """
CREATE INDEX raw_id ON raw (id, revision);
CREATE INDEX tagged_id ON tagged (id, revision, version);
CREATE INDEX tagged_place ON tagged (place);
CREATE INDEX on_theme_id ON on_theme (id, version, theme);
CREATE INDEX has_theme_id ON has_theme (id, version, theme);
"""


class Kind(NamedTuple):
    """A kind of difference: what is wrong, what would mend it, and the question whose answers are (id, place, is, should)."""

    name: str
    about: str
    repair: str
    question: str


RESET: Final = "stop the {0}s, set the offsets of their group to the beginning, start them: repeats are harmless"
YOUNG: Final = "NOT EXISTS (SELECT 1 FROM kept WHERE dated < since)"  # not too old for the index
EXPIRED: Final = f"""
SELECT DISTINCT id FROM tagged t WHERE NOT {YOUNG} AND NOT EXISTS (SELECT 1 FROM document d WHERE d.id = t.id)
"""  # noqa: S608
SETTLED_RAW: Final = "EXISTS (SELECT 1 FROM raw WHERE raw.id = t.id AND raw.revision = t.revision AND raw.settled)"
KINDS: Final = (
    Kind(
        "untagged",
        "read by the tagger, and neither on news.tagged nor on news.dead",
        RESET.format("tagger"),
        f"""
        SELECT id, place, NULL, 'revision ' || revision FROM raw WHERE settled AND {YOUNG}
        AND NOT EXISTS (SELECT 1 FROM dead WHERE dead.place = raw.place)
        AND NOT EXISTS (SELECT 1 FROM tagged t WHERE t.id = raw.id AND t.revision = raw.revision)
        AND NOT EXISTS (SELECT 1 FROM document d WHERE d.id = raw.id AND d.revision >= raw.revision)
        """,  # noqa: S608 - a constant of ours
    ),
    Kind(
        "unindexed",
        "read by the indexer, and neither in the index nor on news.dead",
        RESET.format("indexer"),
        f"""
        SELECT id, max(place), NULL, 'version ' || max(version) FROM tagged t WHERE settled AND {YOUNG}
        AND NOT EXISTS (SELECT 1 FROM dead WHERE dead.place = t.place)
        AND NOT EXISTS (SELECT 1 FROM document d WHERE d.id = t.id) GROUP BY id
        """,  # noqa: S608
    ),
    Kind(
        "outdated",
        "in the index in an older version than the indexer has read",
        RESET.format("indexer"),
        f"""
        SELECT t.id, max(t.place), 'version ' || d.version, 'version ' || max(t.version)
        FROM tagged t JOIN document d ON d.id = t.id WHERE t.settled AND d.version < t.version AND {YOUNG}
        AND NOT EXISTS (SELECT 1 FROM dead WHERE dead.place = t.place) GROUP BY t.id
        """,  # noqa: S608
    ),
    Kind(
        "unknown",
        "in the index, and on no topic",
        "delete the documents, or bring the articles in with `newsloom backfill`",
        """
        SELECT id, place, 'version ' || version, NULL FROM document d WHERE told
        AND NOT EXISTS (SELECT 1 FROM raw WHERE raw.id = d.id) AND NOT EXISTS (SELECT 1 FROM tagged t WHERE t.id = d.id)
        """,
    ),
    Kind(
        "ahead",
        "in the index in a version that is on no topic",
        "delete the documents, then: " + RESET.format("indexer"),
        """
        SELECT d.id, d.place, 'version ' || d.version, 'version ' || max(t.version)
        FROM document d JOIN tagged t ON t.id = d.id WHERE d.told GROUP BY d.id HAVING d.version > max(t.version)
        """,
    ),
    Kind(
        "themes",
        "in the index under other themes than the record that wrote it says",
        "delete the documents, then: " + RESET.format("indexer"),
        """
        SELECT d.id, d.place, d.themes, t.themes FROM document d JOIN tagged t ON t.place = d.place
        WHERE t.id = d.id AND t.version = d.version AND t.themes <> d.themes
        """,
    ),
    Kind(
        "untold",
        "tagged with a theme, and not on its topic",
        RESET.format("tagger"),
        f"""
        SELECT id, max(place), NULL, theme FROM has_theme t WHERE NOT waits AND {SETTLED_RAW}
        AND NOT EXISTS (SELECT 1 FROM on_theme o WHERE o.id = t.id AND o.version = t.version AND o.theme = t.theme)
        AND t.at >= coalesce((SELECT at FROM begin WHERE begin.theme = t.theme), t.at) GROUP BY id, version, theme
        """,  # noqa: S608 - a constant of ours
    ),
    Kind(
        "overtold",
        "on the topic of a theme that no record of news.tagged has",
        "nothing: what was published cannot be taken back; subscribers find it gone from news.tagged",
        f"""
        SELECT id, place, theme, NULL FROM on_theme t WHERE {SETTLED_RAW}
        AND EXISTS (SELECT 1 FROM tagged g WHERE g.id = t.id AND (g.version = t.version OR NOT t.again))
        AND NOT EXISTS (SELECT 1 FROM has_theme h WHERE h.id = t.id AND h.version = t.version AND h.theme = t.theme)
        """,  # noqa: S608
    ),
)


class Difference(Struct, frozen=True, kw_only=True):
    """One article that is not where it should be: what is found, what should be, and what would mend it."""

    difference: str
    about: str
    id: str
    place: str | None
    found: str | None
    expected: str | None
    repair: str


class Raw(NamedTuple):
    """A record of news.raw or news.backfill; ``revision`` is None where it cannot be read.

    ``dated`` is the article's time, by which it grows too old for the index: seconds since 1970.
    """

    id: str
    revision: int | None
    place: str
    settled: bool
    dated: float | None = None


class Tagged(NamedTuple):
    """A record of news.tagged; ``themes`` are sorted and parted by spaces."""

    id: str
    revision: int
    version: int
    themes: str
    place: str
    settled: bool
    dated: float | None = None


class OnTheme(NamedTuple):
    """A record of a theme's topic; ``again``: of an article tagged anew, which is told there before it is on news.tagged."""

    theme: str
    id: str
    revision: int
    version: int
    place: str
    again: bool = False


class HasTheme(NamedTuple):
    """A theme that a record of news.tagged, published ``at`` (milliseconds since 1970), tells of: on its topic it must be.

    Of an article that was tagged anew these are the themes that it gained and lost. ``waits``: it may not be there yet.
    """

    theme: str
    id: str
    revision: int
    version: int
    place: str
    at: int
    waits: bool = False


class Document(NamedTuple):
    """A document; ``told`` says that the record that wrote it has been read, if it is there."""

    id: str
    revision: int
    version: int
    themes: str
    place: str
    partition: int
    offset: int
    told: bool


class Comparison:
    """Takes in what is found; then names the differences."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("")  # a temporary file, which vanishes with the connection
        self._db.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-65536;" + TABLES)

    def close(self) -> None:
        """Forget everything."""
        self._db.close()

    def add(self, rows: Iterable[Raw | Tagged | OnTheme | HasTheme | Document]) -> None:
        """Take in rows of one kind."""
        taken = list(rows)
        if taken:
            table = NAMES[type(taken[0])]
            self._db.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({','.join('?' * len(taken[0]))})", taken)  # noqa: S608

    def bury(self, places: Iterable[str]) -> None:
        """Take in where the records of all dead letters lay."""
        self._db.executemany("INSERT OR IGNORE INTO dead VALUES (?)", ((p,) for p in places))

    def begin(self, theme: str, at: int) -> None:
        """Take in when the oldest record of a theme's topic was published, where older ones have been deleted."""
        self._db.execute("INSERT OR REPLACE INTO begin VALUES (?, ?)", (theme, at))

    def keep_since(self, since: float) -> None:
        """Take in from when on articles are in the index; of older ones nothing is missed."""
        self._db.execute("INSERT INTO kept VALUES (?)", (since,))

    def tell(self, ends: Mapping[int, int]) -> None:
        """Take in where news.tagged ends by now: what says that it was written by a record beyond, was written by none."""
        for place in ends.items():
            self._db.execute('UPDATE document SET told = 1 WHERE partition = ? AND "offset" >= ?', place)

    def ready(self) -> None:
        """Everything has been taken in."""
        self._db.executescript(INDEXES)

    def doubtful(self) -> list[str]:
        """Return the ids whose document seems to be missing or old: perhaps it is only too new to be searched."""
        wanted = [k.question for k in KINDS if k.name in {"unindexed", "outdated"}]
        return sorted({row[0] for question in wanted for row in self._db.execute(question)})

    def differences(self, most: int | None = None) -> Iterator[Difference]:
        """Yield the differences, the worst kind first, of each kind at most so many."""
        for kind in KINDS:
            limit = "" if most is None else f" LIMIT {most:d}"
            for article, place, found, expected in self._db.execute(kind.question + limit):
                yield Difference(
                    difference=kind.name,
                    about=kind.about,
                    id=article,
                    place=place,
                    found=found,
                    expected=expected,
                    repair=kind.repair,
                )

    def counts(self) -> dict[str, int]:
        """Return how many differences of each kind there are; kinds of which there are none are left out."""
        found = {k.name: self._count(f"({k.question})") for k in KINDS}
        return {name: n for name, n in found.items() if n}

    def sizes(self) -> dict[str, int]:
        """Return how many records and documents were compared; ``expired`` are articles that are too old to have a document."""
        named = {"raw": "raw", "tagged": "tagged", "themes": "on_theme", "documents": "document", "dead": "dead"}
        counted = {name: self._count(table) for name, table in named.items()}
        aged = self._count(f"({EXPIRED})")
        return {
            **counted,
            **({"expired": aged} if aged else {}),
            **{f"{t}_in_flight": self._count(f"{t} WHERE NOT settled") for t in ("raw", "tagged")},
        }

    def _count(self, what: str) -> int:
        return int(self._db.execute(f"SELECT count(*) FROM {what}").fetchone()[0])  # noqa: S608 - words of ours


NAMES: Final[dict[type, str]] = {
    Raw: "raw",
    Tagged: "tagged",
    OnTheme: "on_theme",
    HasTheme: "has_theme",
    Document: "document",
}

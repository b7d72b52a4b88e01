"""Records of news.searches → the searches that hold, and those that cannot be asked, with the reason. Pure."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, NamedTuple

from newsloom_query import Match, Query, QueryError, Seen, matches, parse
from newsloom_query.needed import Needs
from newsloom_schemas.alerts import SavedSearch
from newsloom_schemas.codec import InvalidMessageError, decode
from newsloom_schemas.types import RawArticle, TaggedArticle, Tagger
from newsloom_tagger.taxonomy import installed

EPOCH: Final = datetime.fromtimestamp(0, UTC)


class Asked(NamedTuple):
    """A search that can be asked. ``since``: articles that newsloom held before are none of its business."""

    saved: SavedSearch
    query: Query

    @property
    def since(self) -> datetime:
        return self.saved.since or self.saved.created_at


class Bad(NamedTuple):
    """A search that cannot be asked, and why; ``saved`` where the record itself can be read."""

    name: str
    reason: str
    saved: SavedSearch | None = None


Search = Asked | Bad


def read(key: bytes | None, value: bytes) -> Search:
    """Return the search of a record."""
    name = _name(key)
    try:
        saved = decode(SavedSearch, value)
    except InvalidMessageError as error:
        return Bad(name, str(error))
    if saved.name != name:
        return Bad(name, f"its record has another name in it: {saved.name}", saved)
    try:
        return Asked(saved, parse(saved.query, saved.created_at))
    except QueryError as error:
        return Bad(name, f"{error.sentence} (at character {error.position + 1} of {saved.query!r})", saved)


def warm() -> None:
    """Load what evaluating needs, now and not when the first article waits for it: dictionaries take some seconds.

    Raises SettingsError where the user's own themes cannot be read.
    """
    nothing = RawArticle(id="0", origin="feed", title="a 字", content="", fetched_at=EPOCH)
    tagged = TaggedArticle(
        article=nothing, language="und", themes=(), tagger=Tagger(version=1, taxonomy=1), tagged_at=nothing.fetched_at
    )
    installed()  # the themes, as queries name them
    matches(parse('a 字 "a 字"', EPOCH), tagged)


class Searches:
    """The searches by name, as the records up to here say."""

    def __init__(self) -> None:
        self.all: dict[str, Search] = {}
        self._asked: tuple[Asked, ...] = ()
        self._needs = Needs(())
        self._changed: dict[str, tuple[bytes | None, bytes | None]] = {}

    def add(self, key: bytes | None, value: bytes | None) -> None:
        """Take in a further record; it holds from ``settle`` on."""
        self._changed[_name(key)] = (key, value)

    def settle(self) -> list[Bad]:
        """Let what was added hold; return the bad searches among it."""
        for name, (key, value) in self._changed.items():
            self.all.pop(name, None)
            if value is not None:
                self.all[name] = read(key, value)
        bad = [found for name in self._changed if isinstance(found := self.all.get(name), Bad)]
        if self._changed:
            self._asked = tuple(s for s in self.all.values() if isinstance(s, Asked) and s.saved.enabled)
            self._needs = Needs([search.query for search in self._asked])
        self._changed = {}
        return bad

    def counts(self) -> dict[str, int]:
        """Return how many are on, paused and bad."""
        bad = sum(isinstance(s, Bad) for s in self.all.values())
        return {"on": len(self._asked), "paused": len(self.all) - len(self._asked) - bad, "bad": bad}

    def matching(self, tagged: TaggedArticle) -> Iterator[tuple[Asked, Match]]:
        """Yield the searches that ask for the article, with what they found in it."""
        seen = Seen(tagged)
        for place in self._needs.near(seen):
            search = self._asked[place]
            if match := matches(search.query, seen):
                yield search, match


def _name(key: bytes | None) -> str:
    return (key or b"").decode("utf-8", "replace")

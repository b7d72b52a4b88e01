"""What was told: which search of which story. It is what lies on news.alerts, and bounded. Pure."""

from collections import OrderedDict
from typing import Final

import msgspec
import numpy as np
from newsloom_schemas.alerts import Alert
from newsloom_schemas.stories import HELD_RUNS, resemblance
from newsloom_schemas.types import Fingerprint

MOST: Final = 30_000  # articles that somebody was told of; about a month of two hundred feeds, in some 60 MB
LOW: Final = 1 << 16  # of a hash so much is compared first: then 30 of the rows have a value
SLOTS: Final = 64  # rows that are remembered of a value, the newest


class Memory:
    """Remembers alerts, the newest ones; to note one twice changes nothing.

    A story's first article gives it its name. Which searches have told of it is one number, a bit a search: a thousand
    searches that all find everything take no more room than one.
    """

    def __init__(self, most: int = MOST) -> None:
        self._bits: dict[str, int] = {}
        self._told: dict[str, int] = {}
        self._articles: dict[str, int] = {}  # of a story that are remembered
        self._story: OrderedDict[str, str] = OrderedDict()
        self._sketches = Sketches(most)
        self._most = most

    def note(self, alert: Alert) -> None:
        """Remember that somebody was told."""
        if alert.article.id not in self._story:
            self._add(alert.article.id, alert.story, alert.fingerprint)
        bit = self._bits.setdefault(alert.search, len(self._bits))
        self._told[alert.story] = self._told.get(alert.story, 0) | 1 << bit

    def knows(self, search: str, story: str) -> bool:
        """Whether the search has told of the story."""
        bit = self._bits.get(search)
        return bit is not None and bool(self._told.get(story, 0) >> bit & 1)

    def story(self, article: str, fingerprint: Fingerprint | None) -> str:
        """Return the story that the article belongs to: the one that it had, that of the article most like it, or its own."""
        if known := self._story.get(article):
            return known
        like = self._sketches.nearest(fingerprint) if fingerprint else ""
        return self._story.get(like, article)

    def _add(self, article: str, story: str, fingerprint: Fingerprint | None) -> None:
        self._story[article] = story
        self._articles[story] = self._articles.get(story, 0) + 1
        self._sketches.put(article, fingerprint)
        if len(self._story) > self._most:
            self._forget()

    def _forget(self) -> None:
        """Forget the oldest article, and its story with the last one of it."""
        _, story = self._story.popitem(last=False)
        self._articles[story] -= 1
        if not self._articles[story]:
            del self._articles[story]
            self._told.pop(story, None)


class Sketches:
    """Fingerprints in a ring, and for each value that the low bits of a hash can have the rows that have it lately.

    So a text is held against those few only that may be like it.
    """

    def __init__(self, most: int) -> None:
        self._rows = np.full((LOW, SLOTS), -1, dtype=np.int32)
        self._next = np.zeros(LOW, dtype=np.uint8)
        self._names, self._whole = [""] * most, [b""] * most
        self._put = 0

    def put(self, name: str, fingerprint: Fingerprint | None) -> None:
        """Add one, in the place of the oldest where there is no room; an article without one has a row all the same."""
        row = self._put
        self._names[row], self._whole[row] = name, msgspec.json.encode(fingerprint)
        self._put = (row + 1) % len(self._names)
        lows = list({h % LOW for h in fingerprint.text}) if fingerprint else []
        self._rows[lows, self._next[lows]] = row
        self._next[lows] = (self._next[lows] + 1) % SLOTS

    def nearest(self, fingerprint: Fingerprint) -> str:
        """Return the name of the one that tells the same story and is most like it, "" where none does."""
        rows = ((self._likeness(row, fingerprint), -row) for row in self._candidates(fingerprint))
        likeness, row = max(rows, default=(0.0, 0))
        return self._names[-row] if likeness else ""

    def _candidates(self, fingerprint: Fingerprint) -> list[int]:
        """Return the rows that share hashes with it, and perhaps others: a row's place may have been given to another."""
        found = self._rows[list({h % LOW for h in fingerprint.text})].ravel()
        shared = np.bincount(found[found >= 0], minlength=1)
        return [int(row) for row in np.flatnonzero(shared >= HELD_RUNS)]

    def _likeness(self, row: int, fingerprint: Fingerprint) -> float:
        return resemblance(msgspec.json.decode(self._whole[row], type=Fingerprint | None), fingerprint)

"""What is told to be one story, and what should be: pairs of articles, and a stream of them as the indexer sees it."""

import random
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import combinations
from typing import Final, NamedTuple

from newsloom_indexer import stories
from newsloom_indexer.document import Document, keys
from newsloom_indexer.stories import Shelf
from newsloom_schemas.dead import Origin
from newsloom_schemas.stories import same_story
from newsloom_schemas.types import Fingerprint
from newsloom_tagger import fingerprint
from newsloom_tagger.fold import fold

from . import forms, reprints
from .reprints import HALVES, Text, half

LANGUAGES: Final = ("zh", "en")
ROUND: Final = 6  # articles in a round-up
NOWHERE: Final = Origin("news.tagged", 0, 0, None, None, ())


class Count(NamedTuple):
    """How many pairs of a kind were told to be one story, of how many."""

    together: int
    of: int

    @property
    def share(self) -> float:
        return self.together / self.of if self.of else 0.0


@cache
def printed(text: Text) -> Fingerprint | None:
    return fingerprint.at(fingerprint.of(fold(text.title), fold(text.content)), f"https://{text.site}/{text.id}")


def originals(language: str, which: str, *, long: bool = False) -> list[Text]:
    texts = reprints.joined(language) if long else reprints.articles(language)
    return [a for a in texts if half(a.id) == which]


def found(language: str, way: str, which: str, *, long: bool = False) -> Count:
    """Count the reprints of a kind that are one story with what they reprint."""
    return counted((a, reprints.reprint(a, way)) for a in originals(language, which, long=long))


def counted(pairs: Iterable[tuple[Text, Text]]) -> Count:
    told = [same_story(printed(one), printed(other)) for one, other in pairs]
    return Count(sum(told), len(told))


def apart(language: str, which: str) -> dict[str, Count]:
    """Count the pairs of different stories that are taken for one, by what they have in common."""
    return {
        "any two labelled articles": strangers(language, which),
        "one event in two writers' words": counted(p for e in _events(language, which) for p in combinations(e, 2)),
        "one form filled in twice, on one site": counted(p for f in _filled(language, which) for p in combinations(f, 2)),
        "one form filled in twice, on two sites": counted(
            _elsewhere(p) for f in _filled(language, which) for p in combinations(f, 2)
        ),
        f"an article and a round-up of {ROUND} that has it": counted(_rounded(language, which)),
        "two articles between one site's notices": counted(_noticed(language, which)),
    }


def strangers(language: str, which: str) -> Count:
    """Count all pairs of labelled articles. Those that share no hash at all need not be looked at one by one."""
    texts = originals(language, which)
    holders: dict[int, list[int]] = {}
    for n, text in enumerate(texts):
        for hashed in (printed(text) or Fingerprint(text=())).text:
            holders.setdefault(hashed, []).append(n)
    pairs = {pair for held in holders.values() for pair in combinations(held, 2)}
    together = counted((texts[a], texts[b]) for a, b in pairs).together
    return Count(together, len(texts) * (len(texts) - 1) // 2)


def _events(language: str, which: str) -> list[list[Text]]:
    return [e for e in forms.events() if e[0].language == language][HALVES.index(which) :: 2]


def _filled(language: str, which: str) -> list[list[Text]]:
    return [forms.filled(f) for f in forms.forms() if f["language"] == language][HALVES.index(which) :: 2]


def _rounded(language: str, which: str) -> Iterator[tuple[Text, Text]]:
    texts = originals(language, which)
    for n in range(0, len(texts) - ROUND + 1, ROUND):
        some = texts[n : n + ROUND]
        content = "\n\n".join(f"{a.title}\n{a.content}" for a in some)
        rounded = Text(f"round-{n}", language, f"{n} {some[0].title}", content, site="round-ups.example")
        yield from ((a, rounded) for a in some)


def _elsewhere(pair: tuple[Text, Text]) -> tuple[Text, Text]:
    return pair[0], pair[1]._replace(site=f"elsewhere-{pair[1].site}")


def _noticed(language: str, which: str) -> Iterator[tuple[Text, Text]]:
    """Yield pairs of neighbours, the shortest articles first, of which the notices are the greater part."""
    texts = sorted(originals(language, which), key=lambda a: len(a.content))[:200]
    for notice in forms.notices(language):
        dressed = [
            a._replace(content="\n".join((notice["before"], a.content, notice["after"])), site=notice["site"]) for a in texts
        ]
        yield from zip(dressed[::2], dressed[1::2], strict=False)


class Stream(NamedTuple):
    """What became of articles that came one after another: how many reprints joined their story, how many a wrong one."""

    reprints: int
    joined: int
    articles: int
    wrong: int


def streamed(language: str, which: str, *, long: bool = False) -> Stream:
    """Let the indexer's decision see a stream: the originals, then all their reprints, forms and events in any order."""
    first = originals(language, which, long=long)
    copies = [(reprints.reprint(a, way), a.id) for a in first for way in reprints.ways(language)]
    others = [(t, t.id) for row in [*_events(language, which), *_filled(language, which)] for t in row]
    random.Random(language).shuffle(later := copies + others)
    shelf, meant, told = Shelf(1_000_000), dict[str, str](), dict[str, str]()
    for text, story in [*((a, a.id) for a in first), *later]:
        meant[text.id], told[text.id] = story, _told(text, shelf)
    joined = sum(told[text.id] == story for text, story in copies)
    wrong = sum(meant[told[name]] != story for name, story in meant.items())
    return Stream(len(copies), joined, len(meant), wrong)


def _told(text: Text, shelf: Shelf) -> str:
    found = printed(text)
    document = Document(NOWHERE, text.id, 1, b"", 0.0, False, found, text.id, keys(found))
    (story,) = stories.decide([document], {}, [shelf])
    if document.fingerprint:
        shelf.put(stories.known(document, story))
    return story

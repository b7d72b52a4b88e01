"""Labelled articles → articles of one size for measuring: 6 kB of text each, in Chinese and in English, no two alike.

A measured article is several labelled ones of one language in a row, cut to size, under the first one's title. Another seed
gives other articles, so that nothing that a tagger keeps of one round helps it in the next.
"""

import json
import random
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

LABELLED: Final = Path(__file__).parents[1] / "tests" / "quality" / "labelled"
LANGUAGES: Final = ("zh", "en")
SIZE: Final = 6_000  # bytes of UTF-8


class Article(NamedTuple):
    """What is analysed."""

    title: str
    content: str


def articles(count: int, seed: int) -> list[Article]:
    """Return so many different articles, every second one Chinese."""
    chance = random.Random(seed)  # noqa: S311 - chosen, not guessed
    return list(islice(_mixed(chance), count))


def _mixed(chance: random.Random) -> Iterator[Article]:
    while True:
        yield from (_joined(chance, labelled(language)) for language in LANGUAGES)


def _joined(chance: random.Random, pool: tuple[Article, ...]) -> Article:
    parts = chance.sample(pool, min(len(pool), 40))
    text = "\n\n".join(p.content for p in parts)
    return Article(parts[0].title, text.encode()[:SIZE].decode(errors="ignore"))


@cache
def labelled(language: str, sets: tuple[str, ...] = ("train*",)) -> tuple[Article, ...]:
    """Return the labelled articles of a language, from the sets whose names match."""
    paths = [path for name in sets for path in sorted(LABELLED.glob(f"{language}-{name}.jsonl"))]
    lines = [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines()]
    return tuple(Article(a["title"], a["text"]) for a in lines)

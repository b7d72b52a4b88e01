"""Labelled articles → a stream of as many as one likes, as they come from feeds: their lengths, times and sites differ.

An article takes whole sentences, in order, from a few labelled ones of one language, under the title of the first. So a
sentence reads, is found and is tagged as in the labelled ones, and words are as frequent as there. What differs from as many
real articles: there are no further words, so that the rarest of a few thousand is not rare among a hundred thousand, and a
search has more to look at. Pure, save for reading the labelled ones once.
"""

import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final, NamedTuple

from newsloom_schemas.identity import article_id
from newsloom_schemas.types import Feed, RawArticle

from bench.articles import LANGUAGES, Article, labelled

END: Final = re.compile(r"(?<=[。！？”])(?=[^”])|(?<=[.!?]) +|\n+")
NOW: Final = datetime(2026, 11, 1, tzinfo=UTC)
BEGIN: Final = NOW - timedelta(days=365)
EVERY: Final = 315  # seconds, about: a hundred thousand articles take a year
SITES: Final = 200
MEDIAN: Final = 2_000  # bytes that an article has room for, with a long tail to the right; 1,600 of text are left of that
SPREAD: Final = 0.6  # of the logarithm
SETS: Final = ("train*", "press-a", "press-c")  # what the sample stream of tests/relevance consists of, too
SOURCES: Final = (2, 5)  # labelled articles that one is made of


class Source(NamedTuple):
    """A labelled article in sentences."""

    title: str
    sentences: tuple[str, ...]


def articles(count: int, seed: int = 0) -> Iterator[RawArticle]:
    """Yield so many articles in the order of their times, about as many Chinese as English; the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - chosen, not guessed
    return (_article(chance, n, seed) for n in range(count))


def _article(chance: random.Random, number: int, seed: int) -> RawArticle:
    language = chance.choice(LANGUAGES)
    text = recombined(chance, _sources(language), "" if language == "zh" else " ")
    site = chance.randrange(SITES)
    url = f"https://site{site}.example/{seed}/{number}"
    at = BEGIN + timedelta(seconds=number * EVERY + chance.randrange(EVERY))
    feed = Feed(url=f"https://site{site}.example/feed", title=f"Site {site}")
    return RawArticle(
        id=article_id(url), origin="feed", url=url, title=text.title, content=text.content, published_at=at,
        fetched_at=at + timedelta(minutes=5), feed=feed,
    )  # fmt: skip


def recombined(chance: random.Random, pool: tuple[Source, ...], space: str) -> Article:
    """Return sentences of a few of the pool, in paragraphs, up to a length drawn by chance."""
    room = int(chance.lognormvariate(0, SPREAD) * MEDIAN)
    parts = chance.sample(pool, min(len(pool), chance.randint(*SOURCES)))
    share = max(200, room // len(parts))
    return Article(parts[0].title, "\n\n".join(_passage(chance, part, share, space) for part in parts))


def _passage(chance: random.Random, source: Source, room: int, space: str) -> str:
    """Return neighbouring sentences of one, at least one, of about so many bytes at most."""
    first = chance.randrange(len(source.sentences))
    taken, held = [source.sentences[first]], len(source.sentences[first].encode())
    for sentence in source.sentences[first + 1 :] + source.sentences[:first]:
        held += len(sentence.encode())
        if held > room:
            break
        taken.append(sentence)
    return space.join(taken)


@cache
def _sources(language: str) -> tuple[Source, ...]:
    found = (Source(a.title, sentences(a.content)) for a in labelled(language, SETS))
    return tuple(source for source in found if source.sentences)


def sentences(text: str) -> tuple[str, ...]:
    """Cut a text where its sentences and paragraphs end; nothing but the space between them is left out."""
    return tuple(s for part in END.split(text) if (s := part.strip()))

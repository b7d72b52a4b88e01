"""folded text → where currencies and units stand in it: what sums and quantities are found from, looked for in one pass."""

from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from string import ascii_lowercase
from typing import Final, NamedTuple

import ahocorasick_rs

from newsloom_tagger import currencies, units

LETTERS: Final = frozenset(ascii_lowercase)
DIGITS: Final = "0123456789"
BEFORE_LETTER: Final = (*DIGITS, *"万亿千百")  # what stands before a unit of a single letter


class Anchor(NamedTuple):
    """A sign or word at a place of the text, apart from other Latin letters."""

    start: int
    end: int
    word: str


class Pattern(NamedTuple):
    """What the automaton looks for: a word, or a word behind a digit."""

    text: str
    word: str
    first: bool  # whether a Latin letter begins it
    last: bool  # whether a Latin letter or digit ends it


@lru_cache(maxsize=4)
def find(folded: str) -> tuple[Anchor, ...]:
    """Return the anchors in ``folded`` in order, the longest where several begin. The last texts are remembered."""
    return tuple(_find(folded))


def _find(folded: str) -> Iterator[Anchor]:
    automaton, patterns = _automaton()
    size = len(folded)
    for number, start, end in automaton.find_matches_as_indexes(folded):
        pattern = patterns[number]
        if pattern.first and start and folded[start - 1] in LETTERS:
            continue
        if pattern.last and end < size and folded[end] in LETTERS:
            continue
        yield Anchor(end - len(pattern.word), end, pattern.word)


@cache
def _automaton() -> tuple[ahocorasick_rs.AhoCorasick, list[Pattern]]:
    table = currencies.table()
    patterns = list(_patterns({*table.signs, *table.words, *units.table()}))
    texts = [p.text for p in patterns]
    return ahocorasick_rs.AhoCorasick(texts, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest), patterns


def _patterns(words: Iterable[str]) -> Iterator[Pattern]:
    """Yield the patterns of the words. A single letter (40p) would be found in every word: it is looked for behind a digit.

    Words that begin with such a letter are looked for there too, else 5p would hide the pflops of 5pflops.
    """
    words = sorted(words)
    letters = {w for w in words if len(w) == 1 and w in LETTERS}
    for word in words:
        last = word[-1].isascii() and word[-1].isalnum()
        if word not in letters:
            yield Pattern(word, word, word[0] in LETTERS, last)
        if word[0] in letters:
            yield from (Pattern(digit + word, word, False, last) for digit in BEFORE_LETTER)

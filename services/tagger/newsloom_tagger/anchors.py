"""folded text → where currencies, places and units stand in it: what sums and quantities are found from, in one pass."""

from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from string import ascii_lowercase
from typing import Final, NamedTuple

import ahocorasick_rs

from newsloom_tagger import currencies, units

LETTERS: Final = frozenset(ascii_lowercase)
DIGITS: Final = "0123456789"
BEFORE_LETTER: Final = (*DIGITS, *"万亿千百")  # what stands before a unit of a single letter

Anchor = tuple[int, int, str]  # where a sign or word begins and ends, and itself


class Pattern(NamedTuple):
    """What the automaton looks for: a word, or a word behind a digit."""

    text: str
    word: str
    edges: tuple[bool, bool]  # whether a Latin letter begins it, and a Latin letter or digit ends it


@lru_cache(maxsize=4)
def find(folded: str) -> list[Anchor]:
    """Return the anchors in ``folded`` in order, apart from other Latin letters, the longest where several begin.

    The last texts are remembered: whoever asks next for the same one must not change the list.
    """
    automaton, words, lengths, begin, close = _automaton()
    return [
        (end - lengths[i], end, words[i])
        for i, start, end in automaton.find_matches_as_indexes(folded)
        if not (close[i] and folded[end : end + 1] in LETTERS) and not (begin[i] and start and folded[start - 1] in LETTERS)
    ]


@cache
def _automaton() -> tuple[ahocorasick_rs.AhoCorasick, list[str], list[int], list[bool], list[bool]]:
    """Return the automaton, and by pattern its word, the word's length, and whether a Latin letter begins and ends it."""
    table = currencies.table()
    patterns = list(_patterns({*table.signs, *table.words, *table.places, *units.table()}))
    automaton = ahocorasick_rs.AhoCorasick(
        [p.text for p in patterns],
        ahocorasick_rs.MatchKind.LeftmostLongest,
        implementation=ahocorasick_rs.Implementation.DFA,  # twice as fast as the one that the library takes by itself
    )
    begin, close = ([p.edges[edge] for p in patterns] for edge in (0, 1))
    return automaton, [p.word for p in patterns], [len(p.word) for p in patterns], begin, close


def _patterns(words: Iterable[str]) -> Iterator[Pattern]:
    """Yield the patterns of the words. A single letter (40p) would be found in every word: it is looked for behind a digit.

    Words that begin with such a letter are looked for there too, else 5p would hide the pflops of 5pflops.
    """
    words = sorted(words)
    letters = {w for w in words if len(w) == 1 and w in LETTERS}
    for word in words:
        last = word[-1].isascii() and word[-1].isalnum()
        if word not in letters:
            yield Pattern(word, word, (word[0] in LETTERS, last))
        if word[0] in letters:
            yield from (Pattern(digit + word, word, (False, last)) for digit in BEFORE_LETTER)

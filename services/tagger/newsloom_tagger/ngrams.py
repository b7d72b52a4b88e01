"""A folded text → its n-grams: of characters in Chinese, of words and of the letters in them in English.

Every n-gram is a substring of ``normal(text)``, where words stand between single spaces: so they can be searched for there.
An English n-gram that begins and ends with a space is one word or two; any other lies within a word.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

CHARACTERS: Final = range(1, 5)  # the lengths of Chinese n-grams
LETTERS: Final = range(3, 6)  # and of those within English words, the spaces around a word included
WORDS: Final = {"zh": re.compile(r"\S+"), "en": re.compile(r"\w+")}


def normal(language: str, folded: str) -> str:
    """Return the words of a text with single spaces between and around them."""
    return f" {' '.join(WORDS[language].findall(folded))} "


def ngrams(language: str, folded: str) -> Iterator[str]:
    """Yield every n-gram of a text, as often as it is there."""
    yield from _characters(normal(language, folded)) if language == "zh" else _words(folded)


def is_word(ngram: str) -> bool:
    """Say whether an English n-gram is a word or two, not a part of one."""
    return len(ngram) > 2 and ngram[0] == ngram[-1] == " "


def _characters(text: str) -> Iterator[str]:
    for size in CHARACTERS:
        for at in range(len(text) - size + 1):
            ngram = text[at : at + size]
            if not ngram.isspace():
                yield ngram


def _words(folded: str) -> Iterator[str]:
    words = WORDS["en"].findall(folded)
    yield from (f" {word} " for word in words)
    yield from (f" {first} {second} " for first, second in pairwise(words))
    for word in words:
        padded = f" {word} "
        yield from (part for size in LETTERS for part in _parts(padded, size))


def _parts(padded: str, size: int) -> Iterator[str]:
    """Yield the parts of a word, without the whole word, which counts as a word."""
    for at in range(len(padded) - size + 1):
        if size < len(padded):
            yield padded[at : at + size]

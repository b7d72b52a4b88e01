"""An English clause → the person it names: "said chief executive Astrid Hellman" is Astrid Hellman."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from newsloom_tagger.speech import english

WORD: Final = (
    r"(?:[A-Z]\.|(?:Mc|Mac|O['’]|D['’]|de|da|van|von|del|della|al-|Al-|el-|El-|bin|ibn)?[A-ZÀ-ÞĀ-Ž][\w'’-]*[\w]|[A-Z])"
)
PARTICLE: Final = r"(?:(?:de|da|do|dos|van|von|der|den|del|della|di|du|la|le|bin|bint|ibn|al|el|ten|ter|y) )"
NAME: Final = re.compile(rf"(?<![\w’'-]){WORD}(?: {PARTICLE}{{0,2}}{WORD}){{0,4}}")


class Span(NamedTuple):
    """A name at a place of the text."""

    start: int
    end: int


def people(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield the places of capitalised names in ``text[start:end]`` that may be people, titles cut off."""
    for m in NAME.finditer(text, start, end):
        if span := _trimmed(text, m.start(), m.end()):
            yield span


def _trimmed(text: str, start: int, end: int) -> Span | None:
    """Cut titles and other words that are no name off the front; None where no person is left."""
    known = english()
    words = [(m.start() + start, m.group()) for m in re.finditer(r"\S+", text[start:end])]
    while words and (words[0][1] in known.titles or words[0][1] in known.no_names or _shouted(words[0][1])):
        words = words[1:]
    if not words or words[-1][1] in known.company_words:
        return None
    last = words[-1][1]
    end = end - 2 if last.endswith(("'s", "’s")) else end
    return Span(words[0][0], end)


def _shouted(word: str) -> bool:
    return len(word) > 1 and word.isupper() and word.isalpha()

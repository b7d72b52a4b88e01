"""English text → the people it names: capitalised words, less titles, companies and places."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from newsloom_tagger.speech import english

WORD: Final = r"(?:[A-Z]\.|(?:Mc|Mac|O['’]|D['’]|al-|Al-|el-|El-)?[A-ZÀ-ÞĀ-Ž][\w'’-]*\w|[A-Z](?![\w.]))"
PARTICLE: Final = r"(?:(?:de|da|do|dos|van|von|der|den|del|della|di|du|la|le|bin|bint|ibn|al|el|ten|ter|y) )"
NAME: Final = re.compile(rf"(?<![\w’'-]){WORD}(?: {PARTICLE}{{0,2}}{WORD}){{0,4}}")
POSSESSIVE: Final = re.compile("['’]s$")
TOKEN: Final = re.compile(r"\S+")


class Person(NamedTuple):
    """A name at a place of the text."""

    start: int
    end: int


def mentions(text: str, start: int = 0, end: int | None = None) -> Iterator[Person]:
    """Yield the places of capitalised names in ``text[start:end]`` that may be people, their titles cut off."""
    for m in NAME.finditer(text, start, len(text) if end is None else end):
        if person := _trimmed(text, m.start(), m.end()):
            yield person


def _trimmed(text: str, start: int, end: int) -> Person | None:
    """Cut off what stands before the person: OpenAI CEO Sam Altman, Amazon’s Andy Jassy. None where no person is left."""
    words = [(m.start(), m.group()) for m in TOKEN.finditer(text, start, end)]
    cut = max((i + 1 for i, (_, w) in enumerate(words) if w in english().titles or POSSESSIVE.search(w)), default=0)
    words = words[cut:]
    while words and _no_name(words[0][1]):
        words = words[1:]
    if not words or any(w in english().company_words for _, w in words):
        return None
    return Person(words[0][0], end)


def _no_name(word: str) -> bool:
    """Whether a capitalised word begins no name: a title, the first word of a sentence (It’s), an acronym."""
    plain = re.split("['’]", word)[0]
    shouted = len(word) > 1 and word.isupper() and word.isalpha()
    return shouted or word in english().titles or plain in english().no_names

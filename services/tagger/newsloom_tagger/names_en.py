"""English text → the people it names: capitalised words, less titles, companies and places."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from newsloom_tagger.speech import English, english

WORD: Final = r"(?:(?:[A-Z]\.)+|(?:Mc|Mac|O['’]|D['’]|al-|Al-|el-|El-)?[A-ZÀ-ÞĀ-Ž][\w'’-]*\w|[A-Z](?![\w.]))"
PARTICLE: Final = r"(?:(?:de|da|do|dos|van|von|der|den|del|della|di|du|la|le|bin|bint|ibn|al|el|ten|ter|y) )"
NAME: Final = re.compile(rf"(?<![\w’'-]){WORD}(?: {PARTICLE}{{0,2}}{WORD}){{0,4}}")
# The same, but for names that begin with a small letter, and many times faster: a capital is looked for first.
CAPITAL: Final = re.compile(
    rf"[A-ZÀ-ÞĀ-Ž](?<![\w’'-].)(?:\.(?:[A-Z]\.)*|[\w'’-]*\w|(?![\w.]))(?: {PARTICLE}{{0,2}}{WORD}){{0,4}}"
)
OWNERS: Final = ("'s", "’s")
ARABIC: Final = ("al-", "el-")


class Person(NamedTuple):
    """A name at a place of the text."""

    start: int
    end: int


def mentions(text: str, start: int = 0, end: int | None = None) -> Iterator[Person]:
    """Yield the places of capitalised names in ``text[start:end]`` that may be people, their titles cut off."""
    for first, last in runs(text, start, end):
        if person := trimmed(text, first, last):
            yield person


def runs(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Return where capitalised words that follow each other begin and end, titles and companies among them."""
    pattern = NAME if any(article in text for article in ARABIC) else CAPITAL
    return [m.span() for m in pattern.finditer(text, start, len(text) if end is None else end)]


def trimmed(text: str, start: int, end: int) -> Person | None:
    """Cut off what stands before the person: OpenAI CEO Sam Altman, Amazon’s Andy Jassy. None where no person is left."""
    words = text[start:end].split(" ")
    known = english()
    cut = 0
    for i, word in enumerate(words, 1):
        if word in known.titles or word.endswith(OWNERS):
            cut = i
    while cut < len(words) and _no_name(words[cut], known):
        cut += 1
    if cut == len(words) or not known.company_words.isdisjoint(words[cut:]):
        return None
    return Person(start + sum(map(len, words[:cut])) + cut, end)


def _no_name(word: str, known: English) -> bool:
    """Whether a capitalised word begins no name: a title, the first word of a sentence (It’s), an acronym."""
    if word.isalpha():
        return word in known.no_names or word in known.titles or (len(word) > 1 and word.isupper())
    return word in known.titles or word.replace("’", "'").partition("'")[0] in known.no_names

"""Phrases with braces → phrases spelt out: ``short of {compute}`` with the word list ``compute`` becomes ten phrases."""

import itertools
import re
from collections.abc import Iterator, Mapping
from typing import Final

MOST: Final = 3000  # phrases of one line of a rule: more is a slip, such as three long lists in one phrase
BRACES: Final = re.compile(r"\{([^{}]*)\}")


class WordsError(ValueError):
    """A phrase cannot be spelt out; the text says which and why."""


class Words:
    """The shared word lists, by name. A list may use other lists, never itself."""

    def __init__(self, lists: Mapping[str, tuple[str, ...]]) -> None:
        self._lists = lists

    def expand(self, phrases: tuple[str, ...]) -> tuple[str, ...]:
        """Return the phrases spelt out, each once, in order. Raises WordsError."""
        spelt = dict.fromkeys(s for p in phrases for s in self._spell(p, ()))
        if len(spelt) > MOST:
            raise WordsError(f"{len(spelt)} phrases after spelling out the lists; {MOST} are the most")
        return tuple(spelt)

    def _spell(self, phrase: str, above: tuple[str, ...]) -> Iterator[str]:
        names = BRACES.findall(phrase)
        choices = [tuple(self._list(n, phrase, above)) for n in names]
        for chosen in itertools.islice(itertools.product(*choices), MOST + 1):
            yield _checked(_fill(phrase, chosen))

    def _list(self, name: str, phrase: str, above: tuple[str, ...]) -> Iterator[str]:
        if name in above:
            raise WordsError(f"the word list {name!r} contains itself")
        if name not in self._lists:
            raise WordsError(f"{phrase!r} names the word list {name!r}, which words.yaml does not have")
        for entry in self._lists[name]:
            yield from self._spell(entry, (*above, name))


def _fill(phrase: str, chosen: tuple[str, ...]) -> str:
    parts = iter(chosen)
    return BRACES.sub(lambda _: next(parts), phrase)


def _checked(phrase: str) -> str:
    if "*" in phrase[:-1]:
        raise WordsError(f"{phrase!r}: a * stands for any ending, so it can only be the last character")
    if not phrase.strip("* "):
        raise WordsError("a phrase is empty")
    return phrase

"""Phrase lists → where each of them occurs in a text, all of them in one pass (Aho-Corasick)."""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import ahocorasick_rs

from newsloom_tagger.reading import Field, phrase

# 据NVIDIA发布: Chinese characters are no neighbours that make a longer word, Latin letters and digits are.
WORD: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
PLURAL: Final = re.compile(r"e?s(?![a-z0-9])")
ENDING: Final = re.compile(r"[a-z]*(?![a-z0-9])")
SEAM: Final = re.compile(r"(?<=[\u3400-\u9fff]) ?(?=[a-z0-9])|(?<=[a-z0-9]) ?(?=[\u3400-\u9fff])")


class Hit(NamedTuple):
    """An occurrence: code points ``start`` to ``end`` of a field, in its sentence number ``sentence``."""

    start: int
    end: int
    sentence: int


class _Use(NamedTuple):
    """A pattern's place in a phrase list, and how it may end: "" as it is, "s" plural too, "*" with any ending."""

    phrases: int
    ending: str


class Matcher:
    """All phrase lists at once; built once, then read only, so that threads may share it."""

    def __init__(self, lists: Sequence[tuple[str, ...]]) -> None:
        uses: dict[str, set[_Use]] = {}
        for number, phrases in enumerate(lists):
            for pattern, ending in (form for p in phrases for form in _forms(p)):
                uses.setdefault(pattern, set()).add(_Use(number, ending))
        self._patterns = list(uses)
        self._uses = [tuple(sorted(u)) for u in uses.values()]
        self._bounded = [p[0] in WORD for p in self._patterns]
        self._automaton = ahocorasick_rs.AhoCorasick(self._patterns) if uses else None

    def find(self, field: Field) -> dict[int, list[Hit]]:
        """Return the hits of each phrase list that has any, by the list's number and in order of their ends."""
        found: dict[int, list[Hit]] = {}
        text = field.folded
        if self._automaton is None or not text:
            return found
        for pattern, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            if self._bounded[pattern] and start and text[start - 1] in WORD:
                continue
            for number, ending in self._uses[pattern]:
                stop = _stop(text, end, ending)
                if stop:
                    found.setdefault(number, []).append(Hit(start, stop, field.sentence(start)))
        return found


def _stop(text: str, end: int, ending: str) -> int:
    """Return where the word that a pattern was found in ends, or 0 where it is another word."""
    if not ending or end == len(text) or text[end] not in WORD:
        return end
    tail = (ENDING if ending == "*" else PLURAL).match(text, end)
    return tail.end() if tail else 0


def _forms(text: str) -> Iterator[tuple[str, str]]:
    """Yield a phrase as patterns: with and without a space where Chinese and Latin meet (AI芯片, AI 芯片)."""
    plain = phrase(text.removesuffix("*"))
    ending = "*" if text.endswith("*") else "s" if plain[-1:] in WORD else ""
    yield from {(SEAM.sub(seam, plain), ending) for seam in ("", " ")}

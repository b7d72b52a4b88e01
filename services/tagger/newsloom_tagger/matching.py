"""Phrase lists → where each of them occurs in a text, all of them in one pass (Aho-Corasick)."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

import ahocorasick_rs

from newsloom_tagger.reading import phrase

# 据NVIDIA发布: Chinese characters are no neighbours that make a longer word, Latin letters and digits are.
WORD: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
PLURAL: Final = re.compile(r"e?s(?![a-z0-9])")
ENDING: Final = re.compile(r"[a-z]*(?![a-z0-9])")
SEAM: Final = re.compile(r"(?<=[\u3400-\u9fff]) ?(?=[a-z0-9])|(?<=[a-z0-9]) ?(?=[\u3400-\u9fff])")
Hit = tuple[int, int]  # start and end, in code points
Form = tuple[str, str]  # a pattern and how it may end: "" as it is, "s" plural too, "*" with any ending


class Found:
    """What was found in a text. Hits of a list are put together when they are asked for: few lists ever are."""

    def __init__(self, hits: dict[int, list[Hit]], lists: dict[int, list[int]]) -> None:
        self._hits = hits
        self._lists = lists
        self._sorted: dict[int, list[Hit]] = {}

    def __contains__(self, number: int) -> bool:
        """Say whether a phrase list has a hit."""
        return number in self._lists

    def there(self) -> set[int]:
        """Return the numbers of the phrase lists that have a hit."""
        return set(self._lists)

    def hits(self, number: int) -> list[Hit]:
        """Return the hits of a phrase list, in the order of their starts."""
        if number not in self._sorted:
            self._sorted[number] = sorted(hit for form in self._lists.get(number, ()) for hit in self._hits[form])
        return self._sorted[number]


class Matcher:
    """All phrase lists at once; built once, then read only, so that threads may share it."""

    def __init__(self, lists: Sequence[tuple[str, ...]]) -> None:
        users: dict[Form, set[int]] = {}
        for number, phrases in enumerate(lists):
            for form in (f for p in phrases for f in _forms(p)):
                users.setdefault(form, set()).add(number)
        self._users = [tuple(sorted(u)) for u in users.values()]
        self._endings = [ending for _, ending in users]
        self._forms: dict[str, list[int]] = {}
        for number, (pattern, _) in enumerate(users):
            self._forms.setdefault(pattern, []).append(number)
        self._patterns = [(p[0] in WORD, tuple(forms)) for p, forms in self._forms.items()]
        self._automaton = ahocorasick_rs.AhoCorasick(list(self._forms)) if users else None

    def find(self, folded: str) -> Found:
        """Return what is found in a text, which has to be folded as ``reading.read`` does."""
        hits: dict[int, list[Hit]] = {}
        for form, hit in self._walk(folded):
            hits.setdefault(form, []).append(hit)
        lists: dict[int, list[int]] = {}
        for form in hits:
            for number in self._users[form]:
                lists.setdefault(number, []).append(form)
        return Found(hits, lists)

    def _walk(self, text: str) -> Iterator[tuple[int, Hit]]:
        matches = self._automaton.find_matches_as_indexes(text, overlapping=True) if self._automaton else ()
        for pattern, start, end in matches:
            bounded, forms = self._patterns[pattern]
            if bounded and start and text[start - 1] in WORD:
                continue
            for form in forms:
                stop = _stop(text, end, self._endings[form])
                if stop:
                    yield form, (start, stop)


def _stop(text: str, end: int, ending: str) -> int:
    """Return where the word that a pattern was found in ends, or 0 where it is another word."""
    if not ending or end == len(text) or text[end] not in WORD:
        return end
    tail = (ENDING if ending == "*" else PLURAL).match(text, end)
    return tail.end() if tail else 0


def _forms(text: str) -> Iterator[Form]:
    """Yield a phrase as patterns: with and without a space where Chinese and Latin meet (AI芯片, AI 芯片)."""
    plain = phrase(text.removesuffix("*"))
    ending = "*" if text.endswith("*") else "s" if plain[-1:] in WORD else ""
    yield from {(SEAM.sub(seam, plain), ending) for seam in ("", " ")}

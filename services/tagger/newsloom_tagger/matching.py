"""Phrase lists → where each of them occurs in an article, all of them in one pass (Aho-Corasick)."""

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final, NamedTuple

import ahocorasick_rs
import numpy as np

from newsloom_tagger.columns import NONE, Ints, table
from newsloom_tagger.fold import Codes
from newsloom_tagger.reading import Page, phrase
from newsloom_tagger.signs import CODE, LATIN

# 据NVIDIA发布: Chinese characters are no neighbours that make a longer word, Latin letters and digits are.
WORD: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
SEAM: Final = re.compile(r"(?<=[\u3400-\u9fff]) ?(?=[a-z0-9])|(?<=[a-z0-9]) ?(?=[\u3400-\u9fff])")
Form = tuple[str, str]  # a pattern and how it may end: "" as it is, "s" plural too, "*" with any ending


class Found(NamedTuple):
    """The hits on a page, by list, then by where they start and end on the page.

    ``fields`` says in which field each is. ``first`` and ``counts`` say for each list and article which hits are its own, a
    row for each list, an article after the other in it. ``keys`` rise with the hits: see ``key``.
    """

    keys: Ints
    lists: Ints
    starts: Ints
    ends: Ints
    fields: Ints
    first: Ints
    counts: Ints
    bits: int

    def key(self, lists: Ints, hits: Ints) -> Ints:
        """Return what the keys of hits would be if they were hits of other lists."""
        return lists << 2 * self.bits | self.keys[hits] & (1 << 2 * self.bits) - 1


class Matcher:
    """All phrase lists at once; built once, then read only, so that threads may share it."""

    def __init__(self, lists: Sequence[tuple[str, ...]]) -> None:
        self._size = len(lists)
        uses: dict[str, set[tuple[int, str]]] = {}
        for number, phrases in enumerate(lists):
            for pattern, ending in (f for p in phrases for f in _forms(p)):
                uses.setdefault(pattern, set()).add((number, ending))
        rows = [sorted(u) for u in uses.values()]
        self._bounded = np.array([p[0] in WORD for p in uses], bool)
        self._lists = table([number for number, _ in row] for row in rows)
        self._endings = np.array([ord(ending or "\x00") for row in rows for _, ending in row], np.uint32)
        self._automaton = ahocorasick_rs.AhoCorasick(list(uses)) if uses else None

    def find(self, page: Page) -> Found:
        """Return what is found on a page."""
        patterns, starts, ends = self._matches(page)
        whole = (~self._bounded[patterns] | (page.signs[starts - 1] & LATIN == 0)).nonzero()[0]
        which, uses = self._lists.places(patterns[whole])
        rows = whole[which]
        stops = _stops(page.signs, ends[rows], self._endings[uses])
        kept = stops.nonzero()[0]
        return self._found(page, self._lists.numbers[uses[kept]], starts[rows[kept]], stops[kept])

    def _matches(self, page: Page) -> tuple[Ints, Ints, Ints]:
        """Return the numbers of patterns, where they begin and where they end. Field by field, as long lists cost more."""
        flat = [_flat(self._automaton, field.folded) for field in page.fields] if self._automaton else []
        patterns, starts, ends = np.concatenate([NONE, *flat]).reshape(-1, 3).T
        begins = page.begins[: len(flat)].repeat([len(numbers) // 3 for numbers in flat])
        return patterns, starts + begins, ends + begins

    def _found(self, page: Page, lists: Ints, starts: Ints, stops: Ints) -> Found:
        bits = len(page.folded).bit_length()
        keys = np.sort(lists << 2 * bits | starts << bits | stops)
        low = (1 << bits) - 1
        lists, starts = keys >> 2 * bits, keys >> bits & low
        fields = page.begins.searchsorted(starts, "right") - 1
        counts = np.bincount(lists * page.size + page.articles[fields], minlength=self._size * page.size)
        return Found(keys, lists, starts, keys & low, fields, np.cumsum(counts) - counts, counts, bits)


def _flat(automaton: ahocorasick_rs.AhoCorasick, text: str) -> Ints:
    """Return of every match three numbers in a row: its pattern, its beginning and its end."""
    matches = automaton.find_matches_as_indexes(text, overlapping=True)
    return np.fromiter(chain.from_iterable(matches), np.intp, 3 * len(matches))


def _stops(signs: Codes, ends: Ints, endings: Codes) -> Ints:
    """Return where the words end that patterns were found in, or 0 where it is another word."""
    stops = ends.copy()
    longer = ((endings != 0) & (signs[ends] & LATIN != 0)).nonzero()[0]
    codes = signs & CODE
    over = (signs & LATIN == 0).nonzero()[0]
    digits = np.cumsum((codes >= ord("0")) & (codes <= ord("9")))
    at = ends[longer]
    end = over[over.searchsorted(at)]
    plural = (codes[end - 1] == ord("s")) & ((end == at + 1) | (end == at + 2) & (codes[at] == ord("e")))
    any_ending = (endings[longer] == ord("*")) & (digits[end - 1] == digits[at - 1])
    stops[longer] = np.where(any_ending | (endings[longer] == ord("s")) & plural, end, 0)
    return stops


def _forms(text: str) -> Iterator[Form]:
    """Yield a phrase as patterns: with and without a space where Chinese and Latin meet (AI芯片, AI 芯片)."""
    plain = phrase(text.removesuffix("*"))
    ending = "*" if text.endswith("*") else "s" if plain[-1:] in WORD else ""
    yield from {(SEAM.sub(seam, plain), ending) for seam in ("", " ")}

"""An English word → its stem, as the index has it: M. F. Porter, An algorithm for suffix stripping, Program 14(3), 1980.

With the two later departures of its author that Lucene follows too: -bli becomes -ble, -logi becomes -log.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

STEP_2: Final = {
    "ational": "ate", "tional": "tion", "enci": "ence", "anci": "ance", "izer": "ize", "bli": "ble", "alli": "al",
    "entli": "ent", "eli": "e", "ousli": "ous", "ization": "ize", "ation": "ate", "ator": "ate", "alism": "al",
    "iveness": "ive", "fulness": "ful", "ousness": "ous", "aliti": "al", "iviti": "ive", "biliti": "ble", "logi": "log",
}  # fmt: skip
STEP_3: Final = {"icate": "ic", "ative": "", "alize": "al", "iciti": "ic", "ical": "ic", "ful": "", "ness": ""}
STEP_4: Final = dict.fromkeys((
    "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou", "ism", "ate", "iti", "ous",
    "ive", "ize",
), "")  # fmt: skip


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Return the stem of a word in lower case. Total: what is no English word is treated as one."""
    if len(word) <= 2:
        return word
    word = _plural(word)
    word = _past(word)
    if word[-1] == "y" and _has_vowel(word[:-1]):
        word = word[:-1] + "i"
    word = _ending(word, STEP_2, 0)
    word = _ending(word, STEP_3, 0)
    word = _ending(word, STEP_4, 1)
    return _last(word)


def _plural(word: str) -> str:
    for ending, kept in (("sses", "ss"), ("ies", "i"), ("ss", "ss"), ("s", "")):
        if word.endswith(ending):
            return word[: -len(ending)] + kept
    return word


def _past(word: str) -> str:
    if word.endswith("eed"):
        return word[:-1] if _measure(word[:-3]) > 0 else word
    for ending in ("ed", "ing"):
        base = word.removesuffix(ending)
        if base != word:
            return _mended(base) if _has_vowel(base) else word
    return word


def _mended(base: str) -> str:
    """Return what is left of a word without -ed or -ing with what they had swallowed or doubled."""
    if base.endswith(("at", "bl", "iz")):
        return base + "e"
    if _doubled(base):
        return base if base[-1] in "lsz" else base[:-1]
    return base + "e" if _measure(base) == 1 and _short(base) else base


def _ending(word: str, endings: Mapping[str, str], least: int) -> str:
    """Return the word with the longest of the endings replaced, where what stands before it is long enough."""
    for size in range(min(len(word), 7), 0, -1):
        ending = word[-size:]
        if ending in endings:
            base = word[:-size]
            fits = _measure(base) > least and (ending != "ion" or base.endswith(("s", "t")))
            return base + endings[ending] if fits else word
    return word


def _last(word: str) -> str:
    if word[-1] == "e":
        measure = _measure(word[:-1])
        if measure > 1 or (measure == 1 and not _short(word[:-1])):
            word = word[:-1]
    return word[:-1] if word.endswith("ll") and _measure(word[:-1]) > 1 else word


def _shape(word: str) -> str:
    """Return c for each consonant and v for each vowel."""
    shape = ""
    for c in word:
        vowel = c in "aeiou" or (c == "y" and shape[-1:] == "c")
        shape += "v" if vowel else "c"
    return shape


def _measure(base: str) -> int:
    """Return how often a consonant follows a vowel."""
    return _shape(base).count("vc")


def _has_vowel(base: str) -> bool:
    return "v" in _shape(base)


def _doubled(base: str) -> bool:
    return len(base) > 1 and base[-1] == base[-2] and _shape(base)[-1] == "c"


def _short(base: str) -> bool:
    """Whether it ends with consonant, vowel, consonant, of which the last is no w, x, y."""
    return _shape(base).endswith("cvc") and base[-1] not in "wxy"

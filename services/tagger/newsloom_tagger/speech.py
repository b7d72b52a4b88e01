"""gazetteer/speech.yaml → the words that tell direct speech and its speaker, as patterns."""

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

import ahocorasick_rs
import yaml

Place = tuple[int, int]


SURROGATE: Final = re.compile("[\ud800-\udfff]")  # no text has half of a pair by intent, and the automaton takes none
PRONOUNS: Final = ("he", "she", "He", "She")


class Words:
    """Finds words in a text, all in one pass, the longest where several begin. ``whole``: with no letter beside them."""

    def __init__(self, words: Iterable[str], *, whole: bool) -> None:
        self._words, self._whole = list(words), whole
        # Twice as fast as the automaton that the library takes by itself, for a few hundred kilobytes.
        dfa = ahocorasick_rs.Implementation.DFA
        self._automaton = ahocorasick_rs.AhoCorasick(self._words, ahocorasick_rs.MatchKind.LeftmostLongest, implementation=dfa)

    def find(self, text: str) -> list[tuple[int, int, str]]:
        """Return where each begins and ends, and itself, in order."""
        words = self._words
        try:
            found = self._automaton.find_matches_as_indexes(text)
        except UnicodeEncodeError:
            found = self._automaton.find_matches_as_indexes(SURROGATE.sub("\ufffd", text))
        if self._whole:
            found = [m for m in found if not text[m[2] : m[2] + 1].isalnum() and not (m[1] and text[m[1] - 1].isalnum())]
        return [(start, end, words[i]) for i, start, end in found]


class Chinese(NamedTuple):
    """Patterns over folded text. ``verb`` has a group of that name only where it is one: 分析 but not 分析师."""

    verb: re.Pattern[str]
    role: re.Pattern[str]
    roles: Words
    pronoun: re.Pattern[str]
    adverb: re.Pattern[str]
    surnames: frozenset[str]
    nobody: frozenset[str]
    not_names: frozenset[str]
    acts: re.Pattern[str]
    leading: re.Pattern[str]


class English(NamedTuple):
    """What is looked for in the text as written: capitals tell names. ``said`` finds verbs of speech and ``PRONOUNS``."""

    said: Words
    titles: frozenset[str]
    no_names: frozenset[str]
    company_words: frozenset[str]


def _any(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=lambda w: (-len(w), w))))


@cache
def _data() -> dict[str, Any]:
    return dict(yaml.safe_load(files("newsloom_tagger").joinpath("gazetteer/speech.yaml").read_text("utf-8")))


@cache
def chinese() -> Chinese:
    """Return the Chinese patterns."""
    zh = _data()["zh"]
    return Chinese(
        verb=re.compile(rf"{_any(zh['not_verbs'])}|(?P<verb>{_any(zh['verbs'])})"),
        role=re.compile(_any(zh["roles"])),
        roles=Words(zh["roles"], whole=False),
        pronoun=re.compile(rf"(?:{_any(zh['pronouns'])})(?!们)"),
        adverb=re.compile(_any(zh["adverbs"])),
        surnames=frozenset(zh["surnames"]) | frozenset(zh["compound_surnames"]),
        nobody=frozenset(zh["nobody"]),
        not_names=frozenset(zh["not_names"]),
        acts=re.compile(_any(zh["acts"])),
        leading=re.compile(f"(?:{_any(zh['leading'])})*"),
    )


@cache
def english() -> English:
    """Return the English patterns."""
    en = _data()["en"]
    return English(
        said=Words([*en["verbs"], *PRONOUNS], whole=True),
        titles=frozenset(en["titles"]),
        no_names=frozenset(en["no_names"]),
        company_words=frozenset(en["company_words"]),
    )

"""gazetteer/speech.yaml → the words that tell direct speech and its speaker, as patterns."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import ahocorasick_rs
import yaml

Place = tuple[int, int]


class Words:
    """Finds whole English words in a text, all in one pass, the longest where several begin."""

    def __init__(self, words: Iterable[str]) -> None:
        self._automaton = ahocorasick_rs.AhoCorasick(list(words), matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)

    def find(self, text: str) -> Iterator[Place]:
        """Yield where each begins and ends, in order."""
        size = len(text)
        for _, start, end in self._automaton.find_matches_as_indexes(text):
            if not (start and _in_word(text[start - 1])) and not (end < size and _in_word(text[end])):
                yield start, end


def _in_word(character: str) -> bool:
    return character.isalnum() or character == "_"


class Chinese(NamedTuple):
    """Patterns over folded text. ``verb`` has a group of that name only where it is one: 分析 but not 分析师."""

    verb: re.Pattern[str]
    role: re.Pattern[str]
    pronoun: re.Pattern[str]
    adverb: re.Pattern[str]
    surnames: frozenset[str]
    nobody: frozenset[str]
    not_names: frozenset[str]
    acts: re.Pattern[str]
    leading: re.Pattern[str]


class English(NamedTuple):
    """What is looked for in the text as written: capitals tell names."""

    verbs: Words
    pronouns: Words
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
        verbs=Words(en["verbs"]),
        pronouns=Words(["he", "she", "He", "She"]),
        titles=frozenset(en["titles"]),
        no_names=frozenset(en["no_names"]),
        company_words=frozenset(en["company_words"]),
    )

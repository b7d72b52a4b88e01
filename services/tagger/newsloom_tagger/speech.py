"""gazetteer/speech.yaml → the words that tell direct speech and its speaker, as patterns."""

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import yaml


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
    """Patterns over the text as written: capitals tell names."""

    verb: re.Pattern[str]
    pronoun: re.Pattern[str]
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
        verb=re.compile(rf"\b(?:{_any(en['verbs'])})\b"),
        pronoun=re.compile(r"\b(?:he|she|He|She)\b"),
        titles=frozenset(en["titles"]),
        no_names=frozenset(en["no_names"]),
        company_words=frozenset(en["company_words"]),
    )

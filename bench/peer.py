"""The peer: a word-list tagger of the usual kind, which is what most people would write first.

It has two compiled regular expressions a theme, one of all its English phrases as whole words, one of its Chinese ones, and
tags a text with each theme of which it finds enough. It gives no evidence and knows no names, sums, quotes or negations.
Its phrases are those of our own themes whose rules count, so that both look for the same things. It is given what makes it
quick: text is put into lower case once, nothing is captured, and weak words are left out.
"""

import re
from collections.abc import Iterable
from typing import Final

from newsloom_tagger.taxonomy import Taxonomy, ThemeRules

STRONG: Final = 0.5  # weight of a rule from which its phrases are listed
ENOUGH: Final = 2  # hits that make a tag


class WordLists:
    """A taxonomy as word lists, ready to tag with. ``phrases`` counts them."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        lists = {t.id: _phrases(t) for t in taxonomy.themes}
        self.phrases = sum(map(len, lists.values()))
        self._themes = [(theme, _whole_words(p), _anywhere(p)) for theme, p in lists.items()]

    def tag(self, text: str) -> set[str]:
        """Return the ids of the themes that the text speaks of."""
        low = text.lower()
        return {
            theme for theme, english, chinese in self._themes if len(english.findall(low)) + len(chinese.findall(low)) >= ENOUGH
        }


def _phrases(theme: ThemeRules) -> frozenset[str]:
    return frozenset(p.lower() for r in theme.rules if r.weight >= STRONG for p in r.any)


def _whole_words(phrases: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_any(p for p in phrases if p[0].isascii())})\b")


def _anywhere(phrases: Iterable[str]) -> re.Pattern[str]:
    return re.compile(_any(p for p in phrases if not p[0].isascii()))


def _any(phrases: Iterable[str]) -> str:
    """Return the alternatives, longest first; none at all match nowhere."""
    spelt = [
        re.escape(p.removesuffix("*")) + (r"\w*" if p.endswith("*") else "")
        for p in sorted(phrases, key=lambda p: (-len(p), p))
    ]
    return "|".join(spelt) or r"(?!)"

"""A number's neighbours → whether it is exact, about, over or under: 逾50亿, nearly 40%, 1,200 or more."""

import re
from functools import cache
from typing import Final, Literal

from newsloom_tagger import currencies

About = Literal["about", "over", "under"]

LOOK: Final = 20  # code points before a number that are read
MORE: Final = re.compile("[多余]")
AFTERWARDS: Final = re.compile(
    r"(?P<about>左右|上下(?!文)| or so\b)"
    r"|(?P<over>以上|\+|-plus\b| or more\b| or higher\b)"
    r"|(?P<under>以下|以内| or less\b| or fewer\b)"
)
KINDS: Final[dict[str | None, About]] = {"about": "about", "over": "over", "under": "under"}


def about(folded: str, start: int, end: int) -> About | None:
    """Return how exact the number at ``folded[start:end]`` is said to be, None where nothing says so."""
    if kind := _before(folded[max(0, start - LOOK) : start].rstrip(" ")):
        return kind
    if MORE.search(folded, start, end):
        return "over"
    m = AFTERWARDS.match(folded, end)
    return KINDS[m.lastgroup] if m else None


def _before(text: str) -> About | None:
    """Return what ends ``text``: the longest such word, so that no more than is not more than."""
    words, lengths = _words()
    for length in lengths.get(text[-1:], ()):
        kind = words.get(text[-length:])
        if kind and not (text[-1:].isascii() and text[-length - 1 : -length].isalpha()):
            return kind
    return None


@cache
def _words() -> tuple[dict[str, About], dict[str, list[int]]]:
    """Return the words, and for each last character of one how long such words are, the longest first."""
    kinds: tuple[About, ...] = ("over", "under", "about")
    words = {word: kind for kind in kinds for word in currencies.table().about[kind]}
    lengths = {last: {len(w) for w in words if w.endswith(last)} for last in {w[-1] for w in words}}
    return words, {last: sorted(found, reverse=True) for last, found in lengths.items()}

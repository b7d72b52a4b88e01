"""A number and what it seems to count → whether it is part of a name, a date or a price instead: GPT-4 users, in 2024 cars."""

import re
from decimal import Decimal
from typing import Final

from newsloom_tagger import units
from newsloom_tagger.units import Use

SMALL: Final = 1_000  # numbers in names are smaller
YEAR: Final = re.compile(r"(?:19|20)\d\d(?!\d)")
DATED: Final = re.compile(
    r"\b(?:in|since|by|from|of|until|till|during|before|after|for|spring|summer|autumn|fall|winter|early|late) $"
)
PRICED: Final = ("每", "每个", "第", "/", "/ ", " per ")  # per million tokens, 元/百万token
VAGUE: Final = frozenset("上好")  # 上万张
MAGNITUDES: Final = frozenset("十百千万亿")
GLUED: Final = frozenset("-‑–/:#_.,@&")
PREVIOUS: Final = re.compile(r"([^\s,，;；:：.。()（）]+\.?) $")
SENTENCE: Final = re.compile(r"(?:^|[.!?:;—\"“”\n])\s*$")
HAN_NOUN: Final = "\u2e80"  # a thing in Chinese begins at or after this character
LOOK: Final = 24  # code points before a number that are read


def named(text: str, folded: str, start: int, value: Decimal, use: Use) -> bool:
    """Whether the number at ``start`` of the text names something or prices so many, and counts nothing."""
    before = folded[max(0, start - LOOK) : start]
    last = before[-1:]
    if before.endswith(PRICED) or (last in GLUED and before[-2:-1].isalnum()) or (last.isascii() and last.isalpha()):
        return True
    if last in VAGUE and folded[start] in MAGNITUDES:
        return True
    if use.kind != "counted":
        return False
    if YEAR.match(folded, start) and (DATED.search(before) or not before.endswith(" ")):
        return bool(DATED.search(before)) or _no_measure(folded, start)
    return value < SMALL and before.endswith(" ") and _called(text[max(0, start - LOOK) : start], folded[start])


def _no_measure(folded: str, start: int) -> bool:
    """Whether a thing in Chinese follows a year without a measure word: 2024用户大会."""
    follows = folded[start + 4 : start + 5]
    return follows >= HAN_NOUN and follows not in units.words("classifiers")


def _called(before: str, first: str) -> bool:
    """Whether the word before the number makes it a name: phase 2, Windows 11."""
    m = PREVIOUS.search(before)
    if m is None or not first.isdigit() or not m[1].isascii():
        return False
    word = m[1].lower()
    if word in units.words("names"):
        return True
    head = m[1][0].isupper() and not SENTENCE.search(before, 0, m.start())
    return head and word not in units.words("plain")

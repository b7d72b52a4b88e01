"""How much a text says, whatever its script. Pure."""

import re
from typing import Final

CJK: Final = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]")
DENSER: Final = 3  # letters that a Chinese character stands for: what takes 500 of them takes 1,500 in English
WORD: Final = re.compile(r"\d{3,}|[^\W\d_]{5,}")  # shorter words are mostly grammar
SAME_SHARE: Final = 0.3  # of a text's words in another that tells the same story; unrelated news share less than a tenth
FEW: Final = 5  # words, below which that says nothing


def weight(text: str) -> int:
    """Return the length in code points, with East Asian characters counted for what they say."""
    return len(text) + (DENSER - 1) * len(CJK.findall(text))


def about_the_same(one: str, other: str) -> bool:
    """Whether the longer text ``other`` tells of what ``one`` tells, by the words they share; yes, where ``one`` has few."""
    words = _words(one)
    return len(words) < FEW or len(words & _words(other)) >= SAME_SHARE * len(words)


def _words(text: str) -> set[str]:
    """Words, and of scripts without spaces every two neighbours."""
    low = text.lower()
    east = "".join(c if CJK.match(c) else " " for c in low)
    pairs = {east[i : i + 2] for i in range(len(east) - 1) if " " not in east[i : i + 2]}
    return pairs | set(WORD.findall(CJK.sub(" ", low)))

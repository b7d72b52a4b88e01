"""text → the terms that the index has of it, at their places: our analyser of news@analysis.json, in Python.

Unicode's rules for words (UAX #29, as Lucene's standard tokenizer has them), width, case and accents folded, Traditional read
as Simplified, Chinese, Japanese and Korean as overlapping pairs of characters, English words with their stems. What a search of
the index finds is what is found in these terms; tests/query compares the two on the real Elasticsearch.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
import regex
from newsloom_schemas.index import templates
from newsloom_tagger.fold import encoded
from numpy.typing import NDArray

from newsloom_query.folding import folded
from newsloom_query.porter import stem

CODES: Final = 0x110000
ASSIGNED: Final = 0x40000  # from here on there is nothing to read
LONGEST: Final = 255  # characters of a token: a longer one is cut
POSSESSIVE: Final = re.compile("['’\uff07]s$")
# What a character is to the rules for words, as a letter. Later lines go over earlier ones.
CLASSES: Final = {
    "p": r"\p{Extended_Pictographic}",
    "L": r"\p{WB=ALetter}",
    "H": r"[\p{WB=ALetter}&&\p{Script=Hangul}]",
    "B": r"\p{WB=Hebrew_Letter}",
    "N": r"[\p{WB=Numeric}\uff10-\uff19]",
    "K": r"\p{WB=Katakana}",
    "m": r"\p{WB=MidLetter}",
    "n": r"\p{WB=MidNum}",
    "q": r"\p{WB=MidNumLet}",
    "s": r"\p{WB=Single_Quote}",
    "d": r"\p{WB=Double_Quote}",
    "x": r"\p{WB=ExtendNumLet}",
    "C": r"\p{Line_Break=Complex_Context}",
    "h": r"\p{Script=Han}",
    "g": r"\p{Script=Hiragana}",
    "e": r"[\p{WB=Extend}\p{WB=Format}\p{WB=ZWJ}]",
    "R": r"\p{WB=Regional_Indicator}",
}
LETTERS: Final = r"(?:[LHB]e*+)"
GROUP: Final = (
    rf"(?:Ke*+(?:(?:xe*+)*+Ke*+)*+|(?:Be*+(?:de*+Be*+|se*+(?![LHB]))|Ne*+(?:(?:(?:xe*+)*+|[nqs]e*+)Ne*+)*+"
    rf"|{LETTERS}(?:(?:(?:xe*+)*+|[mqs]e*+){LETTERS})*+)++)"
)
TOKEN: Final = re.compile(
    rf"Re*+Re*+|pe*+(?:(?<=e)pe*+)*+|(?:xe*+)*+{GROUP}(?:(?:xe*+)++{GROUP})*+(?:xe*+)*+|(?:Ce*+)++|he*+|ge*+"
)
CJK: Final = re.compile(r"[hg]e*|(?:He*)+|(?:Ke*)+")


class Token(NamedTuple):
    """A term of the index and where it is from. ``plain`` is the word, ``stem`` its stem, which may be the same."""

    start: int
    end: int
    plain: str
    stem: str


def tokens(text: str) -> list[Token]:
    """Return the tokens of a text; the place of each in the list is its position."""
    return list(_tokens(text))


def lone(term: str) -> bool:
    """Whether a term is one Chinese character that has no other beside it."""
    return len(term) == 1 and chr(_classes()[ord(term)]) in "hg"


def _tokens(text: str) -> Iterator[Token]:
    simple = text.translate(_simplified())
    classes = _classes().take(encoded(simple)).tobytes().decode("ascii")
    run: list[tuple[int, int, str]] = []  # characters of Chinese, Japanese or Korean that stand beside each other
    for start, end in _spans(classes):
        term, paired = folded(simple[start:end]), CJK.fullmatch(classes, start, end) is not None
        if run and (run[-1][1] != start or not paired):
            yield from _pairs(run)
            run = []
        if paired:
            run += _characters(start, end, term)
        else:
            term = POSSESSIVE.sub("", term)
            yield Token(start, end, term, stem(term))
    yield from _pairs(run)


def _spans(classes: str) -> Iterator[tuple[int, int]]:
    for m in TOKEN.finditer(classes):
        start, end = m.span()
        while end - start > LONGEST:
            cut = TOKEN.match(classes, start, start + LONGEST)
            stop = cut.end() if cut else start + 1
            if cut:
                yield start, stop
            start = stop
        yield start, end


def _characters(start: int, end: int, term: str) -> list[tuple[int, int, str]]:
    """Return each character with its place; where folding has made fewer of them, the place of all."""
    if end - start != len(term):
        return [(start, end, c) for c in term]
    return [(start + n, start + n + 1, c) for n, c in enumerate(term)]


def _pairs(run: list[tuple[int, int, str]]) -> Iterator[Token]:
    if len(run) == 1:
        yield Token(*run[0], run[0][2])
    for (start, _, first), (_, end, second) in pairwise(run):
        yield Token(start, end, first + second, stem(first + second))


@cache
def _classes() -> NDArray[np.uint8]:
    """Return the class of each code point."""
    text = "".join(chr(c) for c in range(ASSIGNED) if not 0xD800 <= c < 0xE000)
    found = np.full(CODES, ord("."), np.uint8)
    for letter, pattern in CLASSES.items():
        for m in regex.finditer(f"(?V1){pattern}+", text):
            first, last = ord(text[m.start()]), ord(text[m.end() - 1])
            found[first : last + 1] = ord(letter)
    return found


@cache
def _simplified() -> dict[int, str]:
    """Return the analyser's own map of characters: its char filter."""
    settings = templates()["news@analysis"]["template"]["settings"]["index"]["analysis"]
    pairs = (line.split("=>") for line in settings["char_filter"]["news_simplified"]["mappings"])
    return {ord(old): new for old, new in pairs}

"""text → the terms that the index has of it, at their places: our analyser of news@analysis.json, in Python.

Unicode's rules for words (UAX #29, as Lucene's standard tokenizer has them), width, case and accents folded, Traditional read
as Simplified, Chinese, Japanese and Korean as overlapping pairs of characters, English words with their stems. What a search
of the index finds is what is found in these terms; tests/query compares the two on the real Elasticsearch, which also said what
class each character is of (classes.json).
"""

import json
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from newsloom_schemas.index import templates
from newsloom_tagger.fold import encoded
from numpy.typing import NDArray

from newsloom_query.folding import folded
from newsloom_query.porter import stem

CODES: Final = 0x110000
BEYOND: Final = (
    ("h", 0x20000, 0x2FA20),
    ("h", 0x30000, 0x323B0),
    ("e", 0xE0001, 0xE01F0),
)  # the planes that classes.json has not
LONGEST: Final = 255  # characters of a token: a longer one is cut
POSSESSIVE: Final = re.compile("['’\uff07]s$")
MARKS: Final = "[ez]*+"  # what belongs to the character before it
LETTERS: Final = rf"(?:[LHB]{MARKS})"
UNDERSCORES: Final = rf"(?:x{MARKS})"
GROUP: Final = (
    rf"(?:K{MARKS}(?:{UNDERSCORES}*+K{MARKS})*+|(?:B{MARKS}(?:d{MARKS}B{MARKS}|s{MARKS}(?![LHB]))"
    rf"|N{MARKS}(?:(?:{UNDERSCORES}*+|[nqs]{MARKS})N{MARKS})*+"
    rf"|{LETTERS}(?:(?:{UNDERSCORES}*+|[mqs]{MARKS}){LETTERS})*+)++)"
)
TOKEN: Final = re.compile(
    rf"R{MARKS}R{MARKS}|(?:z(?=p))?p{MARKS}(?:(?<=z)p{MARKS})*+"
    rf"|{UNDERSCORES}*+{GROUP}(?:{UNDERSCORES}++{GROUP})*+{UNDERSCORES}*+|(?:C{MARKS})++|[hg]{MARKS}"
)
CJK: Final = re.compile(rf"[hg]{MARKS}|(?:H{MARKS})++|(?:K{MARKS})++")


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
    return len(term) == 1 and chr(classes()[ord(term)]) in "hg"


def _tokens(text: str) -> Iterator[Token]:
    simple = text.translate(_simplified())
    kinds = classes().take(encoded(simple)).tobytes().decode("ascii")
    run: list[tuple[int, int, str]] = []  # characters of Chinese, Japanese or Korean that stand beside each other
    for start, end in _spans(kinds):
        term, paired = folded(simple[start:end]), CJK.fullmatch(kinds, start, end) is not None
        if run and (run[-1][1] != start or not paired):
            yield from _pairs(run)
            run = []
        if paired:
            run += _characters(start, end, term)
        else:
            term = POSSESSIVE.sub("", term)
            yield Token(start, end, term, stem(term))
    yield from _pairs(run)


def _spans(kinds: str) -> Iterator[tuple[int, int]]:
    for m in TOKEN.finditer(kinds):
        start, end = m.span()
        while end - start > LONGEST:
            cut = TOKEN.match(kinds, start, start + LONGEST)
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
def classes() -> NDArray[np.uint8]:
    """Return the class of each code point: a letter that stands for what it is to the rules for words.

    L letter, H Hangul, B Hebrew, N digit, K Katakana, m n q s d signs within words or numbers, x underscores, C scripts without
    spaces, h Han, g Hiragana, e marks and what else belongs to the character before it, z the joiner that makes one picture of
    two, p pictures, R halves of flags.
    """
    found = np.full(CODES, ord("."), np.uint8)
    for letter, ranges in json.loads(files("newsloom_query").joinpath("classes.json").read_text("utf-8")).items():
        for first, _, last in (span.partition("-") for span in ranges.split()):
            found[int(first, 16) : int(last or first, 16) + 1] = ord(letter)
    for letter, start, stop in BEYOND:
        found[start:stop] = ord(letter)
    found[ord("\u200d")] = ord("z")
    return found


@cache
def _simplified() -> dict[int, str]:
    """Return the analyser's own map of characters: its char filter."""
    settings = templates()["news@analysis"]["template"]["settings"]["index"]["analysis"]
    pairs = (line.split("=>") for line in settings["char_filter"]["news_simplified"]["mappings"])
    return {ord(old): new for old, new in pairs}

"""A text → its sentences as a reader would cut them: what is shown of an article must be whole. Pure.

Rules are laid on simpler ones (``reading``), where a cut too many does little harm. What people are shown must not end at
"Nvidia Inc." or "the U.S.", nor run on because a quotation mark stands behind the full stop; a semicolon ends nothing here.
A full stop is told from an abbreviation's by the word before it and by what begins behind it.
"""

import re
from bisect import bisect_left, bisect_right
from functools import cache, cached_property
from importlib.resources import files
from typing import Final, NamedTuple

import numpy as np
import yaml
from newsloom_schemas.types import Span

from newsloom_tagger.columns import Ints
from newsloom_tagger.fold import Codes
from newsloom_tagger.signs import CODE, LATIN, SPACE, START, STOP, WORD

LONGEST: Final = 400  # code points: what is longer is cut as ``reading`` does, at semicolons and in the end anywhere
AROUND: Final = " \t\r\n\u3000"
MARKS: Final = frozenset(".!?。！？…")
ELLIPSIS: Final = "…"
LATER: Final = MARKS | {"\n"}  # behind a mark: they end the sentence instead
HAN_MARKS: Final = frozenset("。！？")
HAN: Final = "\u3400-\u9fff"
CLOSING: Final = re.compile(r"[”’」』\"')）】\]]*(?:\[\d{1,3}\])*")  # belongs to the sentence before, numbers of notes too
# What goes on behind closing marks: “没货！”他说。 and 大喊“没货！”，然后走了。
GOES_ON: Final = re.compile(r"[，、；：,;:]|[^，。！？；：、,\n]{0,10}(?:说|道|问|称|表示|回答|回应)[，。：]")
GAP: Final = re.compile(r"\s*")
# How a sentence in Latin letters begins: 2026, (The, “We, iPhone; or behind it one in Chinese.
BEGINNING: Final = re.compile(rf"[\"“‘'(（\[「『•*-]*(?:[a-z]?[A-Z0-9$€£¥]|[{HAN}])|$")
FIRST_HAN: Final = 0x3000  # Chinese marks come after it
BEFORE: Final = np.arange(1, 8)  # letters in a row before a full stop: no abbreviation has so many
LONGEST_WORD: Final = 12  # code points looked at before a full stop
LAST_WORD: Final = re.compile(r"[A-Za-z]+(?:\.[A-Za-z]+)*$")
INITIALS: Final = re.compile(r"[a-z]{1,2}(?:\.[a-z]{1,2})+$|[a-z]$")  # U.S., a.m., Ph.D., J.


class Words(NamedTuple):
    """The lists of ``gazetteer/sentences.yaml``; ``opener`` matches where a sentence surely begins, or nothing follows.

    ``any`` has the words of all lists.
    """

    any: frozenset[str]
    before_names: frozenset[str]
    before_numbers: frozenset[str]
    either: frozenset[str]
    opener: re.Pattern[str]


class Sentences:
    """A text's sentences, looked for when they are first asked for.

    ``begin`` is where the text begins on the page of ``marks``, ``shorter`` has the rising ends that cut what is too long to
    be shown.
    """

    def __init__(self, text: str, marks: "Marks", begin: int, shorter: Ints) -> None:
        self._text, self._marks, self._begin, self._shorter = text, marks, begin, shorter
        self._trimmed: dict[tuple[int, int], Span] = {}

    def around(self, start: int, end: int) -> Span:
        """Return the sentence around ``text[start:end]``, or those that it goes through, without the space around them."""
        place = _between(self.ends, start, end)
        if place[1] - place[0] > LONGEST:
            place = _between(self._shorter.tolist(), start, end)
        if place not in self._trimmed:
            self._trimmed[place] = _trimmed(self._text, *place)
        return self._trimmed[place]

    @cached_property
    def ends(self) -> list[int]:
        """The rising ends of the sentences; the last one is the text's."""
        plain, doubtful = self._marks.within(self._begin, len(self._text))
        text = self._text
        ends = (mark + 1 if _plain(text, mark) else _end(text, mark) for mark in doubtful.tolist())
        return sorted({len(self._text), *(plain + 1).tolist(), *(end for end in ends if end)})

    @cached_property
    def sizes(self) -> Ints:
        """How long the sentences are, the space around them included."""
        return np.diff(self.ends, prepend=0)


class Marks:
    """The marks of a page that may end a sentence, sorted out when they are first asked for.

    ``marks`` are where the signs say that a sentence or clause may end.
    """

    def __init__(self, folded: str, signs: Codes, marks: Ints) -> None:
        self.signs, self._folded, self._marks = signs, folded, marks

    def within(self, begin: int, size: int) -> tuple[Ints, Ints]:
        """Return the marks of a text on the page that surely end a sentence, and those worth a closer look."""
        plain, doubtful = (m[slice(*m.searchsorted((begin, begin + size)))] - begin for m in self._sorted)
        return plain, doubtful

    @cached_property
    def _sorted(self) -> tuple[Ints, Ints]:
        signs = self.signs[self._marks]
        marks = self._marks[(signs & STOP != 0) | (signs & CODE == ord("."))]
        if ELLIPSIS in self._folded:
            marks = np.sort(np.concatenate((marks, (self.signs & CODE == ord(ELLIPSIS)).nonzero()[0])))
        return _sorted_out(self.signs, marks)


def _sorted_out(signs: Codes, marks: Ints) -> tuple[Ints, Ints]:
    """Return the marks that surely end a sentence, and those worth a closer look: a few of many, as a look takes its time."""
    letters = (signs.take(marks[:, None] - BEFORE, mode="clip") & LATIN != 0).all(1) & (marks >= len(BEFORE))
    mark = signs[marks]
    first, second = (signs.take(marks + n, mode="clip") for n in (1, 2))
    code, lines = mark & CODE, first & (STOP | SPACE) == STOP | SPACE
    dot, semicolon = code == ord("."), (code == ord(";")) | (code == ord("；"))
    sure = (mark & SPACE != 0) | (code > FIRST_HAN) & (first & WORD != 0)
    sure |= dot & (first & SPACE != 0) & (second & START != 0) & letters
    out = semicolon | lines & (mark & SPACE == 0) | dot & (first & WORD != 0)
    return marks[sure & ~out], marks[~sure & ~out]


def _trimmed(text: str, begin: int, stop: int) -> Span:
    """Return a stretch without the space around it."""
    text = text[begin:stop]
    return Span(start=begin + len(text) - len(text.lstrip(AROUND)), end=begin + len(text.rstrip(AROUND)))


def _between(ends: list[int], start: int, end: int) -> tuple[int, int]:
    """Return the last end up to ``start``, and the first from ``end`` on."""
    first = bisect_right(ends, start)
    last = bisect_left(ends, end if end > start else start + 1, first)
    return ends[first - 1] if first else 0, ends[last] if last < len(ends) else ends[-1]


def _plain(text: str, mark: int) -> bool:
    """Say whether a full stop stands between a plain word and one with a capital: most do, and need no closer look."""
    if text[mark] != "." or text[mark + 1 : mark + 2] != " " or not "A" <= text[mark + 2 : mark + 3] <= "Z":
        return False
    word = text[text.rfind(" ", 0, mark) + 1 : mark]
    return 1 < len(word) < LONGEST_WORD and word.isascii() and word.isalpha() and word.lower() not in _words().any


def _end(text: str, mark: int) -> int | None:
    """Return where a sentence ends with this mark and those that close behind it; None where none does."""
    if text[mark] not in MARKS:
        return mark + 1  # a line does
    if text[mark + 1 : mark + 2] in LATER:
        return None
    closed = CLOSING.match(text, mark + 1)
    end = closed.end() if closed else mark + 1
    whole = _han(text, mark, end) if text[mark] in HAN_MARKS else _latin(text, mark, end)
    return end if whole else None


def _han(text: str, mark: int, end: int) -> bool:
    return end == mark + 1 or not GOES_ON.match(text, end)


def _latin(text: str, mark: int, end: int) -> bool:
    """Say whether a mark that both scripts use, or only Latin has, ends a sentence."""
    gap = GAP.match(text, end)
    begin = gap.end() if gap else end
    if begin == end < len(text):
        return (text[mark] in "!?" or end > mark + 1) and "\u3400" <= text[end] <= "\u9fff" and _han(text, mark, end)
    if not BEGINNING.match(text, begin):
        return False
    return text[mark] != "." or end > mark + 1 or not _abbreviated(text, mark, begin)


def _abbreviated(text: str, dot: int, begin: int) -> bool:
    """Say whether the full stop is that of an abbreviation, and the sentence goes on at ``begin``."""
    known, found = _words(), LAST_WORD.search(text, max(0, dot - LONGEST_WORD), dot)
    word = found.group().lower() if found else ""
    if word in known.before_numbers:
        return text[begin : begin + 1].isdigit()
    if word in known.before_names:
        return True
    return bool(word in known.either or INITIALS.match(word)) and not known.opener.match(text, begin)


@cache
def _words() -> Words:
    data = yaml.safe_load(files("newsloom_tagger").joinpath("gazetteer/sentences.yaml").read_text("utf-8"))
    opener = re.compile(rf"[\"“‘'(\[]*(?:{'|'.join(data['openers'])})\b|$|[{HAN}]")
    names, numbers, either = (frozenset(data[name]) for name in ("before_names", "before_numbers", "either"))
    return Words(names | numbers | either, names, numbers, either, opener)

"""A field as written → as the theme rules read it, with its sentences and clauses; every offset stays what it was."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from newsloom_tagger.columns import Flags, Ints
from newsloom_tagger.fold import Codes, decoded
from newsloom_tagger.signs import CLAUSE, CLOSE, CODE, DOT, OPEN, SPACE, START, STOP, signs

LONGEST_SENTENCE: Final = 400  # code points: text without stops must not become one endless sentence
BEYOND: Final = "\x00\x00"  # as much as is looked at behind a character, of no kind
NONE: Final = signs("\x00")


class Field(NamedTuple):
    """A field of an article, read once.

    ``folded`` and ``signs`` are as long as ``text``; sentences and clauses are given by their rising ends. ``dense`` text
    is mostly Chinese, where a character says as much as two or three Latin ones.
    """

    name: str
    text: str
    folded: str
    signs: Codes
    sentences: Ints
    clauses: Ints
    size: int

    @property
    def dense(self) -> bool:
        """Say whether most of the text is Chinese: three bytes a character."""
        return self.size > 2 * len(self.text)


def read(name: str, text: str) -> Field:
    """Return the field, read. Total: control characters, lone surrogates and nothing at all will do."""
    beyond = signs(text + BEYOND)
    own = beyond[: len(text)]
    marks = (own & (STOP | CLAUSE | DOT)).nonzero()[0]
    sentences = _cut(_sentences(beyond, marks, len(text)))
    size = len(text.encode("utf-8", "surrogatepass"))
    return Field(name, text, decoded(own & CODE), own, sentences, _clauses(beyond, marks, len(text)), size)


def phrase(text: str) -> str:
    """Return a phrase of a rule as it is searched for."""
    return decoded(signs(text) & CODE)


def _clauses(beyond: Codes, marks: Ints, size: int) -> Ints:
    """Return where clauses end: after a mark, or after a comma or full stop that nothing but space follows."""
    loose = (beyond[marks] & DOT == 0) | (beyond[marks + 1] & SPACE != 0) | (marks == size - 1)
    return np.append(marks[loose] + 1, size)


def _sentences(beyond: Codes, marks: Ints, size: int) -> Ints:
    """Return where sentences end: after the last stop of several and the quotation mark that closes it, or a full stop."""
    stops = marks[beyond[marks] & STOP != 0]
    last = stops[beyond[stops + 1] & STOP == 0] + 1
    last += beyond[last] & CLOSE != 0
    dots = marks[beyond[marks] & CODE == ord(".")]
    ends = np.concatenate((last, dots[_full(beyond, dots, size)] + 1, [size]))
    ends.sort()
    return ends


def _full(beyond: Codes, dots: Ints, size: int) -> Flags:
    """Say which dots are full stops: a space and the beginning of a sentence follow, or nothing but space."""
    solid = np.append((beyond[:size] & SPACE == 0).nonzero()[0], size)
    after = solid[solid.searchsorted(dots + 1)]
    kind, further = beyond[after], beyond[after + 1]
    begins = (kind & START != 0) | (kind & OPEN != 0) & (further & START != 0)
    full: Flags = (after == size) | (after > dots + 1) & begins
    return full


def _cut(ends: Ints) -> Ints:
    """Return the ends with more of them in sentences that are too long."""
    if (np.diff(ends, prepend=0) <= LONGEST_SENTENCE).all():
        return ends
    return np.fromiter(_cuts(ends.tolist()), np.intp)


def _cuts(ends: list[int]) -> Iterator[int]:
    at = 0
    for end in ends:
        yield from range(at + LONGEST_SENTENCE, end, LONGEST_SENTENCE)
        yield end
        at = end


class Page(NamedTuple):
    """An article's fields in a row, one character of no kind before, between and behind them.

    Offsets on a page: a field's own plus its ``begins``. ``bounds`` are the beginnings of fields and the ends of clauses.
    """

    fields: tuple[Field, ...]
    begins: Ints
    folded: str
    signs: Codes
    sentences: Ints
    bounds: Ints


def page(fields: Sequence[Field]) -> Page:
    """Return the fields in a row."""
    sizes = [len(f.folded) + 1 for f in fields]
    begins = np.cumsum([1, *sizes])[:-1]
    placed = list(zip(fields, begins.tolist(), strict=True))
    return Page(
        tuple(fields),
        begins,
        "\x00".join(("", *(f.folded for f in fields), "")),
        np.concatenate([NONE, *(part for f in fields for part in (f.signs, NONE))]),
        np.concatenate([begins[:0], *(f.sentences + begin for f, begin in placed)]),
        np.concatenate([begins[:0], *(part for f, begin in placed for part in ([begin], f.clauses + begin))]),
    )

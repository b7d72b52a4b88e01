"""Fields as written → as the rules and models read them, with sentences and clauses; every offset stays what it was."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from newsloom_tagger.columns import Flags, Ints
from newsloom_tagger.fold import Codes, decoded
from newsloom_tagger.sentences import Marks, Sentences
from newsloom_tagger.signs import CLAUSE, CLOSE, CODE, DOT, OPEN, SPACE, START, STOP, signs

LONGEST_SENTENCE: Final = 400  # code points: text without stops must not become one endless sentence
APART: Final = "\x00"  # before, between and behind the fields of a page: no phrase has it
END: Final = CODE  # its sign there, which no character has


class Field(NamedTuple):
    """A field of an article, read once.

    ``folded`` and ``signs`` are as long as ``text``; sentences and clauses are given by their rising ends. ``size`` is in
    bytes, ``whole`` has the sentences as people are shown them.
    """

    name: str
    text: str
    folded: str
    signs: Codes
    sentences: Ints
    clauses: Ints
    size: int
    whole: Sentences

    @property
    def dense(self) -> bool:
        """Say whether most of the text is Chinese, where a character says as much as two or three Latin ones."""
        return self.size > 2 * len(self.text)


class Page(NamedTuple):
    """The fields of some articles in a row, one character of no kind before, between and behind them.

    Offsets on a page: a field's own plus its ``begins``. ``sentences`` are the ends of sentences, ``bounds`` the ends of
    clauses and the beginnings of fields, both rising. ``articles`` says whose each field is, of ``size`` articles.
    """

    fields: tuple[Field, ...]
    begins: Ints
    folded: str
    signs: Codes
    sentences: Ints
    bounds: Ints
    articles: Ints
    size: int

    def of(self, article: int) -> tuple[Field, ...]:
        """Return the fields of an article."""
        return self.fields[slice(*self.articles.searchsorted((article, article + 1)).tolist())]


def read(name: str, text: str) -> Field:
    """Return the field, read. Total: control characters, lone surrogates and nothing at all will do."""
    return page([(name, text)]).fields[0]


def page(*articles: Sequence[tuple[str, str]]) -> Page:
    """Return articles, given by the names and texts of their fields, read, in a row. Total."""
    texts = [field for fields in articles for field in fields]
    ends = np.cumsum([0, *(len(text) + 1 for _, text in texts)])
    laid = signs(APART.join(("", *(text for _, text in texts), "")))
    folded = decoded(laid & CODE)
    laid[ends] = END
    marks = (laid & (STOP | CLAUSE | DOT) != 0).nonzero()[0]
    begins, ends = ends[:-1] + 1, ends[1:]
    sentences = _cut(np.sort(np.concatenate((*_sentences(laid, marks), ends))), begins)
    bounds = np.sort(np.concatenate((_clauses(laid, marks), ends, begins)))
    owners = np.arange(len(articles)).repeat([len(fields) for fields in articles])
    fields = tuple(_fields(texts, folded, Marks(folded, laid, marks), sentences, bounds))
    return Page(fields, begins, folded, laid, sentences, bounds, owners, len(articles))


def phrase(text: str) -> str:
    """Return a phrase of a rule as it is searched for."""
    return decoded(signs(text) & CODE)


def _fields(texts: Sequence[tuple[str, str]], folded: str, marks: Marks, sentences: Ints, bounds: Ints) -> Iterator[Field]:
    """Yield the fields of a page one by one."""
    begin, laid = 1, marks.signs
    for name, text in texts:
        end = begin + len(text)
        own = sentences[slice(*sentences.searchsorted((begin, end + 1)))] - begin
        clauses = bounds[slice(*bounds.searchsorted((begin, end + 1)))][1:] - begin
        size = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
        whole = Sentences(text, marks, begin, own)
        yield Field(name, text, folded[begin:end], laid[begin:end], own, clauses, size, whole)
        begin = end + 1


def _clauses(laid: Codes, marks: Ints) -> Ints:
    """Return where clauses end: after a mark, or after a comma or full stop that nothing but space follows."""
    kind, following = laid[marks], laid[marks + 1]
    ends: Ints = marks[(kind & CLAUSE != 0) | (following & SPACE != 0) | (following == END)] + 1
    return ends


def _sentences(laid: Codes, marks: Ints) -> tuple[Ints, Ints]:
    """Return where sentences end: after the last stop of several and the quotation mark that closes it, or a full stop."""
    kind, following = laid[marks], laid[marks + 1]
    last = marks[(kind & STOP != 0) & (following & STOP == 0)] + 1
    last += laid[last] & CLOSE != 0
    dots = marks[(kind & CODE == ord(".")) & ((following & SPACE != 0) | (following == END))]
    return last, dots[_full(laid, dots)] + 1


def _full(laid: Codes, dots: Ints) -> Flags:
    """Say which dots are full stops: behind the space the field ends, or what may begin a sentence follows."""
    solid = (laid & SPACE == 0).nonzero()[0]
    after = solid[solid.searchsorted(dots + 1)]
    kind, further = laid[after], laid.take(after + 1, mode="clip")
    full: Flags = (kind == END) | (kind & START != 0) | (kind & OPEN != 0) & (further & START != 0)
    return full


def _cut(ends: Ints, begins: Ints) -> Ints:
    """Return the ends with more of them in sentences that are too long."""
    if (np.diff(ends, prepend=1) <= LONGEST_SENTENCE).all():
        return ends
    return np.fromiter(_cuts(ends.tolist(), begins.tolist()), np.intp)


def _cuts(ends: list[int], begins: list[int]) -> Iterator[int]:
    at = 1
    for end in ends:
        yield from range(at + LONGEST_SENTENCE, end, LONGEST_SENTENCE)
        yield end
        at = end + 1 if end + 1 in begins else end

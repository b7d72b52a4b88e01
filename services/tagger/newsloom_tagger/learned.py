"""Fields of an article → how the learned models decide about each theme, and which clauses carry the decision. Pure and total.

A model is linear: an n-gram's share of a decision is its weight times its tf-idf (1 + log of the count, times idf, over the
length of the vector; words and parts of words are two vectors). So a clause's share is the sum of the n-grams in it.
"""

import math
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Final, NamedTuple

import numpy as np

from newsloom_tagger.columns import LOGS, NONE, Floats, Ints
from newsloom_tagger.hashing import Hashes, Known, digits, powers
from newsloom_tagger.model import Model
from newsloom_tagger.ngrams import CHARACTERS, LETTERS, is_word
from newsloom_tagger.reading import Field
from newsloom_tagger.scoring import Point
from newsloom_tagger.signs import CODE, EDGES, SOLID, WORD

LONGEST: Final = 12_000  # code points of a field that are read: training texts are shorter still
TITLE: Final = 2  # times: a title counts as if it stood there twice
RULE: Final = "learned"  # the name of this kind of evidence
SPANS: Final = 3
SPACE: Final = np.full(1, ord(" "), np.uint32)
BLANK: Final = digits(SPACE)[0]
NO_SIGNS: Final = SPACE[:0]
KINDS: Final = {"zh": SOLID, "en": WORD}  # of what words are made of


class Normal(NamedTuple):
    """The words of all fields with single spaces between and around them, and so two spaces between fields.

    ``places`` says where each character stands when all fields are in a row, each with a space before and one behind it;
    ``begins`` where each field begins in that row, ``firsts`` where its words begin in the normal text.
    """

    text: Hashes
    places: Ints
    begins: Ints
    firsts: Ints

    def before(self, bounds: Ints) -> Ints:
        """Return where n-grams begin no more that lie before bounds in the row. One that begins with a space lies behind it."""
        ends = self.places.searchsorted(bounds)
        before: Ints = ends - ((ends > 0) & (self.text[ends - 1] == BLANK))
        return before


class Hits(NamedTuple):
    """N-grams that were found: where each begins in the normal text, rising, and its number."""

    starts: Ints
    numbers: Ints


class Machines(NamedTuple):
    """A model's machines over n-grams, turned for reading: ``weights`` has a row for each theme.

    The first ``words`` n-grams are words.
    """

    known: Known
    words: int
    idf: Floats
    weights: Floats
    intercepts: Floats


class Parts(NamedTuple):
    """The fields cut up: the rising ends of each one's parts, and the number of its first part.

    All parts are numbered in a row, below ``size``; before those of a field comes what stands before it. The n-grams that were
    found lie in the parts ``of``, those of a part in a row from ``begins`` on.
    """

    ends: list[Ints]
    firsts: list[int]
    size: int
    of: Ints
    begins: Ints


class Learned:
    """What a model makes of one article. ``decisions`` has a number a theme and one for any theme, above 0 for yes."""

    def __init__(self, machines: Machines, fields: Sequence[Field], laid: Normal, hits: Sequence[Hits]) -> None:
        self._machines, self.fields, self._laid, self._hits = machines, fields, laid, hits
        # Of all n-grams that were found, as often as they were.
        self._numbers = np.concatenate([NONE, *(h.numbers for h in hits)])
        self._counts = self._counted()
        self._values = self._vector()
        self.decisions: Floats = machines.weights @ self._values + machines.intercepts

    def clauses(self, theme: int, sign: int) -> tuple[Point, ...]:
        """Return the clauses that speak most for (``sign`` 1) or against (-1) a theme of the model, strongest first."""
        found = zip(self.fields, self._clauses.ends, self._shares([theme], self._clauses), strict=True)
        points = [p for field, ends, shares in found for p in _points(field, ends, shares[0], sign)]
        return tuple(sorted(points, key=lambda p: -abs(p.points))[:SPANS])

    def sentences(self, themes: Sequence[int]) -> list[Floats]:
        """Return for each field the shares of the decisions on themes, a row each, that its sentences carry."""
        return self._shares(themes, self._sentences)

    def _shares(self, themes: Sequence[int], parts: Parts) -> list[Floats]:
        sums = np.zeros((len(themes), parts.size))
        for row, theme in zip(sums, themes, strict=True):
            shares = self._machines.weights[theme].take(self._numbers) * self._carried
            row[:] = np.bincount(parts.of, np.add.reduceat(shares, parts.begins), parts.size) if len(shares) else 0.0
        return [times(f) * sums[:, at : at + len(e)] for f, e, at in zip(self.fields, parts.ends, parts.firsts, strict=True)]

    @cached_property
    def _clauses(self) -> Parts:
        return self._parts([np.union1d(field.clauses, field.sentences) for field in self.fields])

    @cached_property
    def _sentences(self) -> Parts:
        return self._parts([np.array(field.whole.ends) for field in self.fields])

    def _parts(self, ends: list[Ints]) -> Parts:
        begins = self._laid.begins.tolist()
        bounds = [bound for e, at in zip(ends, begins, strict=True) for bound in ([at], np.minimum(e, LONGEST) + at)]
        before = self._laid.before(np.concatenate([NONE, *bounds]))
        *firsts, size = accumulate((len(e) + 1 for e in ends), initial=1)
        cuts = np.zeros((len(self._hits), size + 1), np.intp)
        for row, hits in zip(cuts, self._hits, strict=True):
            row[1:-1], row[-1] = hits.starts.searchsorted(before), len(hits.starts)
        kinds, of = (cuts[:, 1:] > cuts[:, :-1]).nonzero()
        first = np.cumsum(cuts[:, -1]) - cuts[:, -1]
        return Parts(ends, firsts, size, of, cuts[kinds, of] + first[kinds])

    @cached_property
    def _carried(self) -> Floats:
        """The value by its count of each n-gram that was found."""
        carried: Floats = self._values.take(self._numbers)
        carried /= self._counts.take(self._numbers)
        return carried

    def _counted(self) -> Ints:
        """Return how often each n-gram counts: as often as it was found, in a title twice."""
        size = len(self._machines.idf)
        counts = np.bincount(self._numbers, minlength=size)
        firsts = [*self._laid.firsts.tolist(), len(self._laid.text)]
        for field, bounds in zip(self.fields, pairwise(firsts), strict=True):
            if (more := times(field) - 1) and self._hits:
                own = [h.numbers[slice(*h.starts.searchsorted(bounds).tolist())] for h in self._hits]
                np.add.at(counts, np.concatenate(own), more)
        return counts

    def _vector(self) -> Floats:
        """Return the tf-idf of all n-grams, words and parts of words each as a vector of length 1."""
        values = LOGS.take(self._counts, mode="clip") * self._machines.idf
        words, parts = values[: self._machines.words], values[self._machines.words :]
        words /= math.sqrt(words @ words) or 1.0
        parts /= math.sqrt(parts @ parts) or 1.0
        return values


class Reader:
    """A model, ready to read articles with; built once, then read only, so that threads may share it."""

    def __init__(self, model: Model) -> None:
        self.model = model
        features, machines = model.ngrams.features, model.ngrams
        word = np.array([model.language == "en" and is_word(n) for n in features], bool)
        order = np.argsort(~word, kind="stable")
        self._machines = Machines(
            Known([features[n] for n in order]),
            int(word.sum()),
            machines.idf[order],
            np.ascontiguousarray(machines.weights[order].T),
            machines.intercepts,
        )

    def read(self, fields: Sequence[Field]) -> Learned:
        """Return what the model makes of an article's fields."""
        laid = normal(self.model.language, fields)
        hits = SEARCHES[self.model.language](self._machines.known, laid.text)
        return Learned(self._machines, fields, laid, list(hits))


def normal(language: str, fields: Sequence[Field]) -> Normal:
    """Return the fields' normal text: ``ngrams.normal`` of each of them, in a row."""
    parts = [f.signs[:LONGEST] for f in fields]
    laid = np.concatenate([NO_SIGNS, *(sign for part in parts for sign in (SPACE, part, SPACE))])
    begins = np.cumsum([1, *(len(part) + 2 for part in parts)])[:-1]
    kept = laid & KINDS[language] != 0
    kept[1:] |= kept[:-1].copy()
    kept[begins - 1] = True
    places = kept.nonzero()[0]
    signs_ = laid[places]
    text = np.where(signs_ & KINDS[language] != 0, signs_ & CODE, ord(" "))
    return Normal(digits(text), places, begins, places.searchsorted(begins - 1))


def _characters(known: Known, text: Hashes) -> Iterator[Hits]:
    """Yield the known stretches of each length."""
    for hashes in powers(len(text).bit_length()).windows(text, CHARACTERS[-1]):
        yield Hits(*known.find(hashes))


def _words(known: Known, text: Hashes) -> Iterator[Hits]:
    """Yield the known parts of words of each length, short words among them, and longer words and pairs of words."""
    power = powers(len(text).bit_length())
    for hashes in list(power.windows(text, LETTERS[-1]))[LETTERS[0] - 1 :]:
        yield Hits(*known.find(hashes))
    sums, spaces = power.sums(text), (text == BLANK).nonzero()[0]
    for words in (1, 2):
        starts, ends = spaces[:-words], spaces[words:] + 1
        longer = (ends - starts > LETTERS[-1]).nonzero()[0]
        rows, numbers = known.find(power.stretches(sums, starts[longer], ends[longer]))
        yield Hits(starts[longer[rows]], numbers)


SEARCHES: Final = {"zh": _characters, "en": _words}


def beginning(field: Field) -> str:
    """Return what is read of a field, folded."""
    return field.folded[:LONGEST]


def times(field: Field) -> int:
    """Return how often an n-gram of the field counts."""
    return TITLE if field.name == "title" else 1


def _points(field: Field, ends: Ints, shares: Floats, sign: int) -> Iterator[Point]:
    """Yield the clauses of a field whose n-grams speak for or against a theme, all in all."""
    for number in np.argsort(-sign * shares, kind="stable")[:SPANS].tolist():
        start, end = _trimmed(field.text, int(ends[number - 1]) if number else 0, int(ends[number]))
        if sign * shares[number] > 0 and field.text[start:end].strip():
            yield Point(RULE, float(shares[number]), field, start, end)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    clause = text[start:end]
    return start + len(clause) - len(clause.lstrip(EDGES)), start + len(clause.rstrip(EDGES))

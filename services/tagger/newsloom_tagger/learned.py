"""Fields of an article → how the learned models decide about each theme, and which clauses carry the decision. Pure and total.

A model is linear: an n-gram's share of a decision is its weight times its tf-idf (1 + log of the count, times idf, over the
length of the vector; words and parts of words are two vectors). So a clause's share is the sum of the n-grams in it.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from operator import itemgetter
from typing import Any, Final, NamedTuple

import ahocorasick_rs
import numpy as np
from numpy.typing import NDArray

from newsloom_tagger.forest import Floats
from newsloom_tagger.model import Model
from newsloom_tagger.ngrams import is_word, normal, places
from newsloom_tagger.reading import Field
from newsloom_tagger.scoring import Point
from newsloom_tagger.signs import EDGES

LONGEST: Final = 12_000  # code points of a field that are read: training texts are shorter still
TITLE: Final = 2  # times: a title counts as if it stood there twice
RULE: Final = "learned"  # the name of this kind of evidence
SPANS: Final = 3
Ints = NDArray[np.intp]


class Hits(NamedTuple):
    """The n-grams of one field: each one's number in the model, and where it starts and ends in the field's normal text."""

    field: Field
    times: int
    found: list[tuple[int, int, int]]
    numbers: Ints


class Traits(NamedTuple):
    """Of each n-gram of a model: whether it is a word or two, and 1 where it begins with a space, else 0."""

    word: NDArray[np.bool_]
    spaced: Ints


class Learned:
    """What a model makes of one article. ``decisions`` has a number a theme and one for any theme, above 0 for yes."""

    def __init__(self, model: Model, traits: Traits, hits: Sequence[Hits]) -> None:
        self._model, self._traits, self._hits = model, traits, hits
        size = len(model.ngrams.features)
        self._counts = sum((h.times * np.bincount(h.numbers, minlength=size) for h in hits), np.zeros(size))
        self._there = np.flatnonzero(self._counts)
        self._values = self._vector()
        self.decisions: Floats = self._values @ model.ngrams.weights[self._there] + model.ngrams.intercepts

    def clauses(self, theme: int, sign: int) -> tuple[Point, ...]:
        """Return the clauses that speak most for (``sign`` 1) or against (-1) a theme of the model, strongest first."""
        shares = np.zeros(len(self._counts))
        weighed = self._values * self._model.ngrams.weights[self._there, theme]
        shares[self._there] = weighed / self._counts[self._there]
        points = [p for h, at in zip(self._hits, self._places, strict=True) for p in _points(h, at, shares, sign)]
        return tuple(sorted(points, key=lambda p: -abs(p.points))[:SPANS])

    @cached_property
    def _places(self) -> list[Ints]:
        return [_places(self._model.language, self._traits.spaced, hits) for hits in self._hits]

    def _vector(self) -> Floats:
        """Return the tf-idf of the n-grams that are there, words and parts of words each as a vector of length 1."""
        values = (1 + np.log(self._counts[self._there])) * self._model.ngrams.idf[self._there]
        words = self._traits.word[self._there]
        for block in (words, ~words):
            values[block] /= np.linalg.norm(values[block]) or 1.0
        return values


class Reader:
    """A model, ready to read articles with; built once, then read only, so that threads may share it."""

    def __init__(self, model: Model) -> None:
        self.model = model
        word = [model.language == "en" and is_word(n) for n in model.ngrams.features]
        self._traits = Traits(np.array(word, bool), np.array([n.startswith(" ") for n in model.ngrams.features], np.intp))
        self._automaton = ahocorasick_rs.AhoCorasick(list(model.ngrams.features))

    def read(self, fields: Sequence[Field]) -> Learned:
        """Return what the model makes of an article's fields."""
        return Learned(self.model, self._traits, [self._hits(field) for field in fields])

    def _hits(self, field: Field) -> Hits:
        text = normal(self.model.language, beginning(field))
        found = self._automaton.find_matches_as_indexes(text, overlapping=True)
        return Hits(field, times(field), found, _each(found, 0))


def _each(found: list[tuple[int, int, int]], item: int) -> Ints:
    return np.fromiter(map(itemgetter(item), found), np.intp, len(found))


def beginning(field: Field) -> str:
    """Return what is read of a field, folded."""
    return field.folded[:LONGEST]


def times(field: Field) -> int:
    """Return how often an n-gram of the field counts."""
    return TITLE if field.name == "title" else 1


def _places(language: str, spaced: Ints, hits: Hits) -> Ints:
    """Return where in the field each n-gram starts; one that begins with a space starts with the word after it."""
    inside, outside = (np.array(p, np.intp) for p in places(language, beginning(hits.field)))
    starts = _each(hits.found, 1) + spaced[hits.numbers]
    word = np.searchsorted(inside, starts, side="right") - 1
    placed: Ints = outside[word] + starts - inside[word] if len(inside) else starts
    return placed


def _points(hits: Hits, places: Ints, shares: NDArray[Any], sign: int) -> Iterator[Point]:
    """Yield the clauses of a field whose n-grams speak for or against a theme, all in all."""
    field = hits.field
    ends = sorted({*field.clauses.tolist(), *field.sentences.tolist()})
    clause = np.searchsorted(ends, places, side="right")
    sums = hits.times * np.bincount(clause, weights=shares[hits.numbers], minlength=len(ends) + 1)
    for number in np.argsort(-sign * sums, kind="stable")[:SPANS]:
        start, end = _trimmed(field.text, ends[number - 1] if number else 0, ends[min(number, len(ends) - 1)])
        if sign * sums[number] > 0 and field.text[start:end].strip():
            yield Point(RULE, RULE, float(sums[number]), field, start, end)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    clause = text[start:end]
    return start + len(clause) - len(clause.lstrip(EDGES)), start + len(clause.rstrip(EDGES))

"""Free words of a question → what each of them means: a name, a word of the trade, a sum of money, or just itself. Pure.

Found from left to right, the longest first: names of the gazetteer, meanings of the glossary, names of themes; what is left
between them are Latin words as they stand and Chinese ones as the segmenter cuts them.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

import ahocorasick_rs
from newsloom_tagger import amounts, gazetteer, quantities, segment
from newsloom_tagger.fold import fold
from newsloom_tagger.gazetteer import WORD, Name

from newsloom_query import lexicon
from newsloom_query.lexicon import Figure, Unit

LATIN: Final = re.compile(r"[^\W\u3400-\u9fff]+(?:[.%+#'’&-][^\W\u3400-\u9fff]+)*")
CHINESE: Final = re.compile(r"[\u3400-\u9fff]+")
ENDINGS: Final = ("s", "es", "ed", "d", "ing")


class Span(NamedTuple):
    """Where in the question a unit stands."""

    start: int
    end: int
    unit: Unit


def units(text: str) -> tuple[Unit, ...]:
    """Return what is asked for, in order. A question of nothing but stop words asks for them."""
    folded = fold(text)
    known = _apart([*_figures(text), *_terms(folded), *_names(text, folded)])
    found = tuple(dict.fromkeys(u._replace(rules=lexicon.rules().get(u.text, ())) for u in _all(folded, known)))
    for kind in ("stop", "subject"):
        found = tuple(u for u in found if u.text not in lexicon.silent(kind)) or found
    return found


def _all(folded: str, known: list[Span]) -> Iterator[Unit]:
    at = 0
    for span in known:
        yield from _plain(folded[at : span.start])
        yield span.unit
        at = span.end
    yield from _plain(folded[at:])


def _plain(folded: str) -> Iterator[Unit]:
    """Yield the words of a piece of the question that names nothing known."""
    words = segment.words(folded).split() if CHINESE.search(folded) else LATIN.findall(folded)
    chinese = [w for w in words if CHINESE.fullmatch(w)]
    for word in words if not chinese else [*chinese, *LATIN.findall(folded)]:
        if not any(word != other and word in other for other in chinese):
            yield Unit(word)


def _apart(spans: Iterable[Span]) -> list[Span]:
    """Return spans that do not overlap: the longest, of equal ones the first given."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: s.start - s.end):
        if all(span.end <= k.start or k.end <= span.start for k in kept):
            kept.append(span)
    return sorted(kept)


def _figures(text: str) -> Iterator[Span]:
    for a in amounts.find("title", text):
        yield Span(a.start, a.end, Unit(fold(a.text), figure=Figure("amounts", "currency", a.currency, a.value)))
    for q in quantities.find("title", text):
        yield Span(q.start, q.end, Unit(fold(q.text), figure=Figure("quantities", "unit", q.unit, q.value)))


def _terms(folded: str) -> Iterator[Span]:
    terms = lexicon.trade()
    for start, end, number in _whole(terms.automaton, folded, ENDINGS):
        yield Span(start, end, terms.units[number]._replace(text=folded[start:end]))


def _names(text: str, folded: str) -> Iterator[Span]:
    known = gazetteer.load()
    for start, end, number in _whole(known.automaton, folded):
        names = [n for n in known.names[number] if _written(n, text, start, end) and not _against(n, folded)]
        if names:
            yield Span(start, end, _named(folded[start:end], names))


def _named(said: str, names: list[Name]) -> Unit:
    """Return the unit of a name; of several entities that are called so, the one that always is."""
    entity = max(names, key=lambda n: n.sure).entity
    return Unit(said, tuple(other for other in lexicon.aliases()[entity.id] if other != said), entity.id)


def _written(name: Name, text: str, start: int, end: int) -> bool:
    """Whether a name is written as it must be. A short ticker is a word, save after $ and where nothing else is asked for."""
    written = text[start:end]
    share = not name.marked or text[start - 1 : start] == "$" or written == text.strip()
    return share and name.written in (None, written)


def _against(name: Name, folded: str) -> bool:
    return any(word in folded for word in name.without)


def _whole(automaton: ahocorasick_rs.AhoCorasick, text: str, endings: tuple[str, ...] = ()) -> Iterator[tuple[int, int, int]]:
    """Yield start, end and pattern of the matches that are whole words, with one of the endings too."""
    for number, start, end in automaton.find_matches_as_indexes(text, overlapping=True):
        stop = _stop(text, end)
        begins = not (start and text[start] in WORD and text[start - 1] in WORD)
        if begins and (stop == end or text[end:stop] in endings):
            yield start, stop, number


def _stop(text: str, end: int) -> int:
    """Return where the Latin word ends that goes on at ``end``."""
    while text[end - 1] in WORD and end < len(text) and text[end] in WORD:
        end += 1
    return end

"""Free words of a question → what each of them means: a name, a word of the trade, a sum of money, or just itself. Pure.

Found from left to right, the longest first: names of the gazetteer, meanings of the glossary, names of themes; what is left
between them are Latin words as they stand and Chinese ones as the segmenter cuts them.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

import ahocorasick_rs
import yaml
from newsloom_tagger import amounts, gazetteer, quantities, segment
from newsloom_tagger.fold import fold
from newsloom_tagger.gazetteer import WORD, Name
from newsloom_tagger.taxonomy import packaged

LATIN: Final = re.compile(r"[^\W\u3400-\u9fff]+(?:[.%+#'’&-]?[^\W\u3400-\u9fff]+)*")
CHINESE: Final = re.compile(r"[\u3400-\u9fff]+")
ALIASES: Final = 12  # other names of an entity that are looked for
FEW: Final = 2  # rules
ENDINGS: Final = ("s", "es", "ed", "d", "ing")


class Figure(NamedTuple):
    """A sum or quantity: ``path`` and ``kind`` are where the index has it and its currency or unit."""

    path: str
    kind: str
    unit: str
    value: float


class Unit(NamedTuple):
    """One thing that is asked for. ``others`` say the same in other words; ``entity`` and ``theme`` are ids of what it names.

    ``rules``: theme and name of the rules that look for it: where they spoke, an article says something near it.
    """

    text: str
    others: tuple[str, ...] = ()
    entity: str | None = None
    theme: str | None = None
    figure: Figure | None = None
    rules: tuple[tuple[str, str], ...] = ()


class Span(NamedTuple):
    """Where in the question a unit stands."""

    start: int
    end: int
    unit: Unit


def units(text: str) -> tuple[Unit, ...]:
    """Return what is asked for, in order. A question of nothing but stop words asks for them."""
    folded = fold(text)
    known = _apart([*_figures(text), *_terms(folded), *_names(text, folded)])
    found = tuple(dict.fromkeys(u._replace(rules=_rules().get(u.text, ())) for u in _all(folded, known)))
    for kind in ("stop", "subject"):
        found = tuple(u for u in found if u.text not in _silent(kind)) or found
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
    terms = _trade()
    for start, end, number in _whole(terms.automaton, folded, ENDINGS):
        yield Span(start, end, terms.units[number]._replace(text=folded[start:end]))


def _names(text: str, folded: str) -> Iterator[Span]:
    known = gazetteer.load()
    for start, end, number in _whole(known.automaton, folded):
        names = [n for n in known.names[number] if _written(n, text[start:end]) and not _against(n, folded)]
        if names:
            yield Span(start, end, _named(folded[start:end], names))


def _named(said: str, names: list[Name]) -> Unit:
    """Return the unit of a name; of several entities that are called so, the one that always is."""
    entity = max(names, key=lambda n: n.sure).entity
    return Unit(said, tuple(other for other in _aliases()[entity.id] if other != said), entity.id)


def _written(name: Name, written: str) -> bool:
    """Whether a name is written as it must be: a short ticker is none without a sign of the exchange."""
    return not name.marked and name.written in (None, written)


def _against(name: Name, folded: str) -> bool:
    return any(word in folded for word in name.without)


def _whole(automaton: ahocorasick_rs.AhoCorasick, text: str, endings: tuple[str, ...] = ()) -> Iterator[tuple[int, int, int]]:
    """Yield start, end and pattern of the matches that are whole words, with one of the endings too."""
    for number, start, end in automaton.find_matches_as_indexes(text, overlapping=True):
        if text[start] in WORD and start and text[start - 1] in WORD:
            continue
        stop = end
        if text[end - 1] in WORD:
            while stop < len(text) and text[stop] in WORD:
                stop += 1
        if stop == end or text[end:stop] in endings:
            yield start, stop, number


class Trade(NamedTuple):
    """The words of the glossary and the themes, as patterns of one automaton, and what each means."""

    automaton: ahocorasick_rs.AhoCorasick
    units: tuple[Unit, ...]


@cache
def _trade() -> Trade:
    spelt: dict[str, Unit] = {}
    for group in _data("glossary.yaml").values():
        for meaning in group:
            words = [fold(word) for word in meaning]
            for word in words:
                before = spelt.get(word, Unit(word))
                spelt[word] = before._replace(others=tuple(dict.fromkeys((*before.others, *(w for w in words if w != word)))))
    for theme in packaged().themes:
        for name in _called(theme.name_en, theme.name_zh):
            unit = spelt.get(name, Unit(name))
            for word in (name, *unit.others):
                spelt[word] = spelt.get(word, unit)._replace(theme=theme.id)
    return Trade(ahocorasick_rs.AhoCorasick(list(spelt)), tuple(spelt.values()))


def _called(*names: str) -> Iterator[str]:
    """Yield what a theme is called: its names, and the parts of "Data centers and energy"."""
    for name in map(fold, names):
        yield from {name, *re.split(r" and |与", name)}


@cache
def _rules() -> dict[str, tuple[tuple[str, str], ...]]:
    """Return phrase → the rules for a theme that look for it. What many look for says little, and has none."""
    found: dict[str, dict[tuple[str, str], None]] = {}
    for theme in packaged().themes:
        for rule in (r for r in theme.rules if r.weight > 0):
            for phrase in rule.any:
                found.setdefault(fold(phrase.rstrip("*")), {})[theme.id, rule.name] = None
    return {phrase: tuple(rules) for phrase, rules in found.items() if len(rules) <= FEW}


@cache
def _aliases() -> dict[str, tuple[str, ...]]:
    """Return the names of each entity that are looked for. One with another name in it is found by that one."""
    spelt: dict[str, list[str]] = {}
    for spelling in gazetteer.load().spellings:
        for name in spelling.names:
            spelt.setdefault(name.entity.id, []).append(spelling.text)
    return {key: tuple(_shortest(texts))[:ALIASES] for key, texts in spelt.items()}


def _shortest(texts: list[str]) -> Iterator[str]:
    yield from (t for t in dict.fromkeys(texts) if not any(o != t and o in t for o in texts))


@cache
def _silent(kind: str) -> frozenset[str]:
    """Return words that are not looked for where there are others: stop words, or what the whole stream is about."""
    return frozenset(fold(word) for words in _data("silent.yaml")[kind].values() for word in words)


def _data(name: str) -> dict[str, Any]:
    text = files("newsloom_cli.asking").joinpath(name).read_text("utf-8")
    return dict(yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))  # noqa: S506 - both are the safe loader

"""A taxonomy's rules, laid on an article → what speaks for and against each theme, and where. No opinion yet."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final, NamedTuple

from newsloom_tagger.matching import Hit, Matcher
from newsloom_tagger.reading import Field
from newsloom_tagger.taxonomy import Rule, Taxonomy

REACH: Final = 160  # code points of Latin text: the furthest that two phrases of one sentence belong together
HITS: Final = 40  # occurrences of a rule that are looked at: later ones could not change the verdict
NEIGHBOURS: Final = 4  # phrases tried on each side; nearer ones may overlap the phrase itself
Found = dict[int, list[Hit]]


class Speaking(NamedTuple):
    """A rule that speaks at a place of the article.

    ``said`` is what would be the same reason again; ``sentence`` is counted from the start of the field.
    """

    rule: str
    said: str
    weight: float
    field: Field
    start: int
    end: int
    sentence: int


class Heard(NamedTuple):
    """What the rules say of an article: by theme, as numbered in the taxonomy; and whether it is about the subject at all."""

    said: dict[int, list[Speaking]]
    on_subject: bool


class _Compiled(NamedTuple):
    """A rule with its phrase lists as the matcher numbers them."""

    theme: int
    rule: Rule
    any: int
    company: tuple[int, ...]
    unless: int
    needs: int
    never: int


class _Lists:
    """Numbers phrase lists, equal ones alike. The empty list is -1: nobody looks for it."""

    def __init__(self) -> None:
        self.numbers: dict[tuple[str, ...], int] = {}

    def number(self, phrases: tuple[str, ...]) -> int:
        return self.numbers.setdefault(phrases, len(self.numbers)) if phrases else -1


class Place:
    """One field of an article and the hits in it."""

    def __init__(self, field: Field, found: Found) -> None:
        self.field = field
        self.found = found
        self._starts: dict[int, tuple[list[int], list[Hit]]] = {}

    def nearest(self, hit: Hit, number: int, within: int) -> Hit | None:
        """Return the closest hit of a phrase list in the sentence of ``hit``, without overlapping it."""
        starts, hits = self._sorted(number)
        at = bisect_left(starts, hit.start)
        reach = within // 2 if self.field.dense else within
        close = [h for h in hits[max(0, at - NEIGHBOURS) : at + NEIGHBOURS] if _together(hit, h, reach)]
        return min(close, key=lambda h: _gap(hit, h), default=None)

    def shares_sentence(self, hit: Hit, number: int) -> bool:
        """Say whether a phrase of the list stands in the sentence of ``hit``, or overlaps it."""
        return any(h.sentence == hit.sentence for h in self.found.get(number, ()))

    def _sorted(self, number: int) -> tuple[list[int], list[Hit]]:
        if number not in self._starts:
            hits = sorted(self.found.get(number, ()))
            self._starts[number] = [h.start for h in hits], hits
        return self._starts[number]


def _gap(one: Hit, other: Hit) -> int:
    return max(one.start, other.start) - min(one.end, other.end)


def _together(one: Hit, other: Hit, reach: int) -> bool:
    return one.sentence == other.sentence and 0 <= _gap(one, other) <= reach


class Rules:
    """A taxonomy, ready to be laid on articles; built once, then read only."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        lists = _Lists()
        self._themes = taxonomy.themes
        self._needs = [lists.number(t.needs) for t in taxonomy.themes]
        self._subject = lists.number(taxonomy.subject)
        self._rules = [_compile(n, r, lists) for n, t in enumerate(taxonomy.themes) for r in t.rules]
        self._matcher = Matcher(list(lists.numbers))

    def lay(self, fields: Sequence[Field]) -> Heard:
        """Return what the rules say; a theme without what it ``needs`` is left out."""
        places = [Place(f, self._matcher.find(f)) for f in fields]
        return Heard(self._speaking(places), self._on_subject(places))

    def _on_subject(self, places: Sequence[Place]) -> bool:
        return self._subject < 0 or any(self._subject in p.found for p in places)

    def _speaking(self, places: Sequence[Place]) -> dict[int, list[Speaking]]:
        there = {number for p in places for number in p.found}
        silent = {n for n, needs in enumerate(self._needs) if needs >= 0 and needs not in there}
        said: dict[int, list[Speaking]] = {}
        for c in self._rules:
            if c.any in there and c.theme not in silent and _allowed(c, there):
                said.setdefault(c.theme, []).extend(s for p in places for s in _lay(c, p))
        return {theme: s for theme, s in said.items() if s}

    @cached_property
    def phrases(self) -> int:
        """Return how many phrases are searched for."""
        return len(self._matcher._patterns)  # noqa: SLF001


def _compile(theme: int, r: Rule, lists: _Lists) -> _Compiled:
    company = tuple(lists.number(phrases) for phrases in (r.near, r.also) if phrases)
    return _Compiled(
        theme, r, lists.number(r.any), company, lists.number(r.unless), lists.number(r.needs), lists.number(r.never)
    )


def _allowed(c: _Compiled, there: set[int]) -> bool:
    return (c.needs < 0 or c.needs in there) and c.never not in there and all(n in there for n in c.company)


def _lay(c: _Compiled, place: Place) -> Iterator[Speaking]:
    for hit in place.found.get(c.any, ())[:HITS]:
        others = [place.nearest(hit, number, c.rule.within or REACH) for number in c.company]
        if None in others or place.shares_sentence(hit, c.unless):
            continue
        span = [hit, *(o for o in others if o)]
        start, end = min(h.start for h in span), max(h.end for h in span)
        said = place.field.folded[hit.start : hit.end] if c.rule.each else c.rule.name
        yield Speaking(c.rule.name, said, c.rule.weight, place.field, start, end, place.field.sentence(start))

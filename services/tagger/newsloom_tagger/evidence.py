"""A taxonomy's rules, laid on an article → what speaks for and against each theme, and where. No opinion yet."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from newsloom_tagger.matching import Found, Hit, Matcher
from newsloom_tagger.reading import Field
from newsloom_tagger.taxonomy import Rule, Taxonomy

REACH: Final = 160  # code points of Latin text: the furthest that two phrases of one sentence belong together
HITS: Final = 80  # occurrences of a rule that are looked at …
TIMES: Final = 6  # … until it has spoken so often: later ones count next to nothing
NEIGHBOURS: Final = 4  # phrases tried on each side; nearer ones may overlap the phrase itself


class Speaking(NamedTuple):
    """A rule that speaks at a place of the article.

    ``said`` is what would be the same reason again.
    """

    rule: str
    said: str
    weight: float
    field: Field
    start: int
    end: int


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


class Place(NamedTuple):
    """One field of an article and what was found in it."""

    field: Field
    found: Found

    def nearest(self, hit: Hit, number: int, within: int) -> Hit | None:
        """Return the closest hit of a phrase list in the sentence of ``hit``, without overlapping it."""
        hits = self.found.hits(number)
        at = bisect_left(hits, hit)
        reach = within // 2 if self.field.dense else within
        near = [(gap, h) for h in hits[max(0, at - NEIGHBOURS) : at + NEIGHBOURS] if 0 <= (gap := _gap(hit, h)) <= reach]
        sentence = self.field.sentence(hit[0]) if near else 0
        return next((h for _, h in sorted(near) if self.field.sentence(h[0]) == sentence), None)

    def shares_sentence(self, hit: Hit, number: int) -> bool:
        """Say whether a phrase of the list stands in the sentence of ``hit``."""
        hits = self.found.hits(number)
        if not hits:
            return False
        sentence = self.field.sentence(hit[0])
        return any(self.field.sentence(h[0]) == sentence for h in hits[:HITS])


def _gap(one: Hit, other: Hit) -> int:
    return max(one[0], other[0]) - min(one[1], other[1])


class Rules:
    """A taxonomy, ready to be laid on articles; built once, then read only."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        lists = _Lists()
        self._needs = [lists.number(t.needs) for t in taxonomy.themes]
        self._subject = lists.number(taxonomy.subject)
        self._rules = [_compile(n, r, lists) for n, t in enumerate(taxonomy.themes) for r in t.rules]
        self._matcher = Matcher(list(lists.numbers))

    def lay(self, fields: Sequence[Field]) -> Heard:
        """Return what the rules say; a theme without what it ``needs`` is left out."""
        places = [Place(f, self._matcher.find(f.folded)) for f in fields]
        there = set().union(*(p.found.there() for p in places))
        return Heard(self._speaking(places, there), self._subject < 0 or self._subject in there)

    def _speaking(self, places: Sequence[Place], there: set[int]) -> dict[int, list[Speaking]]:
        silent = {n for n, needs in enumerate(self._needs) if needs >= 0 and needs not in there}
        said: dict[int, list[Speaking]] = {}
        for c in self._rules:
            if c.any in there and c.theme not in silent and _allowed(c, there):
                said.setdefault(c.theme, []).extend(s for p in places if c.any in p.found for s in _lay(c, p))
        return {theme: s for theme, s in said.items() if s}


def _compile(theme: int, r: Rule, lists: _Lists) -> _Compiled:
    company = tuple(lists.number(phrases) for phrases in (r.near, r.also) if phrases)
    absent = (lists.number(r.unless), lists.number(r.needs), lists.number(r.never))
    return _Compiled(theme, r, lists.number(r.any), company, *absent)


def _allowed(c: _Compiled, there: set[int]) -> bool:
    return (c.needs < 0 or c.needs in there) and c.never not in there and all(n in there for n in c.company)


def _lay(c: _Compiled, place: Place) -> Iterator[Speaking]:
    rule, field, spoken = c.rule, place.field, Counter[str]()
    times = TIMES // 2 if rule.each else TIMES
    for hit in place.found.hits(c.any)[:HITS]:
        said = field.folded[hit[0] : hit[1]] if rule.each else rule.name
        span = _span(c, place, hit) if spoken[said] < times else None
        if span:
            spoken[said] += 1
            yield Speaking(rule.name, said, rule.weight, field, *span)


def _span(c: _Compiled, place: Place, hit: Hit) -> Hit | None:
    """Return the stretch from a phrase to the company that its rule asks for, or None where that is missing."""
    if c.unless >= 0 and place.shares_sentence(hit, c.unless):
        return None
    start, end = hit
    for number in c.company:
        other = place.nearest(hit, number, c.rule.within or REACH)
        if other is None:
            return None
        start, end = min(start, other[0]), max(end, other[1])
    return start, end

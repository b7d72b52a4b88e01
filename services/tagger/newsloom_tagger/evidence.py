"""A taxonomy's rules, laid on articles → what speaks for and against each theme, and where. No opinion yet.

All rules are laid at once: what follows works on columns, a row for each phrase of a rule that was found.
"""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import numpy as np

from newsloom_tagger.columns import Flags, Floats, Ints, numbered, ranks, spread
from newsloom_tagger.hashing import Hashes, digits, hashed, stretches
from newsloom_tagger.matching import Found, Matcher
from newsloom_tagger.reading import Page
from newsloom_tagger.signs import CODE
from newsloom_tagger.taxonomy import Phrases, Rule, Taxonomy, ThemeRules

REACH: Final = 160  # code points of Latin text: the furthest that two phrases of one sentence belong together
HITS: Final = 80  # occurrences of a rule in a field that are looked at …
TIMES: Final = 6  # … until it has spoken so often there: later ones count next to nothing
NEIGHBOURS: Final = np.arange(-4, 4)  # phrases tried on each side; nearer ones may overlap the phrase itself
FAR: Final = np.iinfo(np.intp).max


class Sayings(NamedTuple):
    """What rules say, by number: the hash of each, and where its words are: the rule's name, or a stretch of the page."""

    hashes: Hashes
    folded: str
    names: tuple[str, ...]
    rules: Ints
    starts: Ints
    ends: Ints

    def words(self, number: int) -> str:
        """Return what a number stands for."""
        start, end = int(self.starts[number]), int(self.ends[number])
        return self.folded[start:end] if end else self.names[self.rules[number]]


class Speaking(NamedTuple):
    """Columns, a row each time that a rule speaks: the article's, the theme's and the rule's number, what it said, and more.

    What would be the same reason again has the same number in ``said``: ``sayings`` has the words and their hashes. ``themes``
    has the themes' ids, ``rules`` the rules' names, ``labels`` both with a colon between them. Spans are offsets on the page.
    """

    page: Page
    themes: tuple[str, ...]
    rules: tuple[str, ...]
    labels: tuple[str, ...]
    sayings: Sayings
    article: Ints
    theme: Ints
    rule: Ints
    said: Ints
    weight: Floats
    start: Ints
    end: Ints


class Heard(NamedTuple):
    """What the rules say of some articles; and of each, whether it is about the subject at all."""

    speaking: Speaking
    on_subject: Flags


class _Lists:
    """Numbers phrase lists, equal ones alike. Two of them are nobody's: one counts as always there, one as never."""

    ALWAYS: Final = 0
    NEVER: Final = 1

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, ...], int] = {}

    def number(self, phrases: Phrases, missing: int) -> int:
        """Return the number of a list, or ``missing`` where it is empty."""
        return self._numbers.setdefault(phrases, len(self._numbers) + 2) if phrases else missing

    def phrases(self) -> list[tuple[str, ...]]:
        """Return the lists in the order of their numbers."""
        return [(), (), *self._numbers]


class _Compiled(NamedTuple):
    """All rules as columns, their phrase lists by numbers; ``needed`` has a row of lists that must be there for each rule."""

    theme: Ints
    weight: Floats
    times: Ints
    within: Ints
    each: Flags
    any: Ints
    company: Ints
    unless: Ints
    needed: Ints
    never: Ints


class _Place(NamedTuple):
    """A page, what was found on it, and of each hit: its sentence, and whether it is an early one in its field."""

    page: Page
    found: Found
    sentences: Ints
    early: Flags


class Rules:
    """A taxonomy, ready to be laid on articles; built once, then read only."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        lists = _Lists()
        rules = [(number, theme, rule) for number, theme in enumerate(taxonomy.themes) for rule in theme.rules]
        self._themes = tuple(theme.id for theme in taxonomy.themes)
        self._names = tuple(rule.name for _, _, rule in rules)
        self._labels = tuple(f"{theme.id}:{rule.name}" for _, theme, rule in rules)
        self._named = np.array([hashed(name) for name in self._names], np.uint64)
        self._rules = _compiled(rules, lists)
        self._subject = lists.number(taxonomy.subject, _Lists.ALWAYS)
        self._matcher = Matcher(lists.phrases())

    def lay(self, laid: Page) -> Heard:
        """Return what the rules say of a page; a theme without what it ``needs`` is left out."""
        place = _placed(laid, self._matcher.find(laid))
        there = place.found.counts.reshape(-1, laid.size) > 0
        there[_Lists.ALWAYS] = True
        rules, hits = self._candidates(place, there)
        return Heard(self._speaking(place, rules, hits), there[self._subject])

    def _candidates(self, place: _Place, there: Flags) -> tuple[Ints, Ints]:
        """Return which rule may speak at which hit, article by article."""
        r, found = self._rules, place.found
        live = there[r.any] & there[r.needed].all(1) & ~there[r.never]
        articles, rules = live.T.nonzero()
        rows = r.any[rules] * place.page.size + articles
        which, hits = spread(found.first[rows], found.counts[rows])
        early = place.early[hits] & ~_shared(place, r.unless[rules[which]], hits)
        return rules[which[early]], hits[early]

    def _speaking(self, place: _Place, rules: Ints, hits: Ints) -> Speaking:
        starts, ends, rows = _spans(place, self._rules, rules, hits)
        rules, hits = rules[rows], hits[rows]
        said, sayings = self._said(place, rules, hits)
        fields = place.found.fields[hits]
        times = ranks((rules * len(place.page.fields) + fields) * len(sayings.hashes) + said)
        kept = (times < self._rules.times[rules]).nonzero()[0]
        rules = rules[kept]
        return Speaking(
            place.page,
            self._themes,
            self._names,
            self._labels,
            sayings,
            place.page.articles[fields[kept]],
            self._rules.theme[rules],
            rules,
            said[kept],
            self._rules.weight[rules],
            starts[rows[kept]],
            ends[rows[kept]],
        )

    def _said(self, place: _Place, rules: Ints, hits: Ints) -> tuple[Ints, Sayings]:
        """Return what each rule says at each hit, by number, and what the numbers stand for."""
        page, found = place.page, place.found
        each = self._rules.each[rules].nonzero()[0]
        hashes = self._named[rules]
        hashes[each] = stretches(digits(page.signs & CODE), found.starts[hits[each]], found.ends[hits[each]])
        first, said = numbered(hashes)
        starts = np.zeros(len(rules), np.intp)
        ends = starts.copy()
        starts[each], ends[each] = found.starts[hits[each]], found.ends[hits[each]]
        return said, Sayings(hashes[first], page.folded, self._names, rules[first], starts[first], ends[first])


def _compiled(rules: Sequence[tuple[int, ThemeRules, Rule]], lists: _Lists) -> _Compiled:
    def column(phrases: Callable[[Rule], Phrases], missing: int) -> Ints:
        return np.array([lists.number(phrases(rule), missing) for _, _, rule in rules], np.intp)

    needs = [lists.number(theme.needs, _Lists.ALWAYS) for _, theme, _ in rules]
    company = np.stack([column(lambda r: r.near, _Lists.ALWAYS), column(lambda r: r.also, _Lists.ALWAYS)], axis=-1)
    return _Compiled(
        theme=np.array([number for number, _, _ in rules], np.intp),
        weight=np.array([rule.weight for _, _, rule in rules], float),
        times=np.array([TIMES // 2 if rule.each else TIMES for _, _, rule in rules], np.intp),
        within=np.array([rule.within or REACH for _, _, rule in rules], np.intp),
        each=np.array([rule.each for _, _, rule in rules], bool),
        any=column(lambda r: r.any, _Lists.NEVER),
        company=company,
        unless=column(lambda r: r.unless, _Lists.NEVER),
        needed=np.column_stack((needs, column(lambda r: r.needs, _Lists.ALWAYS), company)),
        never=column(lambda r: r.never, _Lists.NEVER),
    )


def _placed(laid: Page, found: Found) -> _Place:
    bounds = np.concatenate(([0], laid.sentences, [len(laid.signs)]))
    sentences = np.arange(len(bounds) - 1).repeat(bounds[1:] - bounds[:-1])[found.starts]
    many = found.counts.max(initial=0) > HITS
    early = ranks(found.lists * len(laid.fields) + found.fields) < HITS if many else np.ones(len(sentences), bool)
    return _Place(laid, found, sentences, early)


def _shared(place: _Place, lists: Ints, hits: Ints) -> Flags:
    """Say for each hit whether a phrase of its list stands in its sentence."""
    size = len(place.page.sentences) + 1
    known = (place.found.lists * size + place.sentences)[place.early]
    asked = lists * size + place.sentences[hits]
    shared: Flags = np.append(known, -1)[known.searchsorted(asked)] == asked
    return shared


def _spans(place: _Place, r: _Compiled, rules: Ints, hits: Ints) -> tuple[Ints, Ints, Ints]:
    """Return the stretches from phrases to the company that their rules ask for, and the rows where there is any."""
    starts, ends, alone = place.found.starts[hits], place.found.ends[hits], np.zeros(len(hits), bool)
    company = r.company[rules]
    rows, columns = (company != _Lists.ALWAYS).nonzero()
    dense = np.array([field.dense for field in place.page.fields], np.intp)[place.found.fields[hits[rows]]]
    other = _nearest(place, hits[rows], company[rows, columns], r.within[rules[rows]] >> dense)
    alone[rows[other < 0]] = True
    rows, other = rows[other >= 0], other[other >= 0]
    np.minimum.at(starts, rows, place.found.starts[other])
    np.maximum.at(ends, rows, place.found.ends[other])
    return starts, ends, (~alone).nonzero()[0]


def _nearest(place: _Place, hits: Ints, lists: Ints, within: Ints) -> Ints:
    """Return for each hit the closest hit of a list in its sentence, without overlapping it; -1 where there is none."""
    found = place.found
    if not len(hits):
        return hits
    at = found.keys.searchsorted(found.key(lists, hits))
    near = np.minimum(np.maximum(at[:, None] + NEIGHBOURS, 0), len(found.keys) - 1)
    hit = hits[:, None]
    gap = np.maximum(found.starts[near], found.starts[hit]) - np.minimum(found.ends[near], found.ends[hit])
    right = (found.lists[near] == lists[:, None]) & (place.sentences[near] == place.sentences[hit])
    gap[~(right & (gap >= 0) & (gap <= within[:, None]))] = FAR
    best = gap.argmin(axis=1)
    rows = np.arange(len(hits))
    return np.where(gap[rows, best] < FAR, near[rows, best], -1)

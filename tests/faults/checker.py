"""What was printed, and what lies on the topics and in the index → what was lost, doubled or stale. Pure.

The promise in sets of ids (docs/decisions/0003-delivery.md): every article that a feed served is on news.raw, each revision
once; every record of news.raw is on news.tagged or on news.dead; every theme of a tagged article has it on its topic; every
article of news.tagged is in the index, or on news.dead, in its newest revision; what a saved search asks for is told to it
once, or its story was (docs/decisions/0021-alerts.md).
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

SHOWN = 5  # ids that a sentence names


class Record(NamedTuple):
    """A record of a topic, as far as the promise needs it. ``edition`` is what the press printed, ``event`` its ce_id."""

    id: str
    revision: int
    edition: int | None
    event: str
    themes: tuple[str, ...] = ()


class Told(NamedTuple):
    """An alert: of which search, article and story, and its ce_id."""

    search: str
    id: str
    story: str
    event: str


class Wanted(NamedTuple):
    """An article that a search asks for, and the stories that it may belong to, of those that anybody was told of."""

    search: str
    id: str
    stories: frozenset[str]


class Seen(NamedTuple):
    """Everything there is. ``dead`` are ids of dead letters; ``index`` has id → (revision, edition)."""

    raw: list[Record]
    tagged: list[Record]
    themes: dict[str, list[Record]]
    dead: set[str]
    index: dict[str, tuple[int, int | None]]
    wanted: Sequence[Wanted] = ()
    told: Sequence[Told] = ()


class Verdict(NamedTuple):
    """How many articles are lost, doubled or stale, how many records were repeated, and a sentence for each kind of fault."""

    lost: int
    doubled: int
    stale: int
    repeated: int
    faults: tuple[str, ...]


def check(printed, seen):
    """Judge. ``printed`` has id → the edition that is served; articles by hand are those with a None."""
    newest = _newest(seen.tagged)
    lost = {
        "printed, and neither on news.raw nor on news.dead": printed.keys() - _ids(seen.raw) - seen.dead,
        "on news.raw, and neither on news.tagged nor on news.dead": _revisions(seen.raw, seen.dead) - _revisions(seen.tagged),
        "tagged, and not on the topic of the theme": _promised(seen.tagged) - _subscribed(seen.themes),
        "on news.tagged, and neither in the index nor on news.dead": newest.keys() - seen.index.keys() - seen.dead,
        "edited, and the index does not say so": _missed(printed, seen),
        "asked for by a search, and no alert tells of it or of its story": _untold(seen),
    }
    doubled = {
        "twice on news.raw in the same revision": _twice(r.event for r in seen.raw),
        "on news.raw, and never printed": _ids(seen.raw) - printed.keys(),
        "on news.tagged, and not on news.raw": _revisions(seen.tagged) - _revisions(seen.raw),
        "on the topic of a theme, and not tagged with it": _subscribed(seen.themes) - _promised(seen.tagged),
        "in the index, and not on news.tagged": seen.index.keys() - newest.keys(),
        "told to a search under two ids": _twice(
            (search, i) for search, i, _ in {(t.search, t.id, t.event) for t in seen.told}
        ),
        "told to a search that did not ask": {(t.search, t.id) for t in seen.told} - {(w.search, w.id) for w in seen.wanted},
    }
    stale = {
        "older in the index than on news.tagged": {i for i, (n, _) in seen.index.items() if n < newest.get(i, 0)},
        "newer in the index than on news.tagged": {i for i, (n, _) in seen.index.items() if n > newest.get(i, n)},
    }
    kinds = (lost, doubled, stale)
    faults = [_sentence(what, ids) for kind in kinds for what, ids in kind.items() if ids]
    return Verdict(*(sum(map(len, kind.values())) for kind in kinds), _repeated(seen), tuple(faults))


def _ids(found):
    return {r.id for r in found}


def _revisions(found, but=frozenset()):
    return {(r.id, r.revision) for r in found if r.id not in but}


def _newest(found):
    newest = defaultdict(int)
    for r in found:
        newest[r.id] = max(newest[r.id], r.revision)
    return newest


def _promised(tagged):
    return {(theme, r.id, r.revision) for r in tagged for theme in r.themes}


def _subscribed(themes):
    return {(theme, r.id, r.revision) for theme, found in themes.items() for r in found}


def _missed(printed, seen):
    """Articles whose newest edition the index does not have; one that is not there at all is missed elsewhere."""
    return {i for i, (_, edition) in seen.index.items() if i in printed and edition != printed[i]}


def _untold(seen):
    known = {(t.search, t.story) for t in seen.told}
    return {(w.search, w.id) for w in seen.wanted if not any((w.search, story) in known for story in w.stories)}


def _twice(events):
    return {event for event, n in Counter(events).items() if n > 1}


def _repeated(seen):
    """Count records beyond the first of the same event: allowed where a kill fell between a publish and a commit."""
    streams = [seen.tagged, *seen.themes.values(), seen.told]
    return sum(n - 1 for found in streams for n in Counter(r.event for r in found).values())


def _sentence(what, ids):
    some = ", ".join(map(str, sorted(ids)[:SHOWN]))
    return f"{len(ids)} {what}: {some}{', …' if len(ids) > SHOWN else ''}"

"""A Chinese clause → the person it names as a speaker: 岳岚精密总经理邱柏霖 is 邱柏霖."""

import re
from typing import Final, NamedTuple

from newsloom_tagger.speech import chinese

FOREIGN: Final = re.compile(r"[一-龥]{1,6}(?:[·•‧・][一-龥a-z]{1,8})+")
LATIN: Final = re.compile(r"[a-z][a-z.'’-]+(?: [a-z][a-z.'’-]+){0,3}")
HAN: Final = re.compile(r"[一-龥]+")
CUT: Final = re.compile(r".*(?:[的位名个叫是]|(?<=[一-龥])之)(?=[一-龥]{2,4}$)")
LONGEST: Final = 5  # characters of a name without a surname known to us: 马蒂亚斯, 巴雅尔


class Span(NamedTuple):
    """A name at a place of the text."""

    start: int
    end: int


def last(folded: str, start: int, end: int) -> Span | None:
    """Return the place of the person that the clause ``folded[start:end]``, which a verb of speech follows, ends with."""
    clause = folded[start:end]
    foreign = None
    for foreign in FOREIGN.finditer(clause):
        pass
    if foreign:
        return _place(start + _after_role(clause, foreign.start(), foreign.end()), start + foreign.end())
    roles = list(chinese().role.finditer(clause))
    for role in reversed(roles):
        if found := _name(clause, role.end()):
            return _place(start + found[0], start + found[1])
    if found := _bare(clause):
        return _place(start + found[0], start + found[1])
    if roles:
        return _place(start + roles[-1].start(), start + roles[-1].end())
    return None


def _place(start: int, end: int) -> Span | None:
    return Span(start, end) if start < end else None


def _after_role(clause: str, start: int, end: int) -> int:
    """Return where a foreign name begins that a role runs into: 能源咨询师马克·奥尔森."""
    for role in chinese().role.finditer(clause, 0, end):
        if start < role.end() < end and "·" in clause[role.end() : end]:
            start = role.end()
    return start


def _name(clause: str, at: int) -> tuple[int, int] | None:
    """Return the name that begins at ``at``: by its surname, else all up to the first adverb."""
    rest = clause[at:]
    if m := LATIN.match(rest):
        return at, at + m.end()
    m = HAN.match(rest)
    if not m or chinese().adverb.match(rest):
        return None
    run = m.group()
    for size in (2, 1):
        if run[:size] in chinese().surnames and len(run) > size:
            given = 1 if len(run) == size + 1 or chinese().adverb.match(run, size + 1) else 2
            return at, at + size + given
    adverb = chinese().adverb.search(run, 2)
    length = adverb.start() if adverb else len(run)
    return (at, at + length) if 2 <= length <= LONGEST else None


def _bare(clause: str) -> tuple[int, int] | None:
    """Return the name of a clause without a role: the clause itself, or what follows 的, 位, 名."""
    m = HAN.match(clause)
    if not m:
        return (m.start(), m.end()) if (m := LATIN.match(clause)) else None
    cut = CUT.match(clause)
    return _name(clause, cut.end() if cut else 0)

"""Chinese text → the people it names: by a role before them, by their surname, by the dot of a foreign name.

There is no model behind it. A name that has none of the three (阿坤, 濮水) is believed where it stands right before a verb
of speech and occurs again.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final, Literal, NamedTuple

from newsloom_tagger.speech import chinese

# Characters that no name is transliterated with: where one stands, a foreign name has ended (马克·奥尔森在场).
AFTER: Final = "的是说称在和与曾也将则对从等不没就已被把向有并出还又表认指告回强担任宣透坦"
FOREIGN: Final = re.compile(rf"[一-龥]{{1,8}}(?:[·•‧・](?:(?![{AFTER}])[一-龥a-z]){{1,8}})+")
DOT: Final = re.compile("(?<=[一-龥])[·•‧・](?=[一-龥a-z])")
DOTS: Final = "·•‧・"
LATIN: Final = re.compile(r"[a-z][a-z.'’-]+(?: [a-z][a-z.'’-]+){0,3}")
HAN: Final = re.compile(r"[一-龥]+")
NOT_A_ROLE: Final = re.compile("[方者商部组处长员们费力权家师性化界群]")  # 运营方: a longer word than the role 运营
NUMBERS: Final = frozenset("第一二两三四五六七八九十百千万几数每某该本此这那")
MEMORY: Final = 8_000  # code points in which a name is looked for again: keeps the time of a huge text in bounds
LONGEST: Final = 5  # characters of a name without a surname known to us: 马蒂亚斯, 巴雅尔

Place = tuple[int, int]


class Person(NamedTuple):
    """Who a place of the text means: a name, a role without one (一位老师傅), or somebody named before (他)."""

    start: int
    end: int
    kind: Literal["name", "role", "pronoun"]


def subject(folded: str, start: int, end: int) -> Person | None:
    """Return who speaks in the clause ``folded[start:end]`` that a verb of speech follows."""
    lead = chinese().leading.match(folded, start, end)
    start = lead.end() if lead else start
    clause = folded[start:end]
    found = _foreign(clause) or _with_role(clause) or _bare(clause, folded)
    if found:
        return Person(start + found[0], start + found[1], "name")
    if m := _last(chinese().pronoun, clause):
        return Person(start + m.start(), start + m.end(), "pronoun")
    if (m := _last(chinese().role, clause)) and not NOT_A_ROLE.match(clause, m.end()):
        return Person(start + m.start(), start + m.end(), "role")
    return None


def mentions(folded: str) -> list[Person]:
    """Return the names in running text, in order: those with a role, a dot, or a surname at the head of a clause."""
    found = {_without_role(folded, start, end) for start, end in _dotted(folded)}
    for _, end, _ in chinese().roles.find(folded):
        surnamed = _surnamed(folded, end)
        if surnamed and (surnamed[1] - surnamed[0] > 2 or _acts(folded, surnamed)):
            found.add(surnamed)
        elif place := _alone(folded, end):
            found.add(place)
    opening_surname, surname_after_noun = _surnames()
    for opening in opening_surname.finditer(folded):
        if (place := _surnamed(folded, opening.start())) and (place[1] - place[0] > 3 or _again_or_acts(folded, place)):
            found.add(place)
    for opening in surname_after_noun.finditer(folded):
        if (place := _surnamed(folded, opening.start())) and place[1] - place[0] > 2 and _acts(folded, place):
            found.add(place)
    return [Person(s, e, "name") for s, e in sorted(found)]


@cache
def _surnames() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what finds the first character of a surname that opens a clause, or follows a noun (四十三岁的毕春来选择留下)."""
    first = "".join(sorted({surname[0] for surname in chinese().surnames}))
    return re.compile(rf"[{first}](?<![一-龥0-9%].)(?<![0-9] .)(?=[一-龥])"), re.compile(
        rf"[{first}](?<=[的位名].)(?=[一-龥]{{2}})"
    )


def _dotted(folded: str) -> Iterator[Place]:
    """Yield the places of names with a dot. Dots are rare: they are looked for first."""
    end = 0
    if not any(dot in folded for dot in DOTS):
        return
    for dot in DOT.finditer(folded):
        m = FOREIGN.search(folded, max(end, dot.start() - 8)) if dot.start() >= end else None
        if m:
            end = m.end()
            yield m.span()


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = list(pattern.finditer(text))
    return found[-1] if found else None


def _foreign(clause: str) -> Place | None:
    m = _last(FOREIGN, clause)
    return _without_role(clause, m.start(), m.end()) if m else None


def _without_role(text: str, start: int, end: int) -> Place:
    """Cut off a role that runs into a foreign name: 能源咨询师马克·奥尔森."""
    dot = next(i for i in range(start, end) if text[i] in "·•‧・")
    roles = [r.end() for r in chinese().role.finditer(text, max(0, start - 6), dot) if start < r.end() < dot]
    return max(roles, default=start), end


def _with_role(clause: str) -> Place | None:
    """Return the name after the last role that has one: 岳岚精密总经理邱柏霖."""
    for role in reversed(list(chinese().role.finditer(clause))):
        surnamed, whole = _surnamed(clause, role.end()), _until_adverb(clause, role.end())
        if surnamed and whole and whole[1] - surnamed[1] == 1 and surnamed[1] - surnamed[0] == 3:
            return whole  # 马蒂亚斯 begins like a Chinese name
        if surnamed or whole:
            return surnamed or whole
    return None


def _surnamed(text: str, at: int) -> Place | None:
    """Return the name that begins at ``at`` with a known surname; one given name where an adverb follows it, else two."""
    known, two = chinese(), text[at : at + 2]
    if two in known.not_names:
        return None
    size = 2 if two in known.surnames and _han(text, at + 2) else 1 if two[:1] in known.surnames and _han(text, at + 1) else 0
    if not size:
        return None
    return at, at + size + (1 if not _han(text, at + size + 1) or _ends(text, at + size + 1) else 2)


def _han(text: str, at: int) -> bool:
    return "一" <= text[at : at + 1] <= "龥"


def _ends(text: str, at: int) -> bool:
    """Whether a name ends before ``at``: an adverb or a verb of speech stands there."""
    known = chinese()
    if known.adverb.match(text, at):
        return True
    verb = known.verb.match(text, at)
    return verb is not None and verb["verb"] is not None


def _until_adverb(clause: str, at: int) -> Place | None:
    if m := LATIN.match(clause, at):
        return at, m.end()
    m = HAN.match(clause, at)
    if not m or chinese().adverb.match(clause, at) or NOT_A_ROLE.match(clause, at):
        return None
    adverb = chinese().adverb.search(clause, at + 2, m.end())
    end = adverb.start() if adverb else m.end()
    return (at, end) if 2 <= end - at <= LONGEST else None


def _alone(text: str, at: int) -> Place | None:
    """Return what stands between a role and a mark, where it is said again: 选手才让，."""
    m = HAN.match(text, at)
    if not m or chinese().role.match(text, at) or chinese().verb.match(text, at):
        return None
    short = m and 2 <= m.end() - at <= LONGEST and not _ends(text, at)
    return (at, m.end()) if m and short and text.count(m.group(), 0, MEMORY) > 1 else None


def _acts(text: str, place: Place) -> bool:
    """Whether somebody acts: a verb or adverb follows the name."""
    return _ends(text, place[1]) or bool(chinese().acts.match(text, place[1]))


def _again_or_acts(text: str, place: Place) -> bool:
    """Whether what begins like a name is one: it is said again, or has three characters and acts or is described."""
    start, end = place
    if end - start < 2:
        return False
    return text.count(text[start:end], 0, MEMORY) > 1 or (
        end - start > 2 and (_acts(text, place) or text[end : end + 1] in ("，", "（"))
    )


def _bare(clause: str, folded: str) -> Place | None:
    """Return the name of a clause without a role."""
    if m := LATIN.fullmatch(clause):
        return m.start(), m.end()
    for opening in (*reversed([m.end() for m in re.finditer(r"[的位名个之]", clause)]), 0):
        found = _surnamed(clause, opening)
        if found and (found[1] == len(clause) or chinese().adverb.match(clause, found[1])):
            return found
    return _again(clause, folded)


def _again(clause: str, folded: str) -> Place | None:
    """Return a name of no known form (阿坤) that the text says more than once."""
    adverb = chinese().adverb.search(clause, 2)
    word = clause[: adverb.start()] if adverb else clause
    if clause[len(word) :].startswith("的"):
        return None
    known = word in chinese().nobody or chinese().pronoun.match(word) or chinese().adverb.match(word) or word[:1] in NUMBERS
    return (
        (0, len(word))
        if not known and HAN.fullmatch(word) and 2 <= len(word) <= 4 and folded.count(word, 0, MEMORY) > 1
        else None
    )

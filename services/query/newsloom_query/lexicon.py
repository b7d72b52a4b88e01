"""What the words of questions can mean: glossary, names of themes and their rules, names of entities. Read once a process."""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

import ahocorasick_rs
import yaml
from newsloom_tagger import gazetteer
from newsloom_tagger.fold import fold
from newsloom_tagger.taxonomy import installed

ALIASES: Final = 12  # other names of an entity that are looked for
FEW: Final = 2  # rules
LONG: Final = 4  # characters of a part of a theme's name that names it alone: 自动驾驶, not 数据


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


class Trade(NamedTuple):
    """The words of the glossary and the themes, as patterns of one automaton, and what each means."""

    automaton: ahocorasick_rs.AhoCorasick
    units: tuple[Unit, ...]


@cache
def trade() -> Trade:
    """Return glossary and themes. What means the same as a theme's name names the theme too."""
    others = _others()
    themes = {
        word: t.id
        for t in installed().themes
        for name in called(t.name_en, t.name_zh)
        for word in (name, *others.get(name, ()))
    }
    units = {word: Unit(word, tuple(others.get(word, ())), theme=themes.get(word)) for word in {**others, **themes}}
    return Trade(ahocorasick_rs.AhoCorasick(list(units)), tuple(units.values()))


def _others() -> dict[str, list[str]]:
    """Return word → the words that mean the same, of all lines that it stands in."""
    found: dict[str, list[str]] = {}
    for line in (line for group in data("glossary.yaml").values() for line in group):
        words = [fold(word) for word in line]
        for word in words:
            known = found.setdefault(word, [])
            known += [other for other in words if other != word and other not in known]
    return found


def called(*names: str) -> Iterator[str]:
    """Yield what a theme is called: its names; of "Data centers and energy" the first part, and what is no short word."""
    for name in map(fold, names):
        first, *more = re.split(r" and |与", name.removeprefix("the "))
        yield from {name, first, *(part for part in more if " " in part or (len(part) >= LONG and not part.isascii()))}


@cache
def rules() -> dict[str, tuple[tuple[str, str], ...]]:
    """Return phrase → the rules for a theme that look for it. What many look for says little, and has none."""
    found: dict[str, dict[tuple[str, str], None]] = {}
    for theme in installed().themes:
        for rule in (r for r in theme.rules if r.weight > 0):
            for phrase in rule.any:
                found.setdefault(fold(phrase.rstrip("*")), {})[theme.id, rule.name] = None
    return {phrase: tuple(rules) for phrase, rules in found.items() if len(rules) <= FEW}


@cache
def spelt() -> dict[str, tuple[str, ...]]:
    """Return all names of each entity, folded."""
    names: dict[str, dict[str, None]] = {}
    for spelling in gazetteer.load().spellings:
        for name in spelling.names:
            names.setdefault(name.entity.id, {})[spelling.text] = None
    return {key: tuple(texts) for key, texts in names.items()}


@cache
def aliases() -> dict[str, tuple[str, ...]]:
    """Return the names of each entity that are looked for. One with another name in it is found by that one."""
    return {key: tuple(_shortest(texts))[:ALIASES] for key, texts in spelt().items()}


def _shortest(texts: tuple[str, ...]) -> Iterator[str]:
    yield from (t for t in texts if not any(o != t and o in t for o in texts))


@cache
def silent(kind: str) -> frozenset[str]:
    """Return words that are not looked for where there are others: stop words, or what the whole stream is about."""
    return frozenset(fold(word) for words in data("silent.yaml")[kind].values() for word in words)


def data(name: str) -> dict[str, Any]:
    """Return a file of words."""
    text = files("newsloom_query").joinpath(name).read_text("utf-8")
    return dict(yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))  # noqa: S506 - both are the safe loader

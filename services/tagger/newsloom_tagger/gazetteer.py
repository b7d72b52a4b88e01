"""gazetteer/*.yaml → every known company, person and product, and one automaton that finds all their names at once.

A row has a stable id (a Wikidata QID, or ``nl:`` and a slug), a ``name`` to show, and what it is called:

- ``names`` mean it wherever they stand, in any case and either Chinese script, save where a word of ``without`` covers them
  (北京东路 has no 京东); several Latin words need their capital;
- ``exact`` names mean it too, but only as written: 昇腾 folds into 升腾, a plain word, and BoE is a bank;
- ``tickers`` count only as written, short ones and bare numbers only beside a sign of the stock exchange;
- ``unsure`` names have other meanings and count where the text says so: ``with`` words near, ``article`` words anywhere,
  no ``without`` words close by; ``proper`` ones also as a proper noun, with a capital in mid-sentence.

A ``@list`` among those words stands for the words of contexts.yaml.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal, NamedTuple

import ahocorasick_rs
import yaml

from newsloom_tagger.fold import fold

Kind = Literal["company", "person", "product"]
FILES: Final[dict[str, Kind]] = {"companies.yaml": "company", "people.yaml": "person", "products.yaml": "product"}
WORD: Final = frozenset("0123456789abcdefghijklmnopqrstuvwxyz")  # beside one of them a word that has one at its edge goes on
MARKED: Final = 3  # letters: a ticker this short is a word too often, and counts only beside a sign of the stock exchange


class GazetteerError(ValueError):
    """A row of the gazetteer is wrong; the text says which and why."""


class Known(NamedTuple):
    """A company, person or product of the gazetteer."""

    id: str
    name: str
    kind: Kind


@dataclass(frozen=True, slots=True, eq=False)
class Name:
    """One way to call an entity.

    ``written`` is the exact spelling, where that matters; ``capital`` says that the first letter must be one; a ``marked``
    name needs a sign of the stock exchange beside it. A name that is not ``sure`` needs one of the ``near`` words in
    its neighbourhood or one of the ``article`` words anywhere, and none of the ``without`` words right beside it.
    """

    entity: Known
    written: str | None = None
    sure: bool = True
    marked: bool = False
    capital: bool = False
    proper: bool = False
    near: frozenset[str] = frozenset()
    article: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()


class Spelling(NamedTuple):
    """A pattern of the automaton: folded text, the names that are spelt so, whether it is a context word (it ``speaks``).

    What ``opens`` or ``closes`` with a Latin letter or digit is a part of a longer word where another one stands beside it.
    """

    text: str
    names: tuple[Name, ...]
    speaks: bool
    opens: bool
    closes: bool


@dataclass(frozen=True, slots=True, eq=False)
class Gazetteer:
    """All names and all context words as patterns of one automaton, in the order of ``spellings``."""

    known: tuple[Known, ...]
    spellings: tuple[Spelling, ...]
    automaton: ahocorasick_rs.AhoCorasick

    @property
    def patterns(self) -> tuple[str, ...]:
        """The folded texts that are looked for."""
        return tuple(s.text for s in self.spellings)

    @property
    def names(self) -> tuple[tuple[Name, ...], ...]:
        """The names that are spelt as each of the patterns: none for a mere context word."""
        return tuple(s.names for s in self.spellings)


@cache
def load() -> Gazetteer:
    """Read the gazetteer that is packaged with the tagger."""
    folder = files("newsloom_tagger").joinpath("gazetteer")
    contexts = _parse(folder.joinpath("contexts.yaml").read_text("utf-8"))
    return build({kind: _parse(folder.joinpath(file).read_text("utf-8")) for file, kind in FILES.items()}, contexts)


def build(rows: dict[Kind, dict[str, Any]], contexts: dict[str, list[str]]) -> Gazetteer:
    """Make a gazetteer of rows by kind and id. Raises GazetteerError."""
    known: dict[str, Known] = {}
    spelt: dict[str, list[Name]] = {}
    for kind, by_id in rows.items():
        for key, row in by_id.items():
            if key in known:
                raise GazetteerError(f"{key}: this id stands twice")
            known[key] = Known(key, row["name"], kind)
            for text, name in _names(known[key], row, contexts):
                spelt.setdefault(fold(text), []).append(name)
    spoken = {w for names in spelt.values() for n in names for w in n.near | n.article | n.without}
    texts = tuple(dict.fromkeys((*spelt, *sorted(spoken))))
    spellings = (Spelling(t, tuple(spelt.get(t, ())), t in spoken, t[0] in WORD, t[-1] in WORD) for t in texts)
    return Gazetteer(tuple(known.values()), tuple(spellings), ahocorasick_rs.AhoCorasick(texts))


def _parse(text: str) -> dict[str, Any]:
    return dict(yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))  # noqa: S506 - both are the safe loader


def _names(entity: Known, row: dict[str, Any], contexts: dict[str, list[str]]) -> Iterator[tuple[str, Name]]:
    unsure = row.get("unsure", ())
    doubtful = {text for entry in unsure for text in entry["names"]} | set(row.get("exact", ()))
    without = _words(row.get("without", ()), contexts)
    for text in dict.fromkeys((row["name"], *row.get("names", ()))):
        if text not in doubtful:
            yield text, Name(entity, capital=" " in text and text[0].isupper(), without=without)
    for text in row.get("exact", ()):
        yield text, Name(entity, written=text, without=without)
    for text in row.get("tickers", ()):
        yield text, Name(entity, written=text, marked=len(text) <= MARKED or text.isdecimal())
    for entry in unsure:
        near, article, without = (_words(entry.get(key, ()), contexts) for key in ("with", "article", "without"))
        for text in entry["names"]:
            proper = entry.get("proper", False) and text.isascii() and not text.isupper()
            written = text if text.isascii() else None
            yield text, Name(entity, written, sure=False, proper=proper, near=near, article=article, without=without)


def _words(entries: Iterable[str], contexts: dict[str, list[str]]) -> frozenset[str]:
    lists = (contexts[e[1:]] if e.startswith("@") else [e] for e in entries)
    return frozenset(fold(word) for words in lists for word in words)

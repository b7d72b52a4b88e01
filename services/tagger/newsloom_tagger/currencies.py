"""signs and words of money → ISO 4217 codes; a text → the code that a shared sign ($, ¥, 元, kroner) means in it."""

import re
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

import ahocorasick_rs
import yaml

from newsloom_tagger.fold import fold

CENT: Final = Decimal("0.01")
DIME: Final = Decimal("0.1")


class Unit(NamedTuple):
    """What a sign or word stands for: one of ``codes``, the first unless the text says otherwise, times ``factor``.

    ``unsure`` ones have other meanings (won, pounds): after a bare number they need a text that speaks of the currency.
    """

    codes: tuple[str, ...]
    factor: Decimal = Decimal(1)
    unsure: bool = False


class Table(NamedTuple):
    """``signs`` stand before a number, ``words`` after it; ``places`` are what speaks for a currency."""

    signs: dict[str, Unit]
    words: dict[str, Unit]
    places: dict[str, str]


@cache
def table() -> Table:
    """Read ``gazetteer/currencies.yaml``."""
    data = yaml.safe_load(files("newsloom_tagger").joinpath("gazetteer/currencies.yaml").read_text("utf-8"))
    signs: dict[str, Unit] = {}
    words: dict[str, Unit] = {}
    places: dict[str, str] = {}
    for code, row in data["currencies"].items():
        signs |= dict.fromkeys(row.get("signs", ()), Unit((code,)))
        words |= dict.fromkeys(row.get("words", ()), Unit((code,)))
        words |= dict.fromkeys(row.get("cents", ()), Unit((code,), CENT))
        words |= dict.fromkeys(row.get("dimes", ()), Unit((code,), DIME))
        places |= dict.fromkeys(map(str, row.get("places", ())), code)
    return Table(signs | _shared(data, "signs"), words | _shared(data, "words") | _shared(data, "cents"), places)


def _shared(data: dict[str, Any], kind: str) -> dict[str, Unit]:
    factor = CENT if kind == "cents" else Decimal(1)
    shared = {word: Unit(tuple(codes), factor) for word, codes in data["shared"].get(kind, {}).items()}
    unsure = {word: Unit((code,), factor, unsure=True) for word, code in data["unsure"].get(kind, {}).items()}
    return shared | unsure


def alternatives(words: Iterable[str]) -> str:
    """Return a regular expression of any of ``words``, the longest first; words in Latin letters stand alone."""
    ordered = sorted(words, key=lambda w: (-len(w), w))
    return "|".join(_edge(w[0], "(?<![a-z0-9])") + re.escape(w) + _edge(w[-1], "(?![a-z0-9])") for w in ordered)


def _edge(character: str, boundary: str) -> str:
    return boundary if character.isascii() and character.isalnum() else ""


@cache
def _automaton() -> tuple[ahocorasick_rs.AhoCorasick, tuple[str, ...]]:
    places = tuple(fold(place) for place in table().places)
    return ahocorasick_rs.AhoCorasick(places, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest), places


class Context:
    """What a text says about its currencies. Counting is done once, and only where a sign is shared."""

    def __init__(self, folded: str) -> None:
        self._folded = folded
        self._votes: Counter[str] | None = None

    def votes(self) -> Counter[str]:
        """Count, for each currency, the mentions of what speaks for it."""
        if self._votes is None:
            automaton, places = _automaton()
            codes = tuple(table().places.values())
            hits = automaton.find_matches_as_indexes(self._folded)
            self._votes = Counter(codes[i] for i, start, end in hits if _alone(self._folded, start, end, places[i]))
        return self._votes

    def decide(self, unit: Unit) -> str:
        """Return the code that the unit means here."""
        if len(unit.codes) == 1:
            return unit.codes[0]
        votes = self.votes()
        first, *others = unit.codes
        best = max(others, key=lambda code: votes[code])
        return best if votes[best] > votes[first] else first

    def speaks_of(self, code: str) -> bool:
        """Whether anything in the text speaks for the currency."""
        return self.votes()[code] > 0


def _alone(text: str, start: int, end: int, word: str) -> bool:
    """Whether a Latin word is not a part of a longer one: paris, but not comparison."""
    before = word[0].isascii() and word[0].isalnum() and start > 0 and _latin(text[start - 1])
    after = word[-1].isascii() and word[-1].isalnum() and end < len(text) and _latin(text[end])
    return not (before or after)


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()

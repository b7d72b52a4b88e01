"""signs and words of money → ISO 4217 codes; a text → the code that a shared sign ($, ¥, 元, kroner) means in it."""

import re
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from functools import cache, cached_property
from importlib.resources import files
from itertools import islice
from typing import Any, Final, NamedTuple

import yaml

CENT: Final = Decimal("0.01")
DIME: Final = Decimal("0.1")
HAN: Final = re.compile("[一-龥]")
TRADITIONAL: Final = re.compile("[億萬國與為這來對們開發將於從進會過]")
SEVERAL: Final = 3  # Traditional characters of those: fewer may be a name in a Simplified text


class Unit(NamedTuple):
    """What a sign or word stands for: one of ``codes`` times ``factor``.

    The codes come with the mentions that each needs; the first needs none. ``latin`` is the first in text without
    Chinese, ``traditional`` in text in Traditional characters. An ``unsure`` word has other meanings (won, pounds): a
    bare number needs a text that speaks of the currency. A ``suffix`` only says which dollars a sign means.
    """

    codes: tuple[tuple[str, int], ...]
    factor: Decimal = Decimal(1)
    unsure: bool = False
    suffix: bool = False
    latin: str | None = None
    traditional: str | None = None


class Table(NamedTuple):
    """``signs`` stand before a number, ``words`` after it; ``places`` speak for a currency, ``about`` for no exact number.

    ``votes`` are the places and the words that hold one (元人民币), with the currency that they speak for.
    """

    signs: dict[str, Unit]
    words: dict[str, Unit]
    places: dict[str, str]
    about: dict[str, list[str]]
    codes: frozenset[str]
    votes: dict[str, str]


@cache
def table() -> Table:
    """Read ``gazetteer/currencies.yaml``."""
    data = yaml.safe_load(files("newsloom_tagger").joinpath("gazetteer/currencies.yaml").read_text("utf-8"))
    signs: dict[str, Unit] = {}
    words: dict[str, Unit] = {}
    places: dict[str, str] = {}
    for code, row in data["currencies"].items():
        unit = Unit(((code, 0),))
        signs |= dict.fromkeys(row.get("signs", ()), unit)
        words |= dict.fromkeys(row.get("words", ()), unit)
        words |= dict.fromkeys(row.get("after", ()), unit._replace(suffix=True))
        words |= dict.fromkeys(row.get("cents", ()), unit._replace(factor=CENT))
        words |= dict.fromkeys(row.get("dimes", ()), unit._replace(factor=DIME))
        places |= dict.fromkeys(row.get("places", ()), code)
    holders = {w: unit.codes[0][0] for w, unit in (signs | words).items() if any(p in w for p in places)}
    return Table(
        signs | _shared(data, "signs"),
        words | _shared(data, "words") | _shared(data, "cents"),
        places,
        data["about"],
        frozenset(data["currencies"]),
        holders | places,
    )


def _shared(data: dict[str, Any], kind: str) -> dict[str, Unit]:
    unit = Unit((), CENT if kind == "cents" else Decimal(1))
    shared = data["shared"].get(kind, {}).items()
    unsure = data["unsure"].get(kind, {}).items()
    latin, traditional = data["latin"], data["traditional"]
    return {
        w: unit._replace(codes=tuple(codes.items()), latin=latin.get(w), traditional=traditional.get(w)) for w, codes in shared
    } | {w: unit._replace(codes=((code, 0),), unsure=True) for w, code in unsure}


class Sum(NamedTuple):
    """A sum of money at a place of the text, before its currency is decided."""

    start: int
    end: int
    low: Decimal
    high: Decimal | None
    unit: Unit


class Context:
    """What a text says about its currencies. Each thing is looked for once, and only where a sign is shared."""

    def __init__(self, text: str, folded: str, words: Iterable[str]) -> None:
        """``words`` are those of the table that stand in the text, as often as they do."""
        self._text, self._folded, self._words = text, folded, words

    @cached_property
    def votes(self) -> Counter[str]:
        """The mentions of what speaks for each currency."""
        votes = table().votes
        return Counter(votes[word] for word in self._words if word in votes)

    @cached_property
    def latin(self) -> bool:
        """Whether the text has no Chinese."""
        return not HAN.search(self._folded)

    @cached_property
    def traditional(self) -> bool:
        """Whether the text is in Traditional characters."""
        return len(list(islice(TRADITIONAL.finditer(self._text), SEVERAL))) == SEVERAL

    def decide(self, unit: Unit) -> str:
        """Return the code that the unit means here."""
        first = unit.codes[0][0]
        if len(unit.codes) == 1:
            return first
        votes = self.votes
        spoken = [code for code, least in unit.codes[1:] if votes[code] >= least and votes[code] > votes[first]]
        if not spoken and not votes[first]:
            first = (self.latin and unit.latin) or (self.traditional and unit.traditional) or first
        return max(spoken, key=lambda code: votes[code], default=first)

    def speaks_of(self, code: str) -> bool:
        """Whether anything in the text speaks for the currency."""
        return self.votes[code] > 0

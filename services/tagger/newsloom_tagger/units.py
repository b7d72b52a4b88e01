"""gazetteer/units.yaml → what each word that counts or measures stands for."""

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal, NamedTuple

import yaml

Kind = Literal["measured", "counted", "named", "prefixed", "tenths"]
KINDS: Final[tuple[Kind, ...]] = ("measured", "prefixed", "tenths", "counted", "named")


class Use(NamedTuple):
    """One of a word's uses: it stands for ``unit`` times ``factor``, as a measure, a thing counted or a name before a number.

    ``near`` are words of which one must stand in the same sentence, or in the same ``clause``; ``then`` what may follow
    instead. ``bare``: a multiplier alone is a number before it (万卡). ``scaled``: there are thousands of it (128k context).
    """

    unit: str
    kind: Kind
    factor: Decimal = Decimal(1)
    near: re.Pattern[str] | None = None
    clause: bool = False
    then: re.Pattern[str] | None = None
    bare: bool = False
    scaled: bool = False


@cache
def _data() -> dict[str, Any]:
    return dict(yaml.safe_load(files("newsloom_tagger").joinpath("gazetteer/units.yaml").read_text("utf-8")))


@cache
def table() -> dict[str, tuple[Use, ...]]:
    """Return the uses of each word, ``gazetteer/units.yaml`` read once."""
    uses: dict[str, list[Use]] = {}
    for unit, row in _data()["units"].items():
        for kind in KINDS:
            words = row.get(kind, ())
            for word in words:
                factor = words[word] if isinstance(words, dict) else 1
                uses.setdefault(word, []).append(_use(unit, kind, row, word, Decimal(str(factor))))
    uses |= {word: [] for word in _data()["ignored"]}
    return {word: tuple(found) for word, found in uses.items()}


def _use(unit: str, kind: Kind, row: dict[str, Any], word: str, factor: Decimal) -> Use:
    return Use(
        unit,
        kind,
        factor,
        near=_any(row.get("near", {}).get(word)),
        clause=(len(word) == 1 and word.isascii()) or word in row.get("clause", ()),
        then=_any(row.get("then", {}).get(word)),
        bare=row.get("bare", False),
        scaled=word in row.get("scaled", ()),
    )


def _any(words: Iterable[str] | None) -> re.Pattern[str] | None:
    return re.compile("|".join(map(re.escape, words))) if words else None


@cache
def words(kind: Literal["classifiers", "stops", "names", "plain"]) -> frozenset[str]:
    """Return one of the lists of words that stand around numbers and things."""
    return frozenset(_data()[kind])

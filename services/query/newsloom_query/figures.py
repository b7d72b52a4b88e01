"""Sums and quantities in a query: ``amount>1e9 USD``, ``gpus>=1万``, ``amount 1..5 bn USD``, and a theme's ``>0.8``. Pure."""

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from math import isinf
from typing import Final, NoReturn

from newsloom_common import near
from newsloom_tagger import units
from newsloom_tagger.fold import fold

from newsloom_query import numbers
from newsloom_query.cursor import Cursor
from newsloom_query.errors import QueryError
from newsloom_query.numbers import Number
from newsloom_query.tree import HasFigure, Limits

NAMES: Final = ("amount", "gpus", "mw", "users", "parameters")  # of many: what is offered where none of them was meant
AMOUNT: Final = frozenset({"amount", "amounts", "金额"})
SAME: Final = 0.001  # of a number: what is as near as that is the same
COMPARED: Final = re.compile(r"(?P<name>[^\W\d_](?:[^\W_]|-(?=\w))*)(?P<gap>\s*)(?P<op>>=|<=|[≥≤<>=]|:(?!/))\s*")
BETWEEN: Final = re.compile(r"(?P<name>[^\W\d_](?:[^\W_]|-(?=\w))*)\s+(?=[^\s\d\"|()]{0,8}\d)")
OPERATOR: Final = re.compile(r"(?P<op>>=|<=|[≥≤<>=])\s*")
PLAIN: Final = {"≥": ">=", "≤": "<="}


def read(cursor: Cursor) -> HasFigure | None:
    """Return the figure that is asked for here, with the cursor behind it; None where none is. Raises QueryError."""
    if m := COMPARED.match(cursor.text, cursor.at):
        if _known(m["name"]):
            return _compared(cursor, m)
        if m["op"] in "<>" and not m["gap"] and numbers.one(cursor.text, m.end()) and m["name"].isascii():
            known = near.unknown("number", m["name"], _units(), f"there are {', '.join(NAMES)} and other units")
            raise QueryError(f"{known} Put it in quotation marks to look for the word", cursor.at)
        return None
    m = BETWEEN.match(cursor.text, cursor.at)
    return _between(cursor, m["name"], m.end()) if m and _known(m["name"]) else None


def score(cursor: Cursor) -> Limits:
    """Return the limits of a score, from 0 to 1, that stand here; none where nothing does. Raises QueryError."""
    m = cursor.take(OPERATOR)
    if m is None:
        return Limits()
    number = numbers.one(cursor.text, m.end())
    if number is None or number.currency or not numbers.ends(cursor.text, number.end) or number.value > 1 or m["op"] == "=":
        raise QueryError("a theme's score is from 0 to 1: theme:chips>0.8", m.start())
    cursor.at = number.end
    return _limits(m["op"], float(number.value))


def _compared(cursor: Cursor, m: re.Match[str]) -> HasFigure | None:
    name, op, start = m["name"], m["op"], m.end()
    if op == ":" and (m["gap"] or cursor.text[start - 1] != ":" or not numbers.one(cursor.text, start)):
        return None  # "Users: 5 of them" and "amount:" are words
    if op in ":=" and numbers.two(cursor.text, start):
        return _between(cursor, name, start)
    number = numbers.one(cursor.text, start) or _bad(name, start)
    return _figure(cursor, name, (start, number), _limits(op, _float(number, start)), number)


def _between(cursor: Cursor, name: str, start: int) -> HasFigure | None:
    found = numbers.two(cursor.text, start)
    if found is None:
        return None
    low, high = (_float(number, start) for number in found)
    if low > high:
        raise QueryError("this range ends below its beginning", start)
    return _figure(cursor, name, (start, found[0]), Limits(low, high), found[1])


def _figure(cursor: Cursor, name: str, first: tuple[int, Number], limits: Limits, last: Number) -> HasFigure:
    """Return the condition. The first number may have another currency than the last one, which is no range."""
    at, number = first
    if not numbers.ends(cursor.text, last.end):
        _bad(name, at)
    if fold(name) in AMOUNT:
        if number.currency is None or number.currency != (last.currency or number.currency):
            raise QueryError("an amount needs one currency, for the index keeps each apart: amount>1e9 USD, amount>=50亿元", at)
        cursor.at = last.end
        return HasFigure("amounts", number.currency, limits)
    if number.currency or last.currency:
        raise QueryError(f"{name} are no money: for sums ask amount>1e9 USD", at)
    unit, factor = _units()[fold(name)]
    cursor.at = last.end
    low, high = (None if n is None else float(Decimal(repr(n)) * factor) for n in (limits.low, limits.high))
    return HasFigure("quantities", unit, Limits(low, high, limits.open))


def _limits(op: str, value: float) -> Limits:
    op = PLAIN.get(op, op)
    if op in ":=":
        return Limits(value * (1 - SAME), value * (1 + SAME))
    return Limits(low=value, open=op == ">") if op[0] == ">" else Limits(high=value, open=op == "<")


def _float(number: Number, at: int) -> float:
    value = float(number.value)
    if isinf(value):
        raise QueryError("this number is too large", at)
    return value


def _bad(name: str, at: int) -> NoReturn:
    example = "1e9 USD, 5bn USD, 50亿美元" if fold(name) in AMOUNT else "10000, 10k, 1万"
    raise QueryError(f"{name} is compared with a number: {example}", at)


def _known(name: str) -> bool:
    return fold(name) in AMOUNT or fold(name) in _units()


@cache
def _units() -> Mapping[str, tuple[str, Decimal]]:
    """Return word or id of a unit → its id, and how many of it the word is: mw is a million watt."""
    found: dict[str, tuple[str, Decimal]] = {}
    for word, uses in units.table().items():
        for use in uses:
            if word[:1].isalpha() and not (word.isascii() and len(word) == 1) and (word not in found or use.kind == "measured"):
                found[word] = use.unit, use.factor
    return found | {use.unit: (use.unit, Decimal(1)) for uses in units.table().values() for use in uses}

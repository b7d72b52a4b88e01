"""A number as it is typed in a query → its value: 1e9, 10,000, 5bn, 50亿, 五十亿美元, US$1.5m, 1..5 bn USD. Pure.

Multipliers and currencies are the tagger's: what it reads in an article can be typed. A sign that several currencies share
means the first of them ($ is USD, ¥ and 元 are CNY), for a query has no text around it that would say otherwise.
"""

import re
from decimal import Decimal
from functools import cache
from typing import Final, NamedTuple

from newsloom_tagger import currencies, figures, numerals
from newsloom_tagger.fold import fold

SPACE: Final = re.compile(r"\s*")
WESTERN: Final = re.compile(
    r"(?P<digits>(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?|\.\d+)(?:e(?P<power>[+-]?\d{1,3}))?", re.ASCII
)
CHINESE: Final = re.compile(rf"(?:\d|,\d|\.\d|[点{numerals.HAN}])*[{numerals.HAN}](?:\d|[点{numerals.HAN}])*", re.ASCII)
LATIN_TIMES: Final = re.compile(
    rf"\s?(?P<times>{'|'.join(sorted(numerals.MULTIPLIERS, key=len, reverse=True))})(?![a-z0-9])", re.ASCII
)
DOTS: Final = re.compile(r"\s*(?:\.\.\.?|…+)\s*")
END: Final = re.compile(r"(?=[\s|\")。;；]|[,，](?!\d)|$)")


class Number(NamedTuple):
    """A number that ends at ``end``, in what currency if one is said, and whether by a multiplier."""

    end: int
    value: Decimal
    currency: str | None = None
    times: Decimal = Decimal(1)


def one(text: str, at: int) -> Number | None:
    """Return the number at ``at``, with a currency before or behind it."""
    folded = fold(text)
    before = _currency(folded, _space(folded, at))
    start = _space(folded, before.end if before else at)
    number = _plain(folded, start)
    if number is None:
        return None
    after = _currency(folded, _space(folded, number.end))
    for money in (before, after):
        if money:
            number = number._replace(value=number.value * money.value, currency=money.currency, end=max(number.end, money.end))
    return number


def two(text: str, at: int) -> tuple[Number, Number] | None:
    """Return both ends of a range at ``at``. What only its end says goes for its beginning, too: 1..5 bn USD."""
    first = one(text, at)
    dots = DOTS.match(text, first.end) if first else None
    last = one(text, dots.end()) if dots else None
    if first is None or last is None:
        return None
    low = first.value * last.times if first.times == 1 else first.value
    return first._replace(value=low, currency=first.currency or last.currency), last


def ends(text: str, at: int) -> bool:
    """Whether nothing is glued to what ends at ``at``."""
    return END.match(text, at) is not None


def _plain(folded: str, at: int) -> Number | None:
    han = CHINESE.match(folded, at)
    value = figures.han(han.group().replace(",", ""), bare=True) if han else None
    if han and value is not None:
        times = figures.MULTIPLIED.search(han.group())
        by = figures.han(times.group(), bare=True) if times else None
        return Number(han.end(), Decimal(value), times=by or Decimal(1))
    m = WESTERN.match(folded, at)
    if m is None:
        return None
    times = LATIN_TIMES.match(folded, m.end())
    by = numerals.MULTIPLIERS[times["times"]] if times else Decimal(1)
    digits = Decimal(m["digits"].replace(",", "")) * Decimal(10) ** int(m["power"] or 0)
    return Number(times.end() if times else m.end(), digits * by, times=by)


def _space(text: str, at: int) -> int:
    m = SPACE.match(text, at)
    return m.end() if m else at


def _currency(folded: str, at: int) -> Number | None:
    """Return what a sign or word of money here is worth: a cent is a hundredth."""
    m = _money().match(folded, at)
    if m is None:
        return None
    table = currencies.table()
    unit = table.signs.get(m.group()) or table.words.get(m.group())
    return Number(m.end(), unit.factor if unit else Decimal(1), unit.codes[0][0] if unit else m.group().upper())


@cache
def _money() -> re.Pattern[str]:
    table = currencies.table()
    words = sorted({*table.signs, *table.words, *map(str.lower, table.codes)}, key=len, reverse=True)
    return re.compile("|".join(re.escape(w) + ("(?![a-z])" if w[-1:].isascii() and w[-1:].isalpha() else "") for w in words))

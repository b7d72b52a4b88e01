"""text → sums of money: 50亿美元的A100 is 5e9 USD, at its exact place.

A sum is found from its currency: a sign with a number after it ($3bn, 人民币3亿), or a word with a number before it
(五十亿美元, 3.2 trillion won). A range with shared units (10-15亿美元, $310-330 million) is one amount: its value is the lower
bound, its text the whole. Approximations keep their number (逾50亿元 is 5e9). Sums that only say a magnitude (数十亿美元,
上亿元, billions of dollars) are left out: nobody could say their value.
"""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache
from typing import Final, NamedTuple

from newsloom_schemas.types import Amount, FieldName

from newsloom_tagger import currencies, numerals
from newsloom_tagger.currencies import Context, Unit
from newsloom_tagger.fold import fold

WINDOW: Final = 64  # characters before a currency word in which its number must lie
CORE: Final = rf"\d.,点兆{numerals.HAN}"
RUN: Final = rf"[{CORE}]+(?:[多余来几][{CORE}]+)*[多余来]?"
BETWEEN: Final = r"(?:\s?(?:-|–|—|~|～|至|到|to)\s?)"
LONG: Final = "|".join(sorted((m for m in numerals.MULTIPLIERS if len(m) > 1), key=len, reverse=True))
TIMES: Final = rf"(?:[ \xa0-]?(?:{LONG})|[kmbt])(?![a-z0-9])"
NUMBER_WORD: Final = "|".join(sorted((*numerals.ENGLISH, "and", *numerals.MULTIPLIERS), key=len, reverse=True))
WORDS: Final = rf"(?:{NUMBER_WORD})(?:[ -](?:{NUMBER_WORD}))*"

# After a sign: number, then a second one that shares the multiplier, then the multiplier.
AFTER: Final = re.compile(
    rf"[ \xa0]?(?P<low>{numerals.WESTERN})(?P<lowtimes>{TIMES})?"
    rf"(?:{BETWEEN}(?P<sign>[^\s\d]{{1,3}})?(?P<high>{numerals.WESTERN})(?P<times>{TIMES}))?(?![a-z0-9])"
)
AFTER_HAN: Final = re.compile(rf"\s?(?P<low>{RUN})[元圆]?")
HAN_BEFORE: Final = re.compile(rf"(?<![{CORE}几数])(?:(?P<low>{RUN}){BETWEEN})?(?P<high>{RUN})\s?$")
LATIN_BEFORE: Final = re.compile(
    rf"(?<![a-z0-9.,])(?:(?P<low>{numerals.WESTERN}|{WORDS})(?P<lowtimes>{TIMES})?{BETWEEN})?"
    rf"(?P<high>{numerals.WESTERN}|{WORDS})(?P<times>{TIMES})?[ \xa0-]?$"
)
VAGUE: Final = re.compile(r"几|^[十百千万亿兆]*[百千万亿兆]$")
NO_MONEY: Final = re.compile(r"[件器老素宇旦勋祖锂组帅]")  # what makes another word of 元


class Sum(NamedTuple):
    """A sum of money at a place of the text: ``[start, end)``, from ``low`` on, before its currency is decided."""

    start: int
    end: int
    low: Decimal
    unit: Unit


def find(field: FieldName, text: str) -> tuple[Amount, ...]:
    """Return the sums of money in ``text``, in its order, none inside another. Total: any string will do."""
    folded = fold(text)
    context = Context(folded)
    sums = (s for s in (*_signed(folded), *_worded(folded)) if _sure(s, folded, context))
    return tuple(
        Amount(
            field=field, start=s.start, end=s.end, text=text[s.start : s.end], value=float(s.low * s.unit.factor), currency=code
        )
        for s, code in ((s, context.decide(s.unit)) for s in _longest(sums))
    )


def _longest(sums: Iterable[Sum]) -> Iterator[Sum]:
    """Yield the sums that are not inside a longer one, from left to right."""
    end = 0
    for s in sorted(sums, key=lambda s: (s.start, -s.end)):
        if s.start >= end:
            yield s
            end = s.end


def _sure(s: Sum, folded: str, context: Context) -> bool:
    if not s.unit.unsure or s.low >= 10_000:
        return True
    return context.speaks_of(s.unit.codes[0])


def _signed(folded: str) -> Iterator[Sum]:
    """Yield the sums whose sign stands before the number."""
    for sign in _signs().finditer(folded):
        unit = currencies.table().signs[sign.group()]
        m = AFTER.match(folded, sign.end())
        han = AFTER_HAN.match(folded, sign.end())
        if han and (value := _han(han["low"])) is not None and (not m or han.end() > m.end()):
            yield Sum(sign.start(), han.end(), value, unit)
        elif m:
            shared = m["lowtimes"] or m["times"]
            yield Sum(sign.start(), m.end(), _scaled(m["low"], shared), unit)


def _worded(folded: str) -> Iterator[Sum]:
    """Yield the sums whose currency's word stands after the number."""
    for word in _words().finditer(folded):
        before = folded[max(0, word.start() - WINDOW) : word.start()]
        found = None if NO_MONEY.match(folded, word.end()) and word.group() == "元" else _before(before)
        if found:
            length, value = found
            yield Sum(word.start() - length, word.end(), value, currencies.table().words[word.group()])


def _before(window: str) -> tuple[int, Decimal] | None:
    """Return length and value of the number that ends the window, a range with its lower bound."""
    if m := HAN_BEFORE.search(window):
        value = _han_range(m["low"], m["high"])
        if value is not None:
            return len(window) - m.start(), value
    if m := LATIN_BEFORE.search(window):
        number = m["low"] or m["high"]
        value = _scaled(number, m["lowtimes"] or m["times"])
        return (len(window) - m.start(), value) if value else None
    return None


def _scaled(number: str, times: str | None) -> Decimal:
    value = numerals.english(number) or Decimal(0)
    return value * numerals.MULTIPLIERS[times.strip(" \xa0-")] if times else value


def _han(run: str) -> Decimal | None:
    """Return the value of a Chinese number, None where it is vague (数十亿, 上亿) or none at all."""
    number = re.sub("[多余来]", "", run)
    return None if VAGUE.search(number) else numerals.chinese(number)


def _han_range(low: str | None, high: str) -> Decimal | None:
    """Return the lower bound: 10-15亿 and 10亿至15亿 are both from 10亿 on."""
    if low is None:
        return _han(high)
    first, second = _han(low), _han(high)
    if first is None or second is None:
        return second
    unit = re.search(r"[万亿兆百千]+$", high)
    shares = unit and not re.search(r"[万亿兆百千]$", low)
    return first * (numerals.chinese(unit.group()) or 1) if shares and unit else first


@cache
def _signs() -> re.Pattern[str]:
    return re.compile(currencies.alternatives(currencies.table().signs).replace("(?![a-z0-9])", "(?![a-z])"))


@cache
def _words() -> re.Pattern[str]:
    return re.compile(currencies.alternatives(currencies.table().words))

"""A place beside a currency → the number there, with its multiplier and its range: 10-15亿, 2 to 3 billion, two hundred."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final, NamedTuple

from newsloom_tagger import numerals
from newsloom_tagger.currencies import Unit

WINDOW: Final = 48  # code points before a currency's word in which its number must lie
CORE: Final = rf"\d.,点{numerals.HAN}"
CORE_CLASS: Final = f"[{CORE}]"
RUN: Final = rf"[{CORE}]++(?:[多余来][{CORE}]++)*+[多余来]?"
BETWEEN: Final = r"\s?(?:-|–|—|~|～|至|到|to)\s?"
LONG: Final = "|".join(sorted((m for m in numerals.MULTIPLIERS if len(m) > 1), key=len, reverse=True))
TIMES: Final = rf"(?:[ \xa0-]?(?:{LONG})|[kmbt])(?![a-z0-9])"
NUMBER_WORD: Final = "|".join(sorted((*numerals.ENGLISH, "and", *LONG.split("|")), key=len, reverse=True))
FIRST_WORD: Final = "|".join(sorted(numerals.ENGLISH, key=len, reverse=True))
WORDS: Final = rf"(?:{FIRST_WORD})(?:[ -](?:{NUMBER_WORD}))*(?![a-z])"
SHARED: Final = re.compile(rf"[ -](?:{LONG})$")

AFTER: Final = re.compile(
    rf"[ \xa0]?(?P<low>{numerals.WESTERN})(?P<lowtimes>{TIMES})?"
    rf"(?:{BETWEEN}(?P<sign>[^\s\d]{{1,3}})?(?P<high>{numerals.WESTERN})(?P<times>{TIMES}))?(?![a-z0-9])"
)
SINGLE: Final = re.compile(rf"[ \xa0]?(?P<low>{numerals.WESTERN})(?P<lowtimes>{TIMES})?(?![a-z0-9])")
AFTER_HAN: Final = re.compile(rf"\s?(?P<low>{RUN})(?!几)(?:{BETWEEN}(?P<high>{RUN}))?[元圆]?")
HAN_BEFORE: Final = re.compile(rf"(?<![{CORE}几数])(?:(?P<low>{RUN}){BETWEEN})?(?P<high>{RUN})\s?$")
LATIN_BEFORE: Final = re.compile(
    rf"(?<![a-z0-9.,])(?:(?P<low>{numerals.WESTERN}|{WORDS})(?P<lowtimes>{TIMES})?{BETWEEN})?"
    rf"(?P<high>{numerals.WESTERN}|{WORDS})(?P<times>{TIMES})?[ \xa0-]?$"
)
LAST: Final = frozenset(f"{numerals.HAN}多余来 -\xa00123456789abcdefghijklmnopqrstuvwxyz")  # what may stand before a currency
VAGUE: Final = re.compile("[十百千万亿兆]+")  # 上亿, 百亿: no digit, so a magnitude rather than a number
CHANGE: Final = re.compile("[从由自]$|from $")  # 从5亿到7亿元 are two sums, not a range
MULTIPLIED: Final = re.compile("[百千万亿兆]+$")


class Number(NamedTuple):
    """A number at a place of the text, or a range from ``low`` to ``high``."""

    start: int
    end: int
    low: Decimal
    high: Decimal | None = None


class Sum(NamedTuple):
    """A sum of money at a place of the text, before its currency is decided."""

    start: int
    end: int
    low: Decimal
    high: Decimal | None
    unit: Unit


def after(folded: str, at: int) -> Number | None:
    """Return the number that begins at ``at``, after a currency's sign."""
    latin, han = _latin_after(folded, at), _han_after(folded, at)
    return max((n for n in (latin, han) if n), key=lambda n: n.end, default=None)


def before(folded: str, at: int) -> Iterator[Number]:
    """Yield the number that ends at ``at``, before a currency's word; two numbers where both ends of a range are complete."""
    if not at or folded[at - 1] not in LAST:
        return
    offset = max(0, at - WINDOW)
    window = folded[offset:at]
    for n in list(_han_before(window)) or _latin_before(window):
        yield n._replace(start=n.start + offset, end=n.end + offset)


def han(run: str) -> Decimal | None:
    """Return the value of a Chinese number, None where it only says a magnitude (上亿, 百亿) or is no number."""
    number = re.sub("[多余来]", "", run)
    return None if VAGUE.fullmatch(number) and number[0] != "十" else numerals.chinese(number)


def _latin_after(folded: str, at: int) -> Number | None:
    m = AFTER.match(folded, at)
    if m and m["sign"] and m["lowtimes"]:  # $98 million to $102 million: both are complete
        m = None
    if m is None:
        m = SINGLE.match(folded, at)
        return Number(at, m.end(), _scaled(m["low"], m["lowtimes"])) if m else None
    low = _scaled(m["low"], m["lowtimes"] or m["times"])
    return Number(at, m.end(), low, _scaled(m["high"], m["times"]) if m["high"] else None)


def _han_after(folded: str, at: int) -> Number | None:
    m = AFTER_HAN.match(folded, at)
    if m and m["high"] and (ends := _han_range(m["low"], m["high"])):
        return Number(at, m.end(), *ends)
    value = han(m["low"]) if m else None
    if m is None or value is None:
        return None
    end = m.end("low") if m["high"] else m.end()
    return Number(at, end, value)


def _han_before(window: str) -> Iterator[Number]:
    m = HAN_BEFORE.search(window)
    if not m:
        return
    ends = _han_range(m["low"], m["high"]) if m["low"] else None
    last = han(m["high"])
    if ends and CHANGE.search(window, 0, m.start()):
        yield Number(m.start(), m.end("low"), ends[0])
    elif ends:
        yield Number(m.start(), len(window), *ends)
        return
    if last is not None:
        yield Number(m.start("high"), len(window), last)


def _han_range(low: str, high: str) -> tuple[Decimal, Decimal] | None:
    """Return both ends: 10-15亿 and 10亿至15亿 are both from 10亿 on. None where they do not rise."""
    first, last = han(low), han(high)
    if first is None or last is None:
        return None
    unit = MULTIPLIED.search(high)
    if unit and not MULTIPLIED.search(low):
        first *= numerals.chinese(unit.group()) or 1
    return (first, last) if first < last else None


def _latin_before(window: str) -> Iterator[Number]:
    m = LATIN_BEFORE.search(window)
    if not m or _article_only(m):
        return
    last = _scaled(m["high"], m["times"])
    if not m["low"] or _article_only(m, "low"):
        yield Number(m.start("high"), len(window), last)
    elif m["lowtimes"]:
        yield Number(m.start("low"), m.end("lowtimes"), _scaled(m["low"], m["lowtimes"]))
        yield Number(m.start("high"), len(window), last)
    else:
        yield Number(m.start(), len(window), _scaled(m["low"], m["times"] or _last_word(m["high"])), last)


def _last_word(number: str) -> str | None:
    """Return the multiplier that a number in words ends with: two to three billion dollars."""
    m = SHARED.search(number)
    return m.group() if m else None


def _article_only(m: re.Match[str], which: str = "high") -> bool:
    """Whether the number is but an article: a dollar of investment, by tenths of a cent."""
    times = m["times"] if which == "high" else m["lowtimes"]
    return m[which] in ("a", "an", "and") and not times


def _scaled(number: str, times: str | None) -> Decimal:
    value = numerals.english(number) or Decimal(0)
    return value * numerals.MULTIPLIERS[times.strip(" \xa0-")] if times else value

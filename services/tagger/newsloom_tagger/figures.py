"""A place beside a currency or a unit → the number there, with multiplier and range: 10-15亿, 2 to 3 billion, two hundred."""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from math import prod
from typing import Final, NamedTuple

from newsloom_tagger import numerals

WINDOW: Final = 48  # code points before a word in which its number must lie
CORE: Final = rf"\d.,点{numerals.HAN}"
RUN: Final = rf"[{CORE}]++(?:(?:[多余来]|个(?=亿)|(?<=\d) (?=[百千万亿兆]))[{CORE}]++)*+[多余来]?"
DASH: Final = r"\s?[-‑–—~～]\s?"
BETWEEN: Final = rf"(?:(?P<dash>{DASH})|\s?(?:至|到|to)\s?|(?P<and> and ))"
HAN_BETWEEN: Final = rf"(?:{DASH}|\s?(?:至|到|to)\s?|(?<=[1-8一二三四五六七八])、(?=[2-9二三四五六七八九][十百千万亿]))"
LONG: Final = "|".join(sorted((m for m in numerals.MULTIPLIERS if len(m) > 1), key=len, reverse=True))
TIMES: Final = rf"(?:[ \xa0-]?(?:(?:hundred|thousand|lakh) )?(?:{LONG})|[kmbt])(?![a-z0-9])"
MIDDLE: Final = [*numerals.ENGLISH, "and", "half of", "quarter of", "quarter", "quarters of", *LONG.split("|")]
NUMBER_WORD: Final = "|".join(sorted(MIDDLE, key=len, reverse=True))
COUNTING: Final = "|".join(sorted((w for w in numerals.ENGLISH if w not in {"a", "an"}), key=len, reverse=True))
FIRST_WORD: Final = rf"an?(?=[ -](?:half|quarter|{LONG}))|{COUNTING}"  # a seven-billion-parameter model has seven
WORDS: Final = rf"(?:{FIRST_WORD})(?:[ -](?:{NUMBER_WORD}))*(?![a-z])"
SHARED: Final = re.compile(rf"[ -](?:{LONG})$")
LATIN: Final = rf"{numerals.WESTERN}|{WORDS}"

AFTER: Final = re.compile(
    rf"[ \xa0]?(?P<low>{numerals.WESTERN})(?P<lowtimes>{TIMES})?"
    rf"(?:{BETWEEN}(?P<sign>[^\s\d]{{1,3}})?(?P<high>{numerals.WESTERN})(?P<times>{TIMES})?)?(?![a-z0-9])"
)
SINGLE: Final = re.compile(rf"[ \xa0]?(?P<low>{numerals.WESTERN})(?P<lowtimes>{TIMES})?(?![a-z0-9])")
AFTER_HAN: Final = re.compile(rf"\s?(?P<low>{RUN})(?!几)(?:{HAN_BETWEEN}(?P<high>{RUN}))?[元圆]?")
HAN_BEFORE: Final = re.compile(rf"(?<![{CORE}几数])(?:(?P<low>{RUN}){HAN_BETWEEN})?(?P<high>{RUN})\s?$")
LATIN_BEFORE: Final = re.compile(
    rf"(?<![a-z0-9.,])(?:(?P<low>{LATIN})(?P<lowtimes>{TIMES})?{BETWEEN})?(?P<high>{LATIN})(?P<times>{TIMES})?[ \xa0-]?$"
)
# What may stand before a word that has a number: its last character, and its last word where that is a letter.
LAST: Final = frozenset(f"{numerals.HAN}多余来 -\xa00123456789abcdefghijklmnopqrstuvwxyz")
LAST_WORDS: Final = frozenset((*numerals.ENGLISH, *numerals.MULTIPLIERS))
LETTERS: Final = re.compile("[a-z]*$")
PLAIN: Final = 7  # digits that are read without a look at what stands before them, and what they must not stand behind
PLAIN_DIGITS: Final = frozenset("0123456789.")
JOINS: Final = frozenset(f"0123456789.,点{numerals.HAN}多余来个几数-‑–—~～至到、abcdefghijklmnopqrstuvwxyz\xa0")
JOINS_APART: Final = frozenset(f"0123456789.,点{numerals.HAN}-‑–—~～至到od")  # … nor behind a space and: to, and
VAGUE: Final = re.compile("[十百千万亿兆]+")  # 上亿, 百亿: no digit, so a magnitude rather than a number
ONES: Final = "零一二两三四五六七八九"
PAIR: Final = re.compile(f"(?<![{ONES}])([{ONES[1:-1]}])([{ONES[2:]}])(?![{ONES}])")
CHANGE: Final = re.compile("[从由自]$|from $")  # from 5 to 7 are two numbers, not a range
MULTIPLIED: Final = re.compile("[百千万亿兆]+$")

Ends = tuple[Decimal, Decimal | None]


class Number(NamedTuple):
    """A number at a place of the text, or a range from ``low`` to ``high``."""

    start: int
    end: int
    low: Decimal
    high: Decimal | None = None


def after(folded: str, at: int) -> Number | None:
    """Return the number that begins at ``at``, after a currency's sign or a name."""
    latin, han = _latin_after(folded, at), _han_after(folded, at)
    return max((n for n in (latin, han) if n), key=lambda n: n.end, default=None)


def before(folded: str, at: int, *, bare: bool = False) -> list[Number]:
    """Return the number that ends at ``at``, before a word; two numbers where both ends of a range are complete.

    ``bare``: a multiplier alone is a number too (百万).
    """
    if not _may_end(folded, at):
        return []
    if plain := _plain(folded, at):
        return [plain]
    offset = max(0, at - WINDOW)
    window = folded[offset:at]
    latin = "between " in window or "a" <= window.rstrip(" -\xa0")[-1:] <= "z"
    found = list(_latin_before(window)) if latin else list(_han_before(window, bare=bare)) or list(_latin_before(window))
    return [Number(n.start + offset, n.end + offset, n.low, n.high) for n in found]


def _plain(folded: str, at: int) -> Number | None:
    """Return the few digits that end at ``at`` where nothing before them can belong to the number: most have no more."""
    start = last = at - 1 if folded[at - 1] == " " else at
    lowest = max(1, last - PLAIN)
    while start > lowest and folded[start - 1] in PLAIN_DIGITS:
        start -= 1
    before = folded[start - 1 : start]
    if start == last or before in JOINS or (before == " " and folded[max(0, start - 2) : start - 1] in JOINS_APART):
        return None
    run = folded[start:last]
    plain = run[0] != "." and run[-1] != "." and run.count(".") < 2
    return Number(start, at, Decimal(run)) if plain else None


def han(run: str, *, bare: bool = False) -> Decimal | None:
    """Return the value of a Chinese number, None where it only says a magnitude (上亿, 百亿) or is no number."""
    number = re.sub("[多余来个 ]", "", run)
    return None if VAGUE.fullmatch(number) and number[0] != "十" and not bare else numerals.chinese(number)


def _may_end(folded: str, at: int) -> bool:
    """Whether what ends at ``at`` can be a number: a look at one character or one word, for most places have none."""
    if not at or folded[at - 1] not in LAST:
        return False
    last = at - 1 if folded[at - 1] in " -\xa0" else at
    if not last or not "a" <= folded[last - 1] <= "z":
        return True
    m = LETTERS.search(folded, max(0, last - 10), last)
    return m is not None and m.group() in LAST_WORDS


@lru_cache(maxsize=4096)  # the same few numbers again and again
def _ends(run: str, *, bare: bool = False) -> Ends | None:
    """Return the value of a Chinese number, or both ends of one that names two neighbours: 五六亿, 一百二三十万."""
    if run.isdecimal() and run.isascii() and len(run) < 16:
        return Decimal(run), None
    m = PAIR.search(run)
    if m and 0 < numerals.DIGITS[m[2]] - numerals.DIGITS[m[1]] <= 2:
        low, high = han(run[: m.start(2)] + run[m.end() :]), han(run[: m.start()] + run[m.start(2) :])
        return (low, high) if low is not None and high is not None and low < high else None
    value = han(run, bare=bare)
    return None if value is None else (value, None)


def _latin_after(folded: str, at: int) -> Number | None:
    m = AFTER.match(folded, at)
    if m is None or m["high"] is None:
        return _single(folded, at)
    low, high = _scaled(m["low"], m["lowtimes"] or m["times"]), _scaled(m["high"], m["times"])
    return Number(at, m.end(), low, high) if _joined(folded, at, m) and low < high else _single(folded, at)


def _single(folded: str, at: int) -> Number | None:
    """Return the number at ``at`` and nothing of what follows it."""
    m = SINGLE.match(folded, at)
    return Number(at, m.end(), _scaled(m["low"], m["lowtimes"])) if m else None


def _joined(folded: str, at: int, m: re.Match[str]) -> bool:
    """Whether two numbers are one range: $98 million to $102 million and $20 to $25 are two sums each, $5m-$7m is one."""
    sign, shared = m["sign"], m["times"] is not None and m["lowtimes"] is None
    if sign and sign[-1].isalnum():
        return False
    if m["and"]:
        return shared and folded.endswith("between ", 0, folded.rfind(" ", max(0, at - 8), at) + 1)
    if m["dash"]:
        return shared or m["lowtimes"] is None or m["times"] is not None
    return shared or not (sign or m["lowtimes"])


def _han_after(folded: str, at: int) -> Number | None:
    m = AFTER_HAN.match(folded, at)
    if m is None:
        return None
    if m["high"] and (ends := _han_range(m["low"], m["high"])):
        return Number(at, m.end(), *ends)
    single = _ends(m["low"])
    end = m.end("low") if m["high"] else m.end()
    return Number(at, end, *single) if single else None


def _han_before(window: str, *, bare: bool) -> Iterator[Number]:
    m = HAN_BEFORE.search(window)
    if not m:
        return
    ends = _han_range(m["low"], m["high"]) if m["low"] else None
    last = _ends(m["high"], bare=bare)
    if ends and CHANGE.search(window, 0, m.start()):
        yield Number(m.start(), m.end("low"), ends[0])
    elif ends:
        yield Number(m.start(), len(window), *ends)
        return
    if last is not None:
        yield Number(m.start("high"), len(window), *last)


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
    first = _scaled(m["low"], m["lowtimes"] or m["times"] or _last_word(m["high"])) if m["low"] else last
    if m["low"] and _one_number(m, rising=first < last):
        yield Number(m.start(), len(window), _scaled(window[m.start() : m.end("high")], m["times"]))
    elif first >= last or _article_only(m, "low") or (m["and"] and not window.endswith("between ", 0, m.start())):
        yield Number(m.start("high"), len(window), last)
    elif m["lowtimes"] or CHANGE.search(window, 0, m.start()):
        yield Number(m.start("low"), m.end("lowtimes") if m["lowtimes"] else m.end("low"), first)
        yield Number(m.start("high"), len(window), last)
    else:
        yield Number(m.start(), len(window), first, last)


def _one_number(m: re.Match[str], *, rising: bool) -> bool:
    """Whether what looks like two numbers in words is one: twenty-five, one hundred and twenty, two and a half."""
    low, high = m["low"].replace("-", " ").split(), m["high"].replace("-", " ").split()
    if m["lowtimes"] or m["low"][0].isdigit():
        return False
    if m["dash"]:
        return len(low) == 1 and not rising
    return m["and"] is not None and (high[:2] == ["a", "half"] or (low[-1] in numerals.MULTIPLIERS and low[-1] not in high))


def _last_word(number: str) -> str | None:
    """Return the multiplier that a number in words ends with: two to three billion dollars."""
    m = SHARED.search(number)
    return m.group() if m else None


def _article_only(m: re.Match[str], which: str = "high") -> bool:
    """Whether the number is but an article: a dollar of investment, by tenths of a cent."""
    times = m["times"] if which == "high" else m["lowtimes"]
    return m[which] in ("a", "an", "and") and not times


@lru_cache(maxsize=4096)
def _scaled(number: str, times: str | None) -> Decimal:
    value = numerals.english(number) or Decimal(0)
    return value * prod(numerals.MULTIPLIERS[word] for word in times.strip(" \xa0-").split()) if times else value

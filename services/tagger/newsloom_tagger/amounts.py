"""text → sums of money: 50亿美元的A100 is 5e9 USD, at its exact place.

A sum is found from its currency: a sign with a number after it ($3bn, 人民币3亿), or a word with a number before it
(五十亿美元, 3.2 trillion won). A range with shared units (10-15亿美元, $310-330 million) is one amount: ``value`` is its lower
bound, ``high`` its upper one, its text the whole. Where both ends are complete ($98 million to $102 million) they are two
amounts. Approximations keep their number (逾50亿元 is 5e9, ``about`` says over). Sums that only say a magnitude (数十亿美元,
上亿元, billions of dollars) are left out: nobody could say their value.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from string import ascii_lowercase, digits
from typing import Final, Literal

from newsloom_schemas.types import Amount, FieldName

from newsloom_tagger import colloquial, currencies, money
from newsloom_tagger.currencies import CENT, Context
from newsloom_tagger.fold import fold
from newsloom_tagger.money import Sum

NO_MONEY: Final = re.compile("[件器老素宇旦勋祖锂组帅]|年(?!费|度)")  # what makes another word of 元
PER_AFTER: Final = re.compile(
    r" ?(?:/|per |an? |each |apiece)(?P<unit>[a-z]+(?: tokens| [a-z]+ tokens)?)?"
    r"|(?:每|一|/)(?P<han>个?[人年月天台张颗次家股]|小时)"
)
PER_BEFORE: Final = re.compile(
    r"每(?P<unit>股|月|年|天|日|小时|分钟|人|张|台|颗|片|次|家|瓦|度|斤|公斤|吨|坪|平方米|桶|单|千字"
    r"|百万个?(?: ?tokens?|词元|字))[一-龥]{0,4}$"
)
AFTERWARDS: Final = re.compile("左右|上下|or so")
YEAR: Final = re.compile(r"\s?(?:19|20)\d\d")  # CAD 2024 is a release
LOOK: Final = 16  # code points beside a sum that say how exact it is and for how much


def find(field: FieldName, text: str) -> tuple[Amount, ...]:
    """Return the sums of money in ``text``, in its order, none inside another. Total: any string will do."""
    folded = fold(text)
    context = Context(text, folded)
    sums = list(
        _longest(s for s in (*_signed(text, folded), *_worded(text, folded), *colloquial.find(folded)) if _sure(s, context))
    )
    codes = _codes(sums, context)
    return tuple(_amount(field, text, folded, s, code) for s, code in zip(sums, codes, strict=True))


def _amount(field: FieldName, text: str, folded: str, s: Sum, code: str) -> Amount:
    before = folded[max(0, s.start - LOOK) : s.start]
    return Amount(
        field=field,
        start=s.start,
        end=s.end,
        text=text[s.start : s.end],
        value=float(s.low * s.unit.factor),
        currency=code,
        high=None if s.high is None else float(s.high * s.unit.factor),
        about=_about(folded, s, before),
        per=_per(folded, s.end, before),
    )


def _about(folded: str, s: Sum, before: str) -> Literal["about", "over", "under"] | None:
    kind = _approximation(before.removesuffix(" "))
    if kind:
        return kind
    if re.search("[多余]", folded[s.start : s.end]):
        return "over"
    return "about" if AFTERWARDS.match(folded, s.end) else None


def _per(folded: str, end: int, before: str) -> str | None:
    if m := PER_AFTER.match(folded, end):
        return m["unit"] or m["han"]
    m = PER_BEFORE.search(before)
    return m["unit"] if m else None


def _longest(sums: Iterable[Sum]) -> Iterator[Sum]:
    """Yield the sums that are not inside a longer one, from left to right."""
    end = 0
    for s in sorted(sums, key=lambda s: (s.start, -s.end)):
        if s.start >= end:
            yield s
            end = s.end


def _sure(s: Sum, context: Context) -> bool:
    return not s.unit.unsure or s.low >= 10_000 or context.speaks_of(s.unit.codes[0][0])


def _codes(sums: list[Sum], context: Context) -> list[str]:
    """Return the currency of each sum. Cents are of the currency of the last sum before them that can have them."""
    codes: list[str] = []
    last: str | None = None
    for s in sums:
        possible = dict(s.unit.codes)
        if s.unit.factor != CENT:
            last = context.decide(s.unit)
            codes.append(last)
        else:
            codes.append(last if last in possible and len(possible) > 1 else context.decide(s.unit))
    return codes


def _signed(text: str, folded: str) -> Iterator[Sum]:
    """Yield the sums whose sign stands before the number."""
    for start, end in _signs().find(folded):
        sign = folded[start:end]
        number = money.after(folded, end) if _written(text[start:end]) else None
        if number and not (sign.isalpha() and YEAR.fullmatch(folded, end, number.end)):
            yield Sum(start, number.end, number.low, number.high, currencies.table().signs[sign])


def _worded(text: str, folded: str) -> Iterator[Sum]:
    """Yield the sums whose currency's word stands after the number."""
    for start, end in _words().find(folded):
        word = folded[start:end]
        if not _written(text[start:end]) or (word in "元圆" and NO_MONEY.match(folded, end)):
            continue
        for number in money.before(folded, start):
            last = end if number.end == start else number.end
            yield Sum(number.start, last, number.low, number.high, currencies.table().words[word])


def _written(word: str) -> bool:
    """Whether a code is in capitals, as codes are: CAD 5 million, not cad 2024."""
    return word.isupper() or word.upper() not in currencies.table().codes


@cache
def _signs() -> currencies.Marks:
    return currencies.Marks(currencies.table().signs, before=ascii_lowercase + digits, after=ascii_lowercase)


@cache
def _words() -> currencies.Marks:
    return currencies.Marks(currencies.table().words, before=ascii_lowercase, after=ascii_lowercase + digits)


def _approximation(before: str) -> Literal["about", "over", "under"] | None:
    """Return what ends right before a sum: the longest such word, so that no more than is not more than."""
    for word, kind in _approximations():
        if before.endswith(word) and not (word.isascii() and before[: -len(word)][-1:].isalpha()):
            return kind
    return None


@cache
def _approximations() -> tuple[tuple[str, Literal["about", "over", "under"]], ...]:
    kinds: tuple[Literal["about", "over", "under"], ...] = ("over", "under", "about")
    words = [(word, kind) for kind in kinds for word in currencies.table().about[kind]]
    return tuple(sorted(words, key=lambda w: -len(w[0])))

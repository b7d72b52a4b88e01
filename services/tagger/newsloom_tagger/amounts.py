"""text → sums of money: 50亿美元的A100 is 5e9 USD, at its exact place.

A sum is found from its currency: a sign with a number after it ($3bn, 人民币3亿), or a word with a number before it
(五十亿美元, 3.2 trillion won). A range with shared units (10-15亿美元, $310-330 million) or with a dash ($1.2bn-$1.5bn) is one
amount: ``value`` is its lower bound, ``high`` its upper one, its text the whole. Where both ends are complete ($98 million to
$102 million) they are two amounts. Approximations keep their number (逾50亿元 is 5e9, ``about`` says over). Sums that only say
a magnitude (数十亿美元, 上亿元, billions of dollars) are left out: nobody could say their value.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from newsloom_schemas.types import Amount, FieldName

from newsloom_tagger import anchors, approximation, colloquial, currencies, figures
from newsloom_tagger.anchors import Anchor
from newsloom_tagger.currencies import CENT, Context, Sum
from newsloom_tagger.fold import fold

# What makes another word of 元: 元件, 元年, 三元锂, 二元论, 一元化, 2025元月.
NO_MONEY: Final = re.compile(
    "[件器老素宇旦勋祖组帅]|年(?!费|度|薪|租)|(?<=[一二三]元)(?:[锂化论桥里]|材料|电池|前驱|正极|催化|体系|股份|牛奶|乳业|期权|对立|结构|一次|二次|方程)"
    r"|(?<=\d\d\d\d元)月(?!薪|租|费|供|付)"
)
# What the price is of, where it says so right behind the sum or before it.
TOKENS: Final = r"(?:\d+ ?)?[a-z]+(?: (?:[a-z]+ )?tokens|[ -]hour)?"
HAN_THING: Final = (
    r"百万个?(?:输入|输出)? ?(?:tokens?|词元|字)|千个?(?:输入|输出)? ?(?:tokens?|词元|字)|千瓦时|卡时|gpu小时"
    r"|平方米|公斤|小时|分钟|千字|[股月年天日人张台颗片块次家瓦度斤吨坪桶单位份枚]"
)
PER_AFTER: Final = re.compile(
    rf"(?:每|一| ?/ ?)个?(?P<han>{HAN_THING})|[ -]?(?:/ ?|per |an?[ -]|each |apiece)(?P<unit>{TOKENS})?"
)
PER_BEFORE: Final = re.compile(rf"每个?(?P<unit>{HAN_THING})[一-龥]{{0,4}}\s?$")
YEAR: Final = re.compile(r"\s?(?:19|20)\d\d")  # CAD 2024 is a release
DIGIT_NEXT: Final = re.compile(r"\s?\d")
LOOK: Final = 16  # code points before a sum that say what it is the price of


def find(field: FieldName, text: str, folded: str | None = None) -> tuple[Amount, ...]:
    """Return the sums of money in ``text``, in its order, none inside another. Total: any string will do.

    ``folded`` is the text as ``fold`` returns it, for who has it already.
    """
    folded = fold(text) if folded is None else folded
    marks = anchors.find(folded)
    context = Context(text, folded, [word for _, _, word in marks])
    possible = [*_marked(text, folded, marks), *colloquial.find(folded)]
    sums = _longest(s for s in possible if _sure(s, context))
    codes = _codes(sums, context)
    return tuple(_amount(field, text, folded, s, code) for s, code in zip(sums, codes, strict=True))


def _amount(field: FieldName, text: str, folded: str, s: Sum, code: str) -> Amount:
    return Amount(
        field=field,
        start=s.start,
        end=s.end,
        text=text[s.start : s.end],
        value=float(s.low * s.unit.factor),
        currency=code,
        high=None if s.high is None else float(s.high * s.unit.factor),
        about=approximation.about(folded, s.start, s.end),
        per=_per(folded, s),
    )


def _per(folded: str, s: Sum) -> str | None:
    if m := PER_AFTER.match(folded, s.end):
        return m["unit"] or m["han"]
    lead = folded[max(0, s.start - LOOK) : s.start]
    m = PER_BEFORE.search(lead) if "每" in lead else None
    return m["unit"] if m else None


def _longest(sums: Iterable[Sum]) -> list[Sum]:
    """Return the sums that are not inside a longer one, from left to right."""
    kept: list[Sum] = []
    for s in sorted(sums, key=lambda s: (s.start, -s.end)):
        if not kept or s.start >= kept[-1].end:
            kept.append(s)
        elif _says_which(s, kept[-1]):
            kept[-1] = kept[-1]._replace(end=s.end, unit=s.unit._replace(suffix=False))
    return [s for s in kept if not s.unit.suffix]


def _says_which(s: Sum, signed: Sum) -> bool:
    """Whether a word behind a sum with a sign says which dollars it means: $5 million CAD."""
    return s.end > signed.end and s.low == signed.low and s.unit.codes[0][0] in dict(signed.unit.codes)


def _sure(s: Sum, context: Context) -> bool:
    return not s.unit.unsure or s.low >= 10_000 or context.speaks_of(s.unit.codes[0][0])


def _codes(sums: list[Sum], context: Context) -> list[str]:
    """Return the currency of each sum. Cents are of the currency of the last sum before them that can have them."""
    codes: list[str] = []
    last: str | None = None
    for s in sums:
        if s.unit.factor != CENT:
            last = context.decide(s.unit)
            codes.append(last)
        else:
            codes.append(last if last in dict(s.unit.codes) and len(s.unit.codes) > 1 else context.decide(s.unit))
    return codes


def _marked(text: str, folded: str, marks: Iterable[Anchor]) -> Iterator[Sum]:
    """Yield the sums that a sign stands before or a word behind."""
    signs, words = currencies.table().signs, currencies.table().words
    for start, end, mark in marks:
        if (mark not in signs and mark not in words) or not _written(text[start:end]):
            continue
        if (unit := signs.get(mark)) and not _glued(folded, start, mark):
            number = figures.after(folded, end)
            if number and not (mark.isalpha() and YEAR.fullmatch(folded, end, number.end)):
                yield Sum(start, number.end, number.low, number.high, unit)
        if (unit := words.get(mark)) and not _no_word(folded, end, mark):
            for number in figures.before(folded, start):
                last = end if number.end == start else number.end
                yield Sum(number.start, last, number.low, number.high, unit)


def _glued(folded: str, start: int, sign: str) -> bool:
    """Whether a code stands right behind a digit, as words do: 5usd."""
    return start > 0 and sign[0].isalpha() and folded[start - 1] in anchors.DIGITS


def _no_word(folded: str, end: int, word: str) -> bool:
    """Whether what follows makes another word of it (元件), or a sign (€5) or the beginning of a longer code (cad5)."""
    if word in "元圆":
        return NO_MONEY.match(folded, end) is not None
    return word[-1] < "\u2e80" and DIGIT_NEXT.match(folded, end, end + (1 if word[-1].isalnum() else 2)) is not None


def _written(word: str) -> bool:
    """Whether a code is in capitals, as codes are: CAD 5 million, not cad 2024."""
    return word.isupper() or word.upper() not in currencies.table().codes

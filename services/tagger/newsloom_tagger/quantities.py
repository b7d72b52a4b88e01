"""text → the industry's numbers: 10万张GPU, 2 to 3 GW, 6710亿参数, 三成半, each with its unit, at its exact place.

A quantity is found from its unit (``gazetteer/units.yaml``): a measure right behind a number (15兆瓦), a thing that is counted,
with a measure word or an adjective or two in between (3.2万张昇腾910B, 40,000 idle GPUs), or a name before the number (月活达
2.3亿). ``value`` is in the unit's own id: 2吉瓦 is 2e9 watt. A range is one quantity with ``high``. Money is in ``amounts`` and
never here; names (GPT-4, Llama 70B), years, versions, prices per so many (每百万token) and magnitudes (数千张卡) are nothing.
"""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final, NamedTuple

from newsloom_schemas.types import FieldName, Quantity

from newsloom_tagger import anchors, approximation, currencies, figures, numerals, units
from newsloom_tagger.anchors import Anchor
from newsloom_tagger.figures import Number
from newsloom_tagger.fold import fold
from newsloom_tagger.naming import named
from newsloom_tagger.units import Use

TENTHS: Final = frozenset("1234567890十一二两三四五六七八九")
HAN_DIGITS: Final = "".join(numerals.DIGITS)
# A measure word and what stands between it and the thing; nothing that ends a clause or holds a verb.
CLASSIFIED: Final = re.compile(
    rf"(?<=[0-9{numerals.HAN}多余k ])(?P<word>[张块颗枚片台个名位部辆架组套])"
    r"[^，。；、！？：“”（）,.;!?\n了的在和与用有装给把被是要能可及等年月日元张块颗枚片台名位部辆架组套]{0,12}$"
)
HAN_WORD: Final = "\u2e80"  # Chinese words begin at or after this character
HAN_REACH: Final = 16  # code points before a thing in which its measure word stands
WORD: Final = re.compile("[a-z][a-z0-9'’]*(?:-[a-z0-9'’]+)*")
WORDS: Final = 3  # English words between a number and its thing
WORD_REACH: Final = 24  # code points of such a word
LINK: Final = re.compile(
    r"(?:(?: (?:of|at|to|is|are|was|were|hit|now|reached|passed|topped|surpassed|exceeded|exceeds"
    r"|more|than|over|about|nearly|some|around|almost)){1,5}|:)"
    r"|(?:[为達达到至约超过近逾破突有的在仅共高等于:：\s了已规模数量总增长从由自是升个]|合计|接近){0,10}"
)
# What may follow a number whose unit was named before it: nothing else that is counted.
FREE: Final = re.compile(r"$|[，。；、！？,;!?)）\s\"”]|\.(?!\d)|以上|左右|的|人|用户|[增升涨降减提扩跌缩]")
ONWARD: Final = re.compile(r"(?:[增升涨降减扩跌缩提][加长高低少至到]?[了]?)[至到为]?")  # 从1亿增至1.5亿
NUMERALS: Final = frozenset(f"0123456789{numerals.HAN}")
MOST_TENTHS: Final = 10
LEAST: Final = 1_000  # what a number must come to whose unit was only named before it
# What makes another word of 三成: 一成不变, 三成为.
NO_TENTH: Final = re.compile("[为立功员长本果就交绩熟套品名都语分堆份型效人衣器像因群行天吨]|不变")
TENTH_REST: Final = re.compile(rf"半|[{HAN_DIGITS}](?![{HAN_DIGITS}十百千万亿个名家人的张台年月])")
JOINT: Final = re.compile(rf"{figures.DASH}|\s?[至到]\s?| to | and ")
SENTENCE: Final = re.compile(r"[。！？!?\n]|\. ")
CLAUSE: Final = re.compile(r"[，。；！？,;!?\n]")
RATE: Final = re.compile(r"ps\b|/s|每秒| ?per second| a second")


class Found(NamedTuple):
    """A quantity at a place of the text."""

    start: int
    end: int
    low: Decimal
    high: Decimal | None
    unit: str


def find(field: FieldName, text: str, folded: str | None = None) -> tuple[Quantity, ...]:
    """Return the quantities in ``text``, in its order, none inside another. Total: any string will do.

    ``folded`` is the text as ``fold`` returns it, for who has it already.
    """
    folded = fold(text) if folded is None else folded
    found = _joined(folded, _longest(_all(text, folded)))
    return tuple(
        Quantity(
            field=field,
            start=q.start,
            end=q.end,
            text=text[q.start : q.end],
            value=float(q.low),
            unit=q.unit,
            high=None if q.high is None else float(q.high),
            about=approximation.about(folded, q.start, q.end),
        )
        for q in found
    )


def _all(text: str, folded: str) -> Iterator[Found]:
    """Yield what every unit in the text finds, money and names left out."""
    table, signs = units.table(), currencies.table().signs
    marks = anchors.find(folded)
    priced = {end for _, end, word in marks if word in signs}
    for mark in marks:
        for use in table.get(mark[2], ()):
            for q in _read(folded, mark, use):
                if q.start in priced or q.start - 1 in priced or named(text, folded, q.start, q.low, use):
                    continue
                if (use.near is None and use.then is None) or _sure(folded, mark, use):
                    yield q


def _read(folded: str, mark: Anchor, use: Use) -> list[Found]:
    """Return the quantities of one use of a unit's word."""
    start, end, _ = mark
    if use.kind == "counted":
        return _upto(end, _counted(folded, mark, use), use)
    if use.kind == "measured":
        rate = use.unit == "byte" and RATE.match(folded, end)
        return [] if rate else _upto(end, figures.before(folded, start, bare=use.bare), use)
    if use.kind == "tenths":
        return _tenths(folded, mark, use)
    if use.kind == "named":
        return [_found(n.start, n.end, n, use) for n in _named(folded, end)]
    return [_found(start, n.end, n, use) for n in _prefixed(folded, end)]


def _upto(end: int, numbers: list[Number], use: Use) -> list[Found]:
    """Return the numbers before a word as quantities, of which the last reaches to the word's end."""
    last = len(numbers) - 1
    return [_found(n.start, end if i == last else n.end, n, use) for i, n in enumerate(numbers)]


def _found(start: int, end: int, n: Number, use: Use) -> Found:
    return Found(start, end, n.low * use.factor, None if n.high is None else n.high * use.factor, use.unit)


def _counted(folded: str, mark: Anchor, use: Use) -> list[Number]:
    """Return the number of things; no number is one, for that is an article, nor a small one of what comes in thousands."""
    at, _, word = mark
    numbers = figures.before(folded, at, bare=use.bare)
    if not numbers and len(word) > 1:  # nothing stands between a number and 人, 台, 辆
        numbers = _over_words(folded, at) if word < HAN_WORD and folded[at - 1 : at] == " " else []
        numbers = numbers or _classified(folded, at, use)
    least = LEAST if use.scaled else 2
    return [n for n in numbers if n.low >= least]


def _classified(folded: str, at: int, use: Use) -> list[Number]:
    if NUMERALS.isdisjoint(folded[max(0, at - HAN_REACH) : at]):
        return []
    m = CLASSIFIED.search(folded, max(0, at - HAN_REACH), at)
    return figures.before(folded, m.start(), bare=use.bare) if m else []


def _over_words(folded: str, at: int) -> list[Number]:
    """Return the number before a few English words that describe the thing: 300 million weekly active users."""
    for _ in range(WORDS):
        if folded[at - 1 : at] != " ":
            return []
        space = folded.rfind(" ", max(0, at - WORD_REACH), at - 1)
        if space < 0 or not _describes(folded[space + 1 : at - 1]):
            return []
        at = space + 1
        if numbers := figures.before(folded, at):
            return numbers
    return []


def _describes(word: str) -> bool:
    return WORD.fullmatch(word) is not None and units.words("stops").isdisjoint(word.split("-"))


def _prefixed(folded: str, at: int) -> Iterator[Number]:
    if n := figures.after(folded, at):
        yield n
    elif folded.startswith("百", at):
        yield Number(at, at + 1, Decimal(100))


def _named(folded: str, at: int) -> Iterator[Number]:
    """Yield the numbers behind a unit's name, both of a change: 活跃用户从1亿增至1.5亿."""
    link = LINK.match(folded, at)
    while link:
        n = figures.after(folded, link.end())
        if n is None or n.low < LEAST or not FREE.match(folded, n.end) or folded[n.end - 1] in "元圆":
            return
        yield n._replace(start=n.start + (folded[n.start] in " \xa0"))
        link = ONWARD.match(folded, n.end)


def _tenths(folded: str, mark: Anchor, use: Use) -> list[Found]:
    start, end, _ = mark
    if not start or folded[start - 1] not in TENTHS or NO_TENTH.match(folded, end):
        return []
    rest = TENTH_REST.match(folded, end)
    more = Decimal(0) if rest is None else Decimal(5) if rest.group() == "半" else numerals.DIGITS[rest.group()]
    found = [
        _found(n.start, rest.end() if rest else end, n, use) for n in figures.before(folded, start) if n.low <= MOST_TENTHS
    ]
    return [q._replace(low=q.low + more, high=None if q.high is None else q.high + more) for q in found]


def _sure(folded: str, mark: Anchor, use: Use) -> bool:
    """Whether a word with other meanings too is a unit here: what must follow follows, or what must be near is near."""
    start, end, _ = mark
    if use.then and use.then.match(folded, end):
        return True
    if use.near is None:
        return False
    stop, before, after = (CLAUSE, 14, 8) if use.clause else (SENTENCE, 48, 24)
    low = max((m.end() for m in stop.finditer(folded, max(0, start - before), start)), default=max(0, start - before))
    last = stop.search(folded, end, end + after)
    return use.near.search(folded, low, last.start() if last else end + after) is not None


def _longest(found: Iterable[Found]) -> list[Found]:
    """Return what is not inside a longer one, from left to right."""
    kept: list[Found] = []
    for q in sorted(found, key=lambda q: (q.start, -q.end)):
        if not kept or q.start >= kept[-1].end:
            kept.append(q)
    return kept


def _joined(folded: str, found: list[Found]) -> list[Found]:
    """Return the quantities, both ends of a range as one: 30%-40%, 2GW至3GW, between 30% and 40%."""
    joined: list[Found] = []
    for q in found:
        if joined and _range(folded, joined[-1], q):
            joined[-1] = joined[-1]._replace(end=q.end, high=q.low)
        else:
            joined.append(q)
    return joined


def _range(folded: str, low: Found, high: Found) -> bool:
    if low.unit != high.unit or high.start - low.end > 5 or low.high or high.high or not low.low < high.low:
        return False
    m = JOINT.fullmatch(folded, low.end, high.start)
    lead = folded[max(0, low.start - 8) : low.start]
    return m is not None and not figures.CHANGE.search(lead) and (m.group() != " and " or lead.endswith("between "))

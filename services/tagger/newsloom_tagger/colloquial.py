"""Chinese money without a currency's name: 一块一, 七毛五, 25块月费, and 收入2600万 where words before it speak of figures."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from newsloom_tagger import figures, numerals
from newsloom_tagger.currencies import DIME, Sum, Unit, table

YUAN: Final = Unit((("CNY", 0),))
DIGIT: Final = f"[{''.join(numerals.DIGITS)}1-9]"
# 块 and 毛 count other things too (八块显卡, 毛利): money ends its clause, or goes on to the next smaller coin.
COIN: Final = re.compile(
    rf"[块毛](?:(?P<rest>{DIGIT})(?![起个手等线{figures.CORE}])(?:[毛角分]钱?)?|(?=[，。；、！？）」”’\n]|$|[每以上下左起不就都可月才涨跌降升到至]))"
)
BEFORE: Final = re.compile(rf"(?<![{figures.CORE}几数])(?P<number>{figures.RUN})$")
# What costs or brings money, then a number with 万 or 亿 and nothing counted after it.
CUE: Final = (
    "收入|营收|估值|融资|融到|融了|募得|募资|亏损|亏掉|亏了|利润|盈利|净利|年薪|年包|月薪|薪酬|薪水|总包|市值|售价|罚款|赔偿|判赔|成本|花掉|花了|花费|"
    "投入|投了|耗资|价值|预算|支出|补贴|奖金|佣金|租金|签约费|注资|斥资|作价|报价|定价|拿到|身价|押金|货款|欠款|资金"
)
END: Final = re.compile(r"[万亿](?=[，。；、！？）」”’\n]|$)")
ELLIPSIS: Final = re.compile(
    rf"(?:{CUE})(?:[了约近逾超过达到为在至少高仅仍普遍就是有掉出的]|大概|接近|不足){{0,4}}(?P<number>{figures.RUN})$"
)
WINDOW: Final = 32  # code points before a coin or a multiplier that are looked at


def find(folded: str) -> Iterator[Sum]:
    """Yield the sums in ``folded`` that no currency's name marks."""
    if not any(c in folded for c in "块毛万亿"):  # a hundred times faster than the searches, and most English texts have none
        return
    for coin in COIN.finditer(folded):
        number = BEFORE.search(folded[max(0, coin.start() - WINDOW) : coin.start()])
        value = _yuan(number["number"], coin) if number else None
        if number and value is not None:
            yield Sum(coin.start() - len(number["number"]), coin.end(), value, None, YUAN)
    for end in END.finditer(folded):
        m = ELLIPSIS.search(folded[max(0, end.end() - WINDOW) : end.end()])
        value = figures.han(m["number"]) if m else None
        if m and value is not None:
            yield Sum(end.end() - len(m["number"]), end.end(), value, None, table().words["元"])


def _yuan(number: str, coin: re.Match[str]) -> Decimal | None:
    """Return the value in yuan: 一块一 is 1.1, 七毛五 is 0.75. 一块 alone also means together, and is none."""
    value = figures.han(number)
    if value is None or (number == "一" and not coin["rest"]):
        return None
    rest = numerals.chinese(coin["rest"]) if coin["rest"] else None
    return (value + (rest or 0) * DIME) * (DIME if coin.group().startswith("毛") else Decimal(1))

"""numerals → numbers: 三亿五千万, 1.2万亿, 1,200万, two hundred and fifty, half a million.

Everything here reads folded text (``newsloom_tagger.fold``). Numbers are Decimals: 1.1 亿 is 110000000, not 110000000.00000001.
"""

import re
from decimal import Decimal
from typing import Final

# At most 15 digits: longer ones are not sums of money, and every float up to there is exact to the unit.
# A comma before two digits, or one before a multiplier, is a decimal one (1,2 billion); points between threes are none.
WESTERN: Final = (
    r"(?:(?:\d{1,3}(?:,\d{3}){1,5}|\d{1,2}(?:,\d{2}){1,4},\d{3})(?:\.\d{1,9})?"
    r"|\d{1,6},\d{2}(?![\d,])|\d{1,6},\d(?=[ \xa0-]?(?:[mb]illion|trillion|m|mn|bn|[万亿]))|\d{1,3}(?:\.\d{3}){2,4}(?!\d)"
    r"|\d{1,15}(?:\.\d{1,9})?)"
)
DIGITS: Final = {c: Decimal(n) for n, c in enumerate("零一二三四五六七八九")} | {
    c: Decimal(n) for n, c in enumerate("〇壹贰叁肆伍陆柒捌玖")
}
DIGITS["两"] = Decimal(2)
SMALL: Final = {
    "十": Decimal(10),
    "拾": Decimal(10),
    "百": Decimal(100),
    "佰": Decimal(100),
    "千": Decimal(1000),
    "仟": Decimal(1000),
}
BIG: Final = {"万": Decimal(10**4), "亿": Decimal(10**8), "兆": Decimal(10**12)}  # 兆 is 10^12 with money, in Taiwan and Japan
HAN: Final = "".join((*DIGITS, *SMALL, *BIG))

QUARTERS: Final = frozenset({"quarter", "quarters"})

_WORD: Final = re.compile(rf"{WESTERN}|[a-z]+")
_TOKEN: Final = re.compile(rf"{WESTERN}|点[{''.join(DIGITS)}]+|[{HAN}]")

UNITS: Final = [
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
]
TENS: Final = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
ENGLISH: Final[dict[str, Decimal]] = (
    {word: Decimal(n) for n, word in enumerate(UNITS)}
    | {word: Decimal(10 * n) for n, word in enumerate(TENS, start=2)}
    | {"a": Decimal(1), "an": Decimal(1), "half": Decimal("0.5")}
)
MULTIPLIERS: Final[dict[str, Decimal]] = {
    name: Decimal(10) ** power
    for power, names in {
        2: "hundred", 3: "thousand k", 5: "lakh lakhs lac", 6: "million millions m mm mn mln mio mil", 7: "crore crores cr",
        9: "billion billions b bn bln bil", 12: "trillion trillions t tn trn",
    }.items()
    for name in names.split()
}  # fmt: skip


def western(text: str) -> Decimal:
    """Read a number in Western digits: 1,200.5, the Indian 1,40,000, the European 1,2 and 1.200.000."""
    if text.count(".") > 1:
        return Decimal(text.replace(".", ""))
    if "," in text[-3:]:
        return Decimal(text.replace(",", "."))
    return Decimal(text.replace(",", ""))


def chinese(text: str) -> Decimal | None:
    """Read a Chinese number, in Western digits, in characters or in both: 3.5亿, 两万三千, 20亿5000万, 一百二 (120), 三点五亿.

    None where it is not one (二〇二四, 一10). A multiplier without a digit counts as one of them: 百亿 is 10^10.
    """
    reading = _Reading()
    tokens = _TOKEN.findall(text)
    if not tokens or sum(map(len, tokens)) != len(text) or not all(map(reading.take, tokens)):
        return None
    return reading.value()


class _Reading:
    """A Chinese number, read from left to right: what is complete, the section below 万, the digit in hand, the last unit."""

    def __init__(self) -> None:
        self.total, self.section = Decimal(0), Decimal(0)
        self.digit: Decimal | None = None
        self.unit, self.after_unit = Decimal(1), False
        self.bare = True

    def take(self, part: str) -> bool:
        """Read a part; False where it cannot stand here."""
        if part in SMALL:
            self.section += self._in_hand() * SMALL[part]
            return self._passed(SMALL[part])
        if part in BIG:
            self._multiply(part)
            return self._passed(BIG[part])
        if part[0] == "点":
            return self._fraction(part[1:])
        return self._hold(part)

    def value(self) -> Decimal:
        """The number. A digit left over after 百, 千, 万 or 亿 counts tens, hundreds … of it: 三万五 is 35000."""
        rest = self.digit or Decimal(0)
        if self.after_unit and rest < 10:
            rest *= self.unit / 10
        return self.total + self.section + rest

    def _in_hand(self) -> Decimal:
        return Decimal(1) if self.digit is None else self.digit

    def _passed(self, unit: Decimal) -> bool:
        self.digit, self.unit, self.after_unit = None, unit, True
        return True

    def _multiply(self, part: str) -> None:
        self.section += self.digit or 0
        lower = self.total % BIG["亿"] if part == "亿" else Decimal(0)  # 万亿: the 万 belongs to the 亿
        section = (self.section + lower) or Decimal(1)
        self.total += section * BIG[part] - lower
        self.section = Decimal(0)

    def _fraction(self, digits: str) -> bool:
        if self.digit is None:
            return False
        self.digit += Decimal("0." + "".join(str(DIGITS[d]) for d in digits))
        return True

    def _hold(self, part: str) -> bool:
        """Take a digit in hand: zero only keeps a place, and a second digit beside the first is no number (二四)."""
        if self.digit is not None and self.digit != 0:
            return False
        han = part in DIGITS
        self.digit = DIGITS[part] if han else western(part)
        self.after_unit = self.after_unit and han and self.digit != 0
        return True


def english(words: str) -> Decimal | None:
    """Read an English number in words, or words after digits: two hundred and fifty, half a million, 3.2 trillion.

    Halves and quarters count too: two and a half billion, a billion and a half, a quarter of a million. None where it is no
    number.
    """
    if words[-1:].isdigit():
        return western(words)
    total, section, last = Decimal(0), Decimal(0), Decimal(1)
    for word in _WORD.findall(words.replace("and a half", "plus")):
        if word in MULTIPLIERS:
            last = MULTIPLIERS[word]
            section = (section or Decimal(1)) * last
            if last > 100:
                total, section = total + section, Decimal(0)
        elif word == "plus":
            section += (Decimal(1) if section else last) / 2
        elif word in QUARTERS:
            section = (section or Decimal(1)) / 4
        elif word not in {"and", "of"}:
            number = _number(word)
            if number is None:
                return None
            section = section * number if 0 < section < 1 else section + number
    return total + section


def _number(word: str) -> Decimal | None:
    return western(word) if word[0].isdigit() else ENGLISH.get(word)

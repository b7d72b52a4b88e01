"""The dates that feeds write → times in UTC. Pure.

Read are RFC 822 (RSS), RFC 3339 and W3C-DTF (Atom, Dublin Core, JSON Feed, sitemaps), what C's and Java's libraries print, East
Asian forms (2026年11月24日 下午3:00), English ones (November 24, 2026 3:00 pm), and seconds since 1970. A weekday is not
looked at: it is often wrong, and the date is right.

A time without a zone, or with one that cannot be, is taken to be UTC; in a Chinese feed, UTC+8: China has had this one zone all
year since 1991, and Taiwan, Hong Kong, Macau and Singapore have it too.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final, Literal, NamedTuple

EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)  # no feed existed; such dates are zero values of some system
CLOCK_SKEW: Final = timedelta(minutes=10)  # a date further ahead is a planned one or lacks its zone: better none
CHINA: Final = timezone(timedelta(hours=8))
MAX_LENGTH: Final = 100  # characters of a date
Note = Literal["future", "absurd", "no-zone"]

# Hours from UTC: RFC 822, 5.1, and other names that feeds use; ambiguous ones as in RFC 822, which means North America.
ZONES: Final = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "cest": 2, "met": 1, "mest": 2, "mez": 1,
    "mesz": 2, "eet": 2, "eest": 3, "msk": 3, "ist": 5.5, "hkt": 8, "sgt": 8, "awst": 8, "jst": 9, "kst": 9, "acst": 9.5,
    "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13, "ast": -4, "at": -4, "adt": -3, "est": -5, "edt": -4, "et": -5, "cst":
    -6, "cdt": -5, "ct": -6, "mst": -7, "mdt": -6, "mt": -7, "pst": -8, "pdt": -7, "pt": -8, "akst": -9, "hst": -10, "brt":
    -3, "北京时间": 8,
}  # fmt: skip
_EN: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ZH: Final = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
MONTHS: Final = {name: n for names in (_EN, [f"{m}月" for m in _ZH]) for n, name in enumerate(names, 1)}

_DAYTIME: Final = (
    r"(?P<half1>上午|下午|晚上|凌晨|午前|午後|오전|오후)?\s*(?P<hour>\d{1,2})\s*[:：时時点시]\s*(?P<minute>\d{1,2})\s*分?분?"
    r"(?:\s*[:：]?\s*(?P<second>\d{1,2})(?:[.,]\d+)?\s*[秒초]?)?\s*(?P<half2>[ap]\.?m\b\.?)?"
)
_ZONE: Final = r"(?:Etc/)?(?P<zone>(?:\(?(?:GMT|UTC|UT)\)?)?\s*[+−-]\s*\d{1,2}:?(?:\d\d)?|[A-Za-z]{1,4}\b|北京时间)?"
_CLOCK: Final = rf"(?:[\sT日,at]*?{_DAYTIME}\s*{_ZONE})?"
_DAY, _MONTH, _YEAR = r"(?P<day>\d{1,2})", r"(?P<month>[A-Za-z]{3,9}|十?[一二三四五六七八九十]月)\.?", r"(?P<year>\d{4})"
FORMS: Final = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"^(?:[^\d\s,，]+[\s,，]+)?{_YEAR}\s*[-/.年년]\s*(?P<month>\d{{1,2}})\s*[-/.月월]\s*{_DAY}\s*[日일]?(?:\s*[(（]?(?:星期|周)?[一二三四五六日天][)）]?)?{_CLOCK}",
        rf"^{_YEAR}(?P<month>\d\d)(?P<day>\d\d)(?:T?(?P<hour>\d\d):?(?P<minute>\d\d):?(?P<second>\d\d)?{_ZONE})?$",
        rf"^(?:[^\d\s,，]+[\s,，]+)?{_DAY}(?:st|nd|rd|th)?[\s-]+{_MONTH}[\s,-]+(?P<year>\d{{4}}|\d\d){_CLOCK}",
        rf"^(?:[^\d\s,，]+[\s,，]+)?{_MONTH}\s+{_DAY}(?:st|nd|rd|th)?,?\s+{_YEAR}{_CLOCK}",
        rf"^(?:[A-Za-z]+\s+)?{_MONTH}\s+{_DAY}\s+{_DAYTIME}\s+(?:{_ZONE}\s+)?{_YEAR}",
        rf"^(?P<month>\d{{1,2}})/{_DAY}/{_YEAR}\s+(?=.*[ap]\.?m\b){_DAYTIME}\s*{_ZONE}",
        rf"^{_YEAR}(?:-(?P<month>\d\d))?$",
    )
)
EPOCH: Final = re.compile(r"^(\d{9,10})(?:\d{3})?(?:\.\d+)?$")
OFFSET: Final = re.compile(r"^\(?(?:GMT|UTC|UT)?\)?\s*([+−-])\s*(\d{1,2}):?(\d\d)?$", re.IGNORECASE)
LATE: Final = ("下", "晚", "午後", "오후", "p")


class When(NamedTuple):
    """A time in UTC, and whether the zone was said."""

    time: datetime
    zoned: bool


class Dated(NamedTuple):
    """The time that an article has, None where it has none that can be; and what was wrong with the one that was given."""

    time: datetime | None
    note: Note | None = None


def judge(texts: tuple[str, ...], now: datetime, *, chinese: bool) -> Dated:
    """Return the first of the dates that can be, with a note on the first one that was given."""
    found = [w for t in texts if t and (w := read(t, chinese=chinese))]
    usable = next((w.time for w in found if _wrong(w.time, now) is None), None)
    if not found:
        return Dated(None)
    return Dated(usable, _wrong(found[0].time, now) or (None if found[0].zoned else "no-zone"))


def _wrong(time: datetime, now: datetime) -> Note | None:
    if time < EARLIEST:
        return "absurd"
    return "future" if time > now + CLOCK_SKEW else None


def read(text: str, *, chinese: bool = False) -> When | None:
    """Return the time that a date says, None where it says none. ``chinese``: whose time it is where no zone is given."""
    cut = " ".join(text[:MAX_LENGTH].split())
    if match := EPOCH.match(cut):
        return When(datetime.fromtimestamp(int(match[1]), UTC), zoned=True)
    match = next((m for form in FORMS if (m := form.match(cut))), None)
    if not match:
        return None
    given = match.groupdict()
    offset = _offset(given.get("zone") or "", chinese=chinese)
    zone = timezone(offset) if offset is not None else CHINA if chinese else UTC
    local = _local(given)
    try:
        return When(local.replace(tzinfo=zone).astimezone(UTC), offset is not None) if local else None
    except OverflowError:  # year 1 or 9999, beside a zone
        return None


def _local(given: dict[str, str | None]) -> datetime | None:
    month = _month(given.get("month") or "1")
    hour, minute, second = (int(given.get(part) or 0) for part in ("hour", "minute", "second"))
    try:
        day = datetime(_year(given["year"] or ""), month, int(given.get("day") or 1))  # noqa: DTZ001 - the zone comes later
    except ValueError:  # 31 February, the year 0
        return None
    if _hour24(hour, given) > 24 or minute > 59:
        return None
    return day + timedelta(hours=_hour24(hour, given), minutes=minute, seconds=min(second, 59))  # 24:00 is the next day


def _month(written: str) -> int:
    return int(written) if written.isdecimal() else MONTHS.get(written[:3].lower(), 0) or MONTHS.get(written, 0)


def _year(written: str) -> int:
    number = int(written)
    return number if len(written) > 2 else number + (2000 if number < 70 else 1900)  # POSIX, strptime %y


def _hour24(hour: int, given: dict[str, str | None]) -> int:
    half = (given.get("half1") or given.get("half2") or "").lower()
    if not half or hour > 12:
        return hour
    return hour % 12 + (12 if half.startswith(LATE) else 0)


def _offset(zone: str, *, chinese: bool) -> timedelta | None:
    """How far a zone is from UTC, None where it is none: EAST, +99."""
    name = zone.strip().lower()
    if chinese and name == "cst":  # China Standard Time, which Java's dates print there
        return timedelta(hours=8)
    if name in ZONES:
        return timedelta(hours=ZONES[name])
    match = OFFSET.match(name)
    hours, minutes = (int(match[2]), int(match[3] or 0)) if match else (99, 0)
    if hours > 14 or minutes > 59:
        return None
    return timedelta(hours=hours, minutes=minutes) * (-1 if match and match[1] != "+" else 1)

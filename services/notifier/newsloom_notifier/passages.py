"""What a search found in an article → the passages to show: a sentence or so around each, as they stand. Pure."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

from newsloom_schemas.alerts import Passage
from newsloom_schemas.types import FieldName, RawArticle, Span

MOST: Final = 5  # passages of an alert
AROUND: Final = 120  # code points on either side, where no sentence ends before
LONGEST: Final = 400  # code points of a passage that takes in further spans
ENDS: Final = frozenset("。！？!?\n；;")
Found = tuple[FieldName, int, int]


def passages(article: RawArticle, found: Iterable[Found]) -> tuple[Passage, ...]:
    """Return the passages around these spans, those of the title first; spans that lie close share one."""
    ordered = sorted(set(found), key=lambda f: (f[0] == "content", f[1], f[2]))
    fields = groupby(ordered, key=lambda f: f[0])
    made = (p for field, spans in fields for p in _of(field, getattr(article, field), _apart(spans)))
    return tuple(p for _, p in zip(range(MOST), made, strict=False))


def _apart(spans: Iterable[Found]) -> Iterator[tuple[int, int]]:
    """Yield spans that do not overlap: those that did are one."""
    first = last = -1
    for _, start, end in spans:
        if start >= last > first:
            yield first, last
        if start >= last:
            first = start
        last = max(last, end)
    if last > first:
        yield first, last


def _of(field: FieldName, text: str, spans: Iterable[tuple[int, int]]) -> Iterator[Passage]:
    start = end = 0
    inside: list[Span] = []
    for first, last in spans:
        if inside and (first >= end or last - start > LONGEST):
            yield _passage(field, text, (start, end), inside)
            inside = []
        if not inside:
            start = max(end, _before(text, first))
        end = max(end if inside else 0, _after(text, last))
        inside.append(Span(start=first, end=last))
    if inside:
        yield _passage(field, text, (start, end), inside)


def _passage(field: FieldName, text: str, place: tuple[int, int], inside: list[Span]) -> Passage:
    start, end = place
    return Passage(field=field, start=start, end=end, text=text[start:end], found=tuple(inside))


def _before(text: str, at: int) -> int:
    """Return where the sentence around ``at`` begins, or a little before ``at`` where that is far away."""
    start = max(0, at - AROUND)
    cut = next((i for i in range(at - 1, start - 1, -1) if _ends(text, i)), start - 1)
    return next((i for i in range(cut + 1, at) if not text[i].isspace()), at)


def _after(text: str, at: int) -> int:
    """Return where the sentence around what lies before ``at`` ends."""
    stop = min(len(text), at + AROUND)
    end = next((i + 1 for i in range(max(0, at - 1), stop) if _ends(text, i)), stop)
    return max(at, len(text[:end].rstrip())) if end > at else at


def _ends(text: str, i: int) -> bool:
    """Whether a sentence ends with this character: a full stop does where a space follows it."""
    return text[i] in ENDS or (text[i] == "." and text[i + 1 : i + 2].isspace())

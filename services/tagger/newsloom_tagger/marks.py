"""text → its quoted passages: what stands between quotation marks of every kind, outermost only, within a paragraph."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

PAIRS: Final = {"“": "”", "「": "」", "『": "』", "‘": "’", "«": "»", "„": "“", "〝": "〞", "｢": "｣", '"': '"', "＂": "＂"}
CLOSERS: Final = frozenset(PAIRS.values())
MARK: Final = re.compile(rf"[{''.join(PAIRS)}{''.join(CLOSERS)}\n]")


class Quoted(NamedTuple):
    """A passage in quotation marks: ``[outer_start, outer_end)`` with its marks, ``[start, end)`` without."""

    outer_start: int
    start: int
    end: int
    outer_end: int


def find(text: str) -> Iterator[Quoted]:
    """Yield the quoted passages in order, each within a paragraph. A mark that is not closed there opens nothing."""
    opened: tuple[int, str] | None = None
    depth = 0
    for m in MARK.finditer(text):
        mark, at = m.group(), m.start()
        if mark == "\n":
            opened, depth = None, 0
        elif opened is None:
            if mark in PAIRS and not _apostrophe(text, at, mark):
                opened, depth = (at, mark), 0
        elif mark == PAIRS[opened[1]] and not _apostrophe(text, at, mark):
            if depth:
                depth -= 1
                continue
            yield Quoted(opened[0], opened[0] + 1, at, at + 1)
            opened = None
        elif mark == opened[1]:
            depth += 1


def _apostrophe(text: str, at: int, mark: str) -> bool:
    """Whether a single mark stands inside a word: don’t."""
    return mark in "‘’" and _letter(text, at - 1) and _letter(text, at + 1)


def _letter(text: str, at: int) -> bool:
    # Chinese characters are letters too, but an apostrophe never stands between them.
    return 0 <= at < len(text) and text[at].isalpha() and text[at] < "\u2e80"

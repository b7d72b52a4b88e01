"""text → its quoted passages: what stands between quotation marks of every kind, outermost only, within a paragraph."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

PAIRS: Final = {
    "“": "”",
    "「": "」",
    "『": "』",
    "‘": "’",
    "«": "»",
    "„": "“",
    "〝": "〞",
    "｢": "｣",
    '"': '"',
    "＂": "＂",
    "'": "'",
}
CLOSERS: Final = frozenset(PAIRS.values())
ANY: Final = "".join({*PAIRS, *CLOSERS, "\n"} - {"'"})
MARK: Final = re.compile(f"[{ANY}]")
MARK_OR_APOSTROPHE: Final = re.compile(f"[{ANY}']")
# A plain apostrophe opens only what ends like speech: 'We ran out,' said the founder. The '90s and the dogs' do not.
PLAIN: Final = re.compile(r"(?<![\w'’])'(?=[A-Z])[^'\"“”\n]{2,600}(?:'[a-z][^'\"“”\n]{1,600}){0,20}[,.?!…]'(?!\w)")
BLANK: Final = 8  # code points of white space between two paragraphs
GOES_ON: Final = re.compile(r"\n\s*")
SPOKEN: Final = frozenset(".!?…。！？—")  # what a paragraph of speech ends with that goes on in the next


class Quoted(NamedTuple):
    """A passage in quotation marks: ``[outer_start, outer_end)`` with its marks, ``[start, end)`` without."""

    outer_start: int
    start: int
    end: int
    outer_end: int


def find(text: str) -> Iterator[Quoted]:
    """Yield the quoted passages in order, each within a paragraph. A mark that is not closed there opens nothing.

    Speech over several paragraphs, with a mark at the head of each and a closing one only after the last, is one passage.
    """
    opened: tuple[int, str] | None = None
    depth, head = 0, -1
    plain = text[:1] == "'" or " '" in text or "\n'" in text  # apostrophes inside words are many, and are passed over
    for m in (MARK_OR_APOSTROPHE if plain else MARK).finditer(text):
        mark, at = m.group(), m.start()
        if mark == "\n":
            if at <= head:
                continue
            head = _next_head(text, at, opened[1]) if opened and not depth else -1
            opened = opened if head >= 0 else None
            depth = 0
        elif at == head:
            continue
        elif opened is None:
            if mark in PAIRS and _opens(text, at, mark):
                opened, depth = (at, mark), 0
        elif mark == PAIRS[opened[1]] and not _apostrophe(text, at, mark):
            if depth:
                depth -= 1
                continue
            yield Quoted(opened[0], opened[0] + 1, at, at + 1)
            opened = None
        elif mark == opened[1]:
            depth += 1


def _next_head(text: str, at: int, mark: str) -> int:
    """Return where the next paragraph repeats the mark of speech that goes on in it, -1 where it does not."""
    if text[at - 1] not in SPOKEN:
        return -1
    m = GOES_ON.match(text, at, at + BLANK)
    return m.end() if m and text.startswith(mark, m.end()) else -1


def _opens(text: str, at: int, mark: str) -> bool:
    """Whether a mark can open a passage: one that also closes does not behind a Latin letter or digit (24" wide)."""
    if mark == "'":
        return PLAIN.match(text, at) is not None
    if mark == '"':
        return not (at and text[at - 1].isascii() and text[at - 1].isalnum())
    return not _apostrophe(text, at, mark)


def _apostrophe(text: str, at: int, mark: str) -> bool:
    """Whether a single mark stands inside a word: don’t."""
    return mark in "‘’'" and _letter(text, at - 1) and _letter(text, at + 1)


def _letter(text: str, at: int) -> bool:
    # Chinese characters are letters too, but an apostrophe never stands between them.
    return 0 <= at < len(text) and text[at].isalpha() and text[at] < "\u2e80"

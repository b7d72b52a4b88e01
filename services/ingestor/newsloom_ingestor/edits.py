"""Two texts of one article → what changed, and whether a reader would care. Pure.

Publishers touch articles all the time: a quotation mark, a space, a "read more" that comes and goes. None of that is news. An
edit is a change of words or numbers; it is told as a unified diff of sentences (the format of POSIX ``diff -u``).
"""

import difflib
import hashlib
import re
import unicodedata
from typing import Final, NamedTuple

DIFF_LIMIT: Final = 20_000  # characters of a diff; a longer one is cut and says so
LINES_LIMIT: Final = 2_000  # sentences that are compared one by one; difflib takes quadratic time
PRINT_FROM: Final = 200  # code points: shorter texts ("Watch the video.") may be alike by chance
MARKS: Final = re.compile(r"[^\w%$€£¥₹₩]+")  # all but words, numbers and what changes a number's meaning
SENTENCE: Final = re.compile(r"(?<=[。！？!?])(?=.)|(?<=\.)\s+(?=\S)|\n+")
CUT: Final = "\n… (the diff is longer)\n"


class Change(NamedTuple):
    """What an edit did: ``share`` of the text that it touched (0 to 1), and the diff, sentence by sentence."""

    share: float
    diff: str


def bare(text: str) -> str:
    """Return the words alone, folded: two texts that differ in marks, case, width or spaces only are alike here."""
    return MARKS.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def digest(title: str, content: str) -> bytes:
    """Return what is equal for two texts of an article that no reader would tell apart (16 bytes)."""
    return hashlib.sha256(f"{bare(title)}\n{bare(content)}".encode("utf-8", "surrogatepass")).digest()[:16]


def fingerprint(content: str) -> bytes | None:
    """Return what finds the same text under another address, or None where the text is too short to be one of a kind."""
    plain = bare(content)
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).digest()[:16] if len(plain) >= PRINT_FROM else None


def change(before: tuple[str, str], after: tuple[str, str]) -> Change:
    """Return what changed between two (title, content). Takes time in proportion to their length, whatever they are."""
    old, new = _sentences(*before), _sentences(*after)
    if max(len(old), len(new)) > LINES_LIMIT:
        return Change(1.0, "")
    lines = list(difflib.unified_diff(old, new, "before", "after", lineterm="", n=0))
    touched = sum(len(line) - 1 for line in lines[2:] if line[0] in "+-")
    whole = sum(map(len, old)) + sum(map(len, new))
    diff = "\n".join(lines)
    cut = diff if len(diff) <= DIFF_LIMIT else diff[: DIFF_LIMIT - len(CUT)] + CUT
    return Change(round(min(1.0, touched / whole), 3) if whole else 0.0, cut)


def _sentences(title: str, content: str) -> list[str]:
    return [line.strip() for line in (title, *SENTENCE.split(content)) if line.strip()]

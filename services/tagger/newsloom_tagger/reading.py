"""A field as written → as the theme rules read it, with its sentences and clauses; every offset stays what it was."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Final, NamedTuple

from newsloom_tagger.fold import fold

# A hyphen is as good as a space (sold-out, sold out), a line break too. Half a surrogate pair cannot be searched as UTF-8.
MARKS: Final = (
    dict.fromkeys(map(ord, "-‐‑‒–—―−\u00ad\u00a0\t\n\r\x0b\x0c\u2028\u3000"), " ")
    | dict.fromkeys(map(ord, "‘’＇`´"), "'")
    | dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
)
SENTENCE_END: Final = re.compile(r"[。！？!?\n；;]+[”’」』\"']?|\.(?=\s+[\"“‘'(\[]?[A-Z0-9\u3400-\u9fff]|\s*$)")
CLAUSE_END: Final = re.compile(r"[，。！？；：、—\n;!?:()（）]|[,.](?=\s|$)")
LONGEST_SENTENCE: Final = 400  # code points: text without stops must not become one endless sentence


class Field(NamedTuple):
    """A field of an article, read once.

    ``folded`` is as long as ``text``; sentences and clauses are given by their rising ends. ``dense`` text is mostly
    Chinese, where a character says as much as two or three Latin ones.
    """

    name: str
    text: str
    folded: str
    sentences: list[int]
    clauses: list[int]
    dense: bool

    def sentence(self, offset: int) -> int:
        """Return the number of the sentence that holds the offset."""
        return bisect_right(self.sentences, offset)

    def clause(self, start: int, end: int) -> tuple[int, int]:
        """Return the bounds of the clause, or run of clauses, that holds a span."""
        first = bisect_right(self.clauses, start)
        last = bisect_right(self.clauses, max(start, end - 1))
        return (self.clauses[first - 1] if first else 0), self.clauses[min(last, len(self.clauses) - 1)]


def read(name: str, text: str) -> Field:
    """Return the field, read. Total: control characters, lone surrogates and nothing at all will do."""
    ends = [m.end() for m in SENTENCE_END.finditer(text)]
    clauses = [*(m.end() for m in CLAUSE_END.finditer(text)), len(text)]
    dense = len(text.encode("utf-8", "surrogatepass")) > 2 * len(text)
    return Field(name, text, fold(text).translate(MARKS), list(_cut([*ends, len(text)])), clauses, dense)


def phrase(text: str) -> str:
    """Return a phrase of a rule as it is searched for."""
    return fold(text).translate(MARKS)


def _cut(ends: list[int]) -> Iterator[int]:
    at = 0
    for end in ends:
        yield from range(at + LONGEST_SENTENCE, end, LONGEST_SENTENCE)
        yield end
        at = end

"""Where in a query reading has come to. What it reads are tokens; what they mean is the business of parsing and fields."""

import re
from datetime import datetime
from typing import Final

from newsloom_query.errors import QueryError

SPACE: Final = re.compile(r"\s*")
SIGNIFICANT: Final = re.compile(r"[^\W_]")  # without one of them there is nothing to look for
HAN: Final = "\u2e80"  # words from here on need no space before a parenthesis


class Cursor:
    """The text of a query, with plain signs, and a place in it."""

    def __init__(self, text: str, now: datetime) -> None:
        """Begin at the first character; ``now`` is what spans of time count back from."""
        self.text, self.now, self.at = text, now, 0
        self.opened = False  # whether a parenthesis was one of the language's: then all of them are

    def skip(self) -> int:
        """Go to the next character that is no space, and return its place."""
        self.at = self._space(self.at)
        return self.at

    def peek(self) -> str:
        """Return the next character, or nothing at the end."""
        return self.text[self.at : self.at + 1]

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Return what stands here, and go behind it, where it is like the pattern."""
        m = pattern.match(self.text, self.at)
        if m:
            self.at = m.end()
        return m

    def quoted(self) -> str:
        """Return what stands between the quotation mark here and its other half. Raises QueryError where it has none."""
        start = self.at
        end = self.text.find('"', start + 1)
        if end < 0:
            raise QueryError("this quotation mark has no other half", start)
        self.at = end + 1
        return self.text[start + 1 : end].strip()

    def word(self, stops: str = "") -> str:
        """Return what stands until the next space, quotation mark, bar, or parenthesis that belongs to no word."""
        start, inner = self.at, 0
        while (c := self.peek()) and not (c.isspace() or c in '"|' or c in stops):
            if c == "(" and self.at > start and self.text[self.at - 1] >= HAN:
                break
            if c == ")" and inner == 0 and self.opened:
                break
            inner += (c == "(") - (c == ")" and inner > 0)
            self.at += 1
        return self.text[start : self.at]

    def value(self, name: str, stops: str = "") -> tuple[str, int]:
        """Return the value of a field, quoted or a word, and its place. Raises QueryError where there is none."""
        start = self.at
        text = self.quoted() if self.peek() == '"' else self.word(stops).rstrip(",，、.。;；!?")
        if not SIGNIFICANT.search(text) or text.startswith("("):
            raise QueryError(f'{name}: wants a word or "…" right behind its colon', start)
        return text, start

    def _space(self, at: int) -> int:
        m = SPACE.match(self.text, at)
        return m.end() if m else at

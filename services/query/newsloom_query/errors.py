"""A query that cannot be read: what is wrong, and where."""

import unicodedata


class QueryError(ValueError):
    """What is wrong with a query, in one sentence. ``position``: code points from the start of what was typed."""

    def __init__(self, sentence: str, position: int) -> None:
        """Say what is wrong and where."""
        super().__init__(sentence)
        self.sentence, self.position = sentence, position


def pointed(text: str, position: int) -> str:
    """Return what was typed and under it a ``^`` at the place, where a terminal gives a Chinese character two columns."""
    flat = "".join(" " if unicodedata.category(c).startswith("C") else c for c in text)
    return f"{flat}\n{' ' * sum(_columns(c) for c in flat[:position])}^"


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1

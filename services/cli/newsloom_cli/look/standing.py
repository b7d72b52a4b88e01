"""How the feeds stand on the terminal, below the ledger: a line for all, and one for each that needs somebody."""

from typing import Final

from rich.text import Text

from newsloom_cli.feedhealth import Feeds
from newsloom_cli.look import words

SHOWN: Final = 8  # feeds; more would push the ledger off the screen
COLOURS: Final = {"gone": "red", "failing": "red", "silent": "yellow", "moved": "yellow"}


def feeds(found: Feeds) -> list[Text]:
    """Return the lines; what does not fit in is left to `newsloom feeds list`."""
    if not found.counts:
        return []
    lines = [
        Text.assemble(
            (f"{one.state:<8}", COLOURS[one.state]),
            words.plain(one.title or one.url),
            ("  ", ""),
            (words.plain(one.said).plain, "dim"),
        )
        for one in found.wrong[:SHOWN]
    ]
    left = len(found.wrong) - SHOWN
    more = [Text(f"and {left:,} more, see `newsloom feeds list`", "dim")] if left > 0 else []
    return [Text(), words.plain(found.head), *lines, *more]

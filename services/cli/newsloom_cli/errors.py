"""What can be wrong, said in one line on standard error."""

import re
import sys
from typing import Final

LINE_LIMIT: Final = 600  # a broken document must not travel inside its own error


class Problem(Exception):  # noqa: N818  a problem of the user's, not a defect of ours
    """Ends the command with one line. 1: the question was fine, but there is no answer."""

    exit_code = 1


class UnavailableError(Problem):
    """An engine does not answer, or holds nothing of that name."""


class WrongInputError(Problem):
    """What was given cannot be read."""

    exit_code = 2


def say(text: str) -> None:
    """Write one line to standard error."""
    print(f"newsloom: {one_line(text)}", file=sys.stderr, flush=True)


def one_line(text: str) -> str:
    """Return the text on one line, short, and without anything that a terminal would obey."""
    flat = re.sub(r"[\x00-\x1f\x7f-\x9f]+", " ", " ".join(text.split()))
    return flat if len(flat) <= LINE_LIMIT else flat[:LINE_LIMIT] + "…"

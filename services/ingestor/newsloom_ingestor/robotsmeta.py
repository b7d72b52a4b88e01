"""What a page allows robots to do with its text: `X-Robots-Tag` and `meta name=robots` → why it is not used. Pure.

The directives and who they bind: https://developers.google.com/search/docs/crawling-indexing/robots-meta-tag. newsloom keeps
the text, shows it and makes it searchable, so a page that forbids one of these is not used; its feed's text is.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from newsloom_ingestor import dates
from newsloom_ingestor.robots import AGENT

REFUSALS: Final = ("noindex", "noarchive", "nosnippet", "unavailable_after")
ALSO: Final = {"none": "noindex", "max-snippet:0": "nosnippet"}  # other words for one of them
# Directives with a value: any other word before a colon is the name of a robot, whom alone the rest of the line binds.
VALUED: Final = frozenset({"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"})


def refusal(lines: Iterable[str], now: datetime) -> str:
    """Return the directive that forbids to use the page, empty where none does.

    ``lines``: each X-Robots-Tag header and each meta element for robots, or for this one, as written.
    """
    said = {name for line in lines for name in _binding(line, now)}
    return next((name for name in REFUSALS if name in said), "")


def _binding(line: str, now: datetime) -> Iterator[str]:
    """The directives of a line that bind this robot and hold now."""
    ours = True
    for part in _parts(line.lower()):
        name, colon, value = (piece.strip() for piece in part.partition(":"))
        if colon and name not in VALUED:
            ours, name, colon, value = name in {AGENT, "*"}, *(piece.strip() for piece in value.partition(":"))
        directive = ALSO.get(f"{name}:{value}" if colon else name, name)
        if ours and (directive != "unavailable_after" or _passed(value, now)):
            yield directive


def _parts(line: str) -> Iterator[str]:
    """The directives of a line, parted by commas; the date of `unavailable_after` may have one itself, after the weekday."""
    pieces = iter(line.split(","))
    for piece in pieces:
        weekday = "unavailable_after" in piece and not any(c.isdigit() for c in piece)
        yield f"{piece},{next(pieces, '')}" if weekday else piece


def _passed(date: str, now: datetime) -> bool:
    when = dates.read(date)
    return when is not None and when.time <= now

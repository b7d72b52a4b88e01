"""A page that stands before an article: pay, agree, log in, prove that you are no robot → which one. Pure.

The phrases are data, ``walls.csv``. A phrase counts only on a line of its own, short as a prompt is: in an article about
paywalls it stands within a sentence. And only next to little text: ``teaser`` rows next to the beginning of an article at most,
``nothing`` and ``markup`` rows (sought in the page's source) only where there is as good as no text, since banners say these
things on ordinary pages too.
"""

import csv
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final, Literal, NamedTuple, cast

from newsloom_ingestor.measure import weight

Kind = Literal["paywall", "cookies", "login", "robot-check"]
Wall = Kind | Literal[""]
ENOUGH: Final = 3000  # weight of a text that no one takes for a teaser: two screens
NOTHING: Final = 300  # weight of a text that is none
PROMPT: Final = 240  # weight of a line that may be a prompt
CONSENT: Final = re.compile(r"cookie|consent|privacy|partners|同意|隐私|隱私", re.IGNORECASE)
CONSENT_WITHIN: Final = 120  # weight in which a text that is all about consent names it once, at the least
CONSENT_TIMES: Final = 4


class Phrase(NamedTuple):
    """A row of the table."""

    kind: Kind
    found: Literal["teaser", "nothing", "markup"]
    phrase: str


@cache
def table() -> tuple[Phrase, ...]:
    """Return the rows of ``walls.csv``."""
    rows = csv.DictReader(Path(__file__).with_name("walls.csv").read_text("utf-8").splitlines())
    return tuple(Phrase(cast("Kind", r["kind"]), cast("Literal['teaser']", r["found"]), r["phrase"]) for r in rows)


def judge(content: str, visible: Callable[[], str], markup: str, *, free: bool | None) -> Wall:
    """Return what stands before the article, or nothing.

    ``content`` is the text that was found in the page, ``visible`` gives all that a reader sees of it, ``markup`` is its
    source. ``free`` is what the publisher says (schema.org isAccessibleForFree): what is not free is not taken, even where
    the page's source holds it.
    """
    if free is False:
        return "paywall"
    length = weight(content)
    if length >= ENOUGH:
        return ""
    shown = visible()
    prompts = [_plain(line) for line in shown.splitlines() if weight(line) <= PROMPT]
    return _first(prompts, markup.lower() if length < NOTHING else "", _kinds(content, length))


def _kinds(content: str, length: int) -> Callable[[Phrase], bool]:
    """Which rows count next to a text of this length."""
    consent = _all_consent(content, length)
    return lambda row: length < NOTHING or row.found == "teaser" or (consent and row.kind == "cookies")


def _first(prompts: list[str], markup: str, counts: Callable[[Phrase], bool]) -> Wall:
    lines = "\n".join(prompts)
    for row in filter(counts, table()):
        if row.phrase in (markup if row.found == "markup" else lines):
            return row.kind
    return ""


def _all_consent(content: str, length: int) -> bool:
    """Whether a text is about consent and nothing else: a cookie wall that was taken for the article."""
    times = len(CONSENT.findall(content))
    return times >= CONSENT_TIMES and times * CONSENT_WITHIN >= length


def _plain(line: str) -> str:
    return line.lower().replace("\u2019", "'")

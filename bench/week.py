"""A week of an ingestor's life, on the simulated clock: who was polled when, what was published, and how soon it was told.

``python bench/week.py`` prints it, kind by kind; ``--write`` draws docs/pictures/week.svg.
"""

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median
from typing import Final

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import msgspec
from newsloom_common import logs
from newsloom_ingestor.fetch import Fetched, Response, Validators
from newsloom_ingestor.opml import Source
from newsloom_ingestor.schedule import DAY, HOUR, MINUTE
from newsloom_schemas.codec import Message
from newsloom_schemas.topics import RAW
from rich.console import Console
from rich.table import Table

from bench.simulated import START, Days, live
from bench.week_picture import draw
from bench.week_sites import KINDS, WEEK, Site, link, published, sites

PICTURE: Final = Path(__file__).parents[1] / "docs" / "pictures" / "week.svg"


class Told(msgspec.Struct, frozen=True):
    """What is looked at of a record of news.raw."""

    url: str
    revision: int = 1


class Standing(msgspec.Struct, frozen=True):
    """What is looked at of a record of news.feeds."""

    url: str
    why: str
    interval_s: float
    next_poll: str | None = None
    validators: str | None = None
    moved_to: str | None = None
    silent: bool = False


class Week:
    """The sites, and what was seen of them. Times are seconds since 1970.

    ``asked``: when each feed was polled, by its configured address; two requests at one time are one poll. ``addresses``: when
    an address was asked for. ``seen``: how many entries a feed had at its first document and at its last. ``raw``: (address,
    revision, when) of the records of news.raw. ``busy``: from when to when each host was asked. ``stands``: what news.feeds
    said last of each feed; ``whys``: all reasons that it gave for the next poll.
    """

    def __init__(self, chosen: Iterable[Site]) -> None:
        self.sites = tuple(chosen)
        self._by_url = {url: site for site in self.sites for url in (site.url, site.moved)}
        self.asked: dict[str, list[float]] = defaultdict(list)
        self.addresses: dict[str, list[float]] = defaultdict(list)
        self.busy: dict[str, list[tuple[float, float]]] = defaultdict(list)
        self.seen: dict[str, tuple[int, int]] = {}
        self.raw: list[tuple[str, int, float]] = []
        self.stands: dict[str, Standing] = {}
        self.whys: dict[str, set[str]] = defaultdict(set)

    def answer(self, url: str, held: Validators, now: float) -> Response:
        """Answer as the site does, and note who was asked."""
        site = self._by_url[url]
        self.addresses[url].append(now)
        if self.asked[site.url][-1:] != [now]:
            self.asked[site.url].append(now)
            self.busy[site.host].append((now, now + KINDS[site.kind].took_s))
        answer = KINDS[site.kind].way(site, url, held, now)
        if isinstance(answer, Fetched):
            number = published(site, now)
            self.seen[site.url] = (self.seen.get(site.url, (number, 0))[0], number)
        return answer

    def took_s(self, url: str, now: float) -> float:
        """How long a site takes."""
        del now
        return KINDS[self._by_url[url].kind].took_s

    def sent(self, message: Message, now: float) -> None:
        """Note a record of news.raw."""
        if message.topic == RAW and message.value:
            told = msgspec.json.decode(message.value, type=Told)
            self.raw.append((told.url, told.revision, now))

    def heard(self, message: Message) -> None:
        """Note how a feed stands."""
        if message.value:
            stands = msgspec.json.decode(message.value, type=Standing)
            self.stands[stands.url] = stands
            self.whys[stands.url].add(stands.why)

    def first(self) -> dict[str, float]:
        """When each article was told first."""
        return {url: at for url, revision, at in reversed(self.raw) if revision == 1}

    def waits(self, site: Site) -> list[float]:
        """Seconds from publication to news.raw, of what was published during the week and told."""
        told = self.first()
        return [told[link(site, n)] - at for n, at in enumerate(site.times) if at > START and link(site, n) in told]


def lived(chosen: Sequence[Site] | None = None, last_s: float = WEEK) -> Week:
    """Let an ingestor live through a week and return what was seen."""
    week = Week(chosen or sites())
    sources = [Source(site.url, site.kind, "week") for site in week.sites]
    live(Days(week, sources, last_s, week.sent, week.heard))
    return week


def table(week: Week) -> Table:
    """Return polls a day of one site of each kind, and how its articles fared."""
    shown = Table(title=f"A week of {len(week.sites)} feeds: polls a day of the first of each kind")
    shown.add_column("kind")
    for name in ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su", "published", "told", "half within", "all within"):
        shown.add_column(name, justify="right")
    for kind in KINDS:
        site = next(s for s in week.sites if s.kind == kind)
        days = [sum(START + d * DAY <= at < START + (d + 1) * DAY for at in week.asked[site.url]) for d in range(7)]
        waits = week.waits(site)
        new = published(site, START + WEEK) - published(site, START)
        shown.add_row(
            kind,
            *map(str, days),
            str(new),
            str(len(waits)),
            *(_span(w) for w in ((median(waits), max(waits)) if waits else (0, 0))),
        )
    return shown


def _span(seconds: float) -> str:
    return f"{seconds / HOUR:.1f} h" if seconds >= 2 * HOUR else f"{seconds / MINUTE:.0f} min" if seconds else ""


def main(arguments: list[str] | None = None) -> None:
    """Live through it, print, and draw."""
    options = argparse.ArgumentParser(description="Let an ingestor live through a simulated week.")
    options.add_argument("--write", action="store_true", help="draw docs/pictures/week.svg")
    asked = options.parse_args(arguments)
    logs.configure("ingestor", "error")
    started = time.monotonic()
    week = lived()
    Console(width=150).print(table(week))
    polls = sum(map(len, week.asked.values()))
    print(f"{polls:,} polls and {len(week.raw):,} records in {time.monotonic() - started:.1f} s")
    if asked.write:
        PICTURE.write_text(draw(week.sites, week.asked), "utf-8")


if __name__ == "__main__":
    main()

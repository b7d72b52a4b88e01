"""The memory of an ingestor that polls 2,000 feeds for a simulated day: ``python bench/feeds_memory.py`` prints it as JSON.

Everything of the service runs but sockets, threads and Kafka: documents are read, articles kept, told, and forgotten. It must
be a process of its own, since what is measured is its resident memory.
"""

import argparse
import math
import sys
from functools import cache
from pathlib import Path
from random import Random
from typing import Final

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import msgspec
from newsloom_common import logs
from newsloom_ingestor.fetch import Fetched, FetchFailed, NotModified, Response, Validators
from newsloom_ingestor.opml import Source
from newsloom_ingestor.schedule import HOUR
from newsloom_schemas.codec import Message

from bench.feeds_documents import Site, document, path, site
from bench.measuring import resident
from bench.simulated import START, Days, live

GAP_S: Final = 4 * HOUR  # between two articles of the site in the middle
SPREAD: Final = 1.2  # of the logarithm: one site in twenty publishes every 35 minutes, one in twenty every 29 hours
ENTRIES: Final = 10
SIZE: Final = 300  # characters of an entry
SLOW_S: Final = 2.0


class Flat(msgspec.Struct, frozen=True, kw_only=True):
    """Megabytes of resident memory at the start and after each simulated hour, and what was done meanwhile."""

    feeds: int
    megabytes: list[float]
    polls: int
    articles: int

    @property
    def growth(self) -> float:
        """The share by which memory grew after the first two hours, in which every feed was new."""
        return self.megabytes[-1] / self.megabytes[2] - 1


class Sites:
    """Sites that publish at a pace of their own for ever."""

    def __init__(self) -> None:
        self.polls = 0

    def answer(self, url: str, held: Validators, now: float) -> Response:
        """Answer as a site of its way does."""
        self.polls += 1
        found = _small(int(url.split("/")[3]))
        if found.way in {"missing", "mute"}:
            return FetchFailed(f"{found.way}", "soft")
        latest = 60 + int((now - START) / _gap_s(found.number) + found.number % 7 / 7)
        etag = f'"{latest}"'
        if held.etag == etag:
            return NotModified("304")
        return Fetched(document(found, latest), "", url, Validators(etag, "", etag))

    def took_s(self, url: str, now: float) -> float:
        """How long a site takes."""
        del now
        return SLOW_S if _small(int(url.split("/")[3])).way == "slow" else 0.2


@cache
def _small(number: int) -> Site:
    return site(number)._replace(entries=ENTRIES, size=SIZE)


@cache
def _gap_s(number: int) -> float:
    return Random(f"gap{number}").lognormvariate(math.log(GAP_S), SPREAD)  # noqa: S311 - chosen, not guessed


def day(feeds: int, hours: int) -> Flat:
    """Let an ingestor live for so many hours."""
    sites, megabytes, articles = Sites(), list[float](), [0]

    def sent(message: Message, now: float) -> None:
        del message, now
        articles[0] += 1

    def at(now: float) -> None:
        if now >= START + len(megabytes) * HOUR:
            megabytes.append(resident())

    sources = [Source(f"http://{site(n).host}{path(n)}", f"Site {n}", "bench") for n in range(feeds)]
    live(Days(sites, sources, hours * HOUR, sent, at=at))
    return Flat(feeds=feeds, megabytes=megabytes, polls=sites.polls, articles=articles[0])


def main(arguments: list[str] | None = None) -> None:
    """Measure as told and print."""
    options = argparse.ArgumentParser(description="Measure the memory of an ingestor over simulated hours.")
    options.add_argument("--feeds", type=int, default=2_000, help="how many feeds (2,000)")
    options.add_argument("--hours", type=int, default=24, help="how many simulated hours (24)")
    asked = options.parse_args(arguments)
    logs.configure("ingestor", "error")
    print(msgspec.json.encode(day(asked.feeds, asked.hours)).decode())


if __name__ == "__main__":
    main()

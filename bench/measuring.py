"""An analyser and its peer → what they cost: CPU time of this process, on one core, and its memory.

Time is CPU time and not the clock's, since a busy machine must not change it. Analyser and peer take turns, round by round,
on the same articles, so that whatever still disturbs one disturbs the other.
"""

import gc
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Final

from msgspec import Struct
from newsloom_tagger.analysis import ROW

from bench.articles import Article, articles

Work = Callable[[], object]
Part = Callable[[Sequence[Article]], Work]  # gets ready what is not to be timed, and returns the work on a row of articles
PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")
FIRST: Final = 1_000  # articles after which memory has what it needs
CHUNK: Final = 200


class Spread(Struct, frozen=True):
    """The middle, least and greatest of several rounds."""

    median: float
    low: float
    high: float


class Speed(Struct, frozen=True, kw_only=True):
    """Articles a second of analyser and peer, how many times as fast the analyser is; milliseconds of an article alone."""

    ours: Spread
    peer: Spread
    ratio: Spread
    p50_ms: float
    p99_ms: float


class Memory(Struct, frozen=True, kw_only=True):
    """Resident megabytes of a process that only analyses: ready to work, after 1,000 articles, at the end, and at most."""

    ready: float
    first: float
    last: float
    peak: float
    articles: int


@contextmanager
def pinned() -> Iterator[int | None]:
    """Keep this process on one core and say which, None where the system cannot."""
    if not hasattr(os, "sched_setaffinity"):
        yield None
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(allowed)})
    try:
        yield max(allowed)
    finally:
        os.sched_setaffinity(0, allowed)


def seconds(part: Part, batch: Sequence[Article], row: int) -> list[float]:
    """Return the CPU seconds that each row of so many articles takes."""
    gc.collect()
    return [_timed(part(some)) for some in rows(batch, row)]


def rows(batch: Sequence[Article], row: int) -> Iterator[Sequence[Article]]:
    """Yield the articles, so many at a time."""
    return (batch[first : first + row] for first in range(0, len(batch), row))


def _timed(work: Work) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def speed(ours: Part, alone: Part, peer: Part, *, count: int, rounds: int) -> Speed:
    """Measure all in turns, ``alone`` article by article; the first round warms up and does not count."""
    ways = ((ours, ROW), (peer, ROW), (alone, 1))
    turns = [[seconds(part, batch, row) for part, row in ways] for batch in _batches(count, rounds + 1)][1:]
    each = [s for _, _, single in turns for s in single]
    return Speed(
        ours=spread([count / sum(mine) for mine, _, _ in turns]),
        peer=spread([count / sum(theirs) for _, theirs, _ in turns]),
        ratio=spread([sum(theirs) / sum(mine) for mine, theirs, _ in turns]),
        p50_ms=1000 * median(each),
        p99_ms=1000 * quantiles(each, n=100)[-1],
    )


def shares(whole: Part, parts: dict[str, Part], *, count: int, rounds: int) -> dict[str, float]:
    """Return each part's share of the whole's time; "rest" is what no part accounts for, and may be below 0.

    Part after part on the same row, as in the whole: one part on many articles would keep the processor's caches to itself.
    """
    everything = {"whole": whole, **parts}
    turns = [_sums(everything, batch) for batch in _batches(count, rounds + 1)][1:]
    found = {name: median(t[name] / t["whole"] for t in turns) for name in parts}
    return {**found, "rest": 1 - sum(found.values())}


def _sums(parts: dict[str, Part], batch: Sequence[Article]) -> dict[str, float]:
    times = [{name: _timed(part(row)) for name, part in parts.items()} for row in rows(batch, ROW)]
    return {name: sum(t[name] for t in times) for name in parts}


def memory(part: Part, *, count: int) -> Memory:
    """Analyse so many articles and say what the process holds."""
    ready = resident()
    at: dict[int, float] = {}
    done = 0
    for row in _endless(count):
        part(row)()
        done += len(row)
        if FIRST <= done < FIRST + ROW or done == count:
            at[done] = resident()
    return Memory(ready=ready, first=at[min(at)], last=at[count], peak=max(peak(), *at.values()), articles=count)


def spread(values: Sequence[float]) -> Spread:
    """Return the middle, the least and the greatest."""
    return Spread(median(values), min(values), max(values))


def resident(pid: int | str = "self") -> float:
    """Return the megabytes that a process has in memory now, of this one the most so far where there is no /proc."""
    path = Path(f"/proc/{pid}/statm")
    return int(path.read_text("ascii").split()[1]) * PAGE_BYTES / 1e6 if path.exists() else peak()


def peak() -> float:
    """Return the most megabytes that this process ever had in memory."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def _batches(count: int, rounds: int) -> Iterator[list[Article]]:
    return (articles(count, seed) for seed in range(rounds))


def _endless(count: int) -> Iterator[Sequence[Article]]:
    for seed in range(-(-count // CHUNK)):
        yield from rows(articles(min(CHUNK, count - seed * CHUNK), 1_000_000 + seed), ROW)

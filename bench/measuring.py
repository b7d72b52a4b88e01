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

from bench.articles import Article, articles

Work = Callable[[], object]
Part = Callable[[Article], Work]  # gets ready what is not to be timed, and returns the work
PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")
FIRST: Final = 1_000  # articles after which memory has what it needs
CHUNK: Final = 200


class Spread(Struct, frozen=True):
    """The middle, least and greatest of several rounds."""

    median: float
    low: float
    high: float


class Speed(Struct, frozen=True, kw_only=True):
    """Articles a second of analyser and peer, how many times as fast the analyser is, and its milliseconds an article."""

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


def seconds(part: Part, batch: Sequence[Article]) -> list[float]:
    """Return the CPU seconds that each article takes."""
    gc.collect()
    return [_timed(part(article)) for article in batch]


def _timed(work: Work) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def speed(ours: Part, peer: Part, *, count: int, rounds: int) -> Speed:
    """Measure both in turns; the first round warms up and does not count."""
    turns = [[seconds(part, batch) for part in (ours, peer)] for batch in _batches(count, rounds + 1)][1:]
    each = [s for mine, _ in turns for s in mine]
    return Speed(
        ours=spread([count / sum(mine) for mine, _ in turns]),
        peer=spread([count / sum(theirs) for _, theirs in turns]),
        ratio=spread([sum(theirs) / sum(mine) for mine, theirs in turns]),
        p50_ms=1000 * median(each),
        p99_ms=1000 * quantiles(each, n=100)[-1],
    )


def shares(whole: Part, parts: dict[str, Part], *, count: int, rounds: int) -> dict[str, float]:
    """Return each part's share of the whole's time; "rest" is what no part accounts for, and may be below 0.

    Part after part on the same article, as in the whole: one part on many articles would keep the processor's caches to itself.
    """
    everything = {"whole": whole, **parts}
    turns = [_sums(everything, batch) for batch in _batches(count, rounds + 1)][1:]
    found = {name: median(t[name] / t["whole"] for t in turns) for name in parts}
    return {**found, "rest": 1 - sum(found.values())}


def _sums(parts: dict[str, Part], batch: Sequence[Article]) -> dict[str, float]:
    times = [{name: _timed(part(article)) for name, part in parts.items()} for article in batch]
    return {name: sum(t[name] for t in times) for name in parts}


def memory(part: Part, *, count: int) -> Memory:
    """Analyse so many articles and say what the process holds."""
    ready = resident()
    at: dict[int, float] = {}
    for done, article in enumerate(_endless(count), start=1):
        part(article)()
        if done in {min(FIRST, count), count}:
            at[done] = resident()
    return Memory(ready=ready, first=at[min(FIRST, count)], last=at[count], peak=max(peak(), *at.values()), articles=count)


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


def _endless(count: int) -> Iterator[Article]:
    for seed in range(-(-count // CHUNK)):
        yield from articles(min(CHUNK, count - seed * CHUNK), 1_000_000 + seed)

"""Recombined articles → records of news.tagged, by the real tagger; made once, and kept in var/bench.

A hundred thousand take some minutes of two cores. They are made again where tagger, taxonomy or contract have changed.
"""

import hashlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec
from newsloom_schemas.codec import encode
from newsloom_schemas.types import RawArticle, TaggedArticle
from newsloom_tagger.analysis import ROW, Analyser
from newsloom_tagger.tag import tag_many
from newsloom_tagger.version import VERSION

from bench import recombined

CACHE: Final = Path(__file__).parents[1] / "var" / "bench"
CHUNK: Final = 50 * ROW  # articles that a process tags at a time


def values(count: int, seed: int = 0) -> Iterator[bytes]:
    """Yield the values of so many records: the first of them are the same, however many there are."""
    with file(count, seed).open("rb") as lines:
        yield from (line[:-1] for line in islice(lines, count))


def file(count: int, seed: int = 0) -> Path:
    """Return a file that has them, a JSON line each, and perhaps more; make it where there is none."""
    there = sorted((_count(path), path) for path in CACHE.glob(_name("*", seed)))
    if enough := [path for held, path in there if held >= count]:
        return enough[0]
    path = CACHE / _name(count, seed)
    CACHE.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}")
    with part.open("wb") as out:
        _fill(out.write, count, seed)
    return part.replace(path)


def _fill(write: Callable[[bytes], object], count: int, seed: int) -> None:
    started, done = time.monotonic(), 0
    for chunk in _tagged(count, seed):
        write(b"".join(chunk))
        done += len(chunk)
        print(f"tagged {done:,} of {count:,} articles, {done / (time.monotonic() - started):.0f} a second", file=sys.stderr)


def _tagged(count: int, seed: int) -> Iterator[list[bytes]]:
    """Yield lines as processes make them, in order."""
    raws = recombined.articles(count, seed)
    chunks = iter(lambda: list(islice(raws, CHUNK)), [])
    with ProcessPoolExecutor() as pool:
        yield from pool.map(lines, chunks)


def lines(raws: list[RawArticle]) -> list[bytes]:
    """Return the records of articles, each a line."""
    rows = (raws[first : first + ROW] for first in range(0, len(raws), ROW))
    return [encode(tagged) + b"\n" for row in rows for tagged in tag_many(row, _analyser(), recombined.NOW)]


@cache
def _analyser() -> Analyser:
    return Analyser()


def _name(count: object, seed: int) -> str:
    """Name what the records depend on, too: tagger, taxonomy, contract, and how articles are recombined."""
    contract = msgspec.json.encode(msgspec.json.schema(TaggedArticle), order="deterministic")
    recipe = hashlib.sha256(Path(recombined.__file__).read_bytes() + contract).hexdigest()[:8]
    return f"tagged-{count}-{seed}-{VERSION}-{_analyser().taxonomy.version}-{recipe}.jsonl"


def _count(path: Path) -> int:
    return int(path.name.split("-")[1])

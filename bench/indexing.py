"""What indexing costs beside a Go program of the same guarantees and bare bulk requests: ``python bench/indexing.py --help``.

tagged.py ─▶ news.tagged of a real Kafka ─▶ indexing_ways.py: our indexer, indexing_go/, bare bulk requests ─▶ a real
Elasticsearch ─▶ tables, docs/performance-indexing.md and its picture (indexing_page.py)

The three take turns, each into an index of its own that is made afresh. The first round warms up, and chooses how many bulk
requests at once serve Elasticsearch best.
"""

import argparse
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

if __name__ == "__main__":  # `python bench/indexing.py` puts bench/ on the path, and not the folder that it is in
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import msgspec
from elasticsearch import Elasticsearch
from msgspec import structs
from newsloom_common import kafka as clients
from newsloom_native import running
from newsloom_schemas import codec
from newsloom_schemas.topics import TAGGED
from newsloom_schemas.types import TaggedArticle
from newsloom_setup import topics

from bench import indexing_page, tagged
from bench.indexing_page import Result, Round
from bench.indexing_ways import AT_ONCE, Engines, Task, Turn, bare, documents, go, ours
from bench.page import machine

SEND: Final = 2_000
PROGRAM: Final = Path(__file__).with_name("indexing_go")
GO: Final = ("go", "/usr/local/go/bin/go")


class NoGoError(RuntimeError):
    """There is no Go to build the peer with."""


def measure(count: int, rounds: int) -> Result:
    """Measure all on engines of its own."""
    values = list(tagged.values(count))
    with peer() as program, running.kafka(quick=False) as second, _engines() as engines:
        return measured(engines, second, program, values, rounds)


def measured(
    engines: Engines, second: running.Running, program: Path, values: Sequence[bytes], rounds: int, **told: int
) -> Result:
    """Measure all in turns; the ``second`` broker gets the records with their fingerprints. ``told`` goes to both consumers."""
    bare_values = [_without_fingerprint(value) for value in values]
    for broker, records in ((engines.kafka, bare_values), (second, values)):
        topics.ensure(broker.address)
        send(broker.address, records)
    bodies = documents(bare_values)
    warm = [bare(engines, bodies, at_once) for at_once in AT_ONCE]
    best = AT_ONCE[max(range(len(warm)), key=lambda n: warm[n].a_second)]
    ways: dict[str, Callable[[Task], Turn]] = {
        "ours": lambda task: ours(engines, task),
        "go": lambda task: go(engines, task, program),
        "bare": lambda task: bare(engines, bodies, best),  # noqa: ARG005 - it is of no group
        "stories": lambda task: ours(replace(engines, kafka=second), task),
    }
    turns = [_round(ways, Task(len(values), told, n)) for n in range(rounds + 1)]
    size = sum(map(len, values)) // len(values)
    return Result(machine=machine(), count=len(values), bytes=size, at_once=best, rounds=turns[1:])


def _without_fingerprint(value: bytes) -> bytes:
    """Return the record of an article of which nobody can tell the story, so that nothing is looked up for it."""
    return codec.encode(structs.replace(codec.decode(TaggedArticle, value), fingerprint=None))


def _round(ways: Mapping[str, Callable[[Task], Turn]], task: Task) -> Round:
    return Round(**{name: _told(name, way(task)) for name, way in ways.items()})


def _told(name: str, turn: Turn) -> Turn:
    print(f"{name}: {turn.a_second:.0f} documents a second", file=sys.stderr)
    return turn


@contextmanager
def _engines() -> Iterator[Engines]:
    with (
        running.kafka(quick=False) as broker,
        running.elasticsearch(quick=False) as store,
        Elasticsearch(store.address, request_timeout=60) as client,
    ):
        yield Engines(broker, store, client)


@contextmanager
def peer() -> Iterator[Path]:
    """Build the program and give its path."""
    compiler = next(filter(None, map(shutil.which, GO)), None)
    if compiler is None:
        raise NoGoError("bench/indexing.py measures beside a Go program: Go 1.26 or newer is missing")
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder) / "indexing"
        done = subprocess.run([compiler, "build", "-o", built, "."], cwd=PROGRAM, capture_output=True, text=True, check=False)
        if done.returncode:
            raise NoGoError(f"bench/indexing_go cannot be built: {done.stderr.strip() or done.returncode}")
        yield built


def send(bootstrap: str, values: Sequence[bytes]) -> None:
    """Put the records on the topic, with headers as the tagger writes them."""
    now = datetime.now(UTC)
    producer = clients.producer(bootstrap, "bench")
    try:
        for first in range(0, len(values), SEND):
            found = (codec.decode(TaggedArticle, value) for value in values[first : first + SEND])
            refused = clients.publish(producer, [codec.message(TAGGED, a, source="tagger", now=now) for a in found])
            if any(refused):
                raise RuntimeError(f"Kafka refused records: {next(filter(None, refused))}")
    finally:
        producer.close()


def main(arguments: list[str] | None = None) -> int:
    """Measure as told and print."""
    options = argparse.ArgumentParser(
        description="Measure what indexing costs, beside Go and what Elasticsearch takes at most."
    )
    options.add_argument("--count", type=int, default=20_000, help="how many articles (20,000)")
    options.add_argument("--rounds", type=int, default=5, help="how many rounds after the one that warms up (5)")
    options.add_argument("--json", action="store_true", help="JSON instead of tables")
    options.add_argument("--write", action="store_true", help="write docs/performance-indexing.md and its picture")
    asked = options.parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whoever ends it ends its engines
    try:
        result = measure(asked.count, asked.rounds)
    except NoGoError as error:
        print(error, file=sys.stderr)
        return 2
    print(msgspec.json.format(msgspec.json.encode(result)).decode() if asked.json else indexing_page.tables(result))
    if asked.write:
        indexing_page.write(result)
    return 0


if __name__ == "__main__":
    sys.exit(main())

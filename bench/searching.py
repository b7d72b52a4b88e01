"""What searches cost on a hundred thousand articles, beside a plain multi_match on the same index: ``--help``, ``make bench``.

tagged.py ─▶ a real Elasticsearch ◀─ searching_ways.py, the open queries of tests/relevance and OPERATORS, in turns
          ─▶ tables, docs/performance-searching.md and its picture (searching_page.py)

Every search is asked in all ways before the next one, so that what disturbs one disturbs all; the first round is reported by
itself, as then nothing is in any cache and the server's code is not compiled yet.
"""

import argparse
import json
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final

if __name__ == "__main__":  # `python bench/searching.py` puts bench/ on the path, and not the folder that it is in
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import msgspec
from elasticsearch import Elasticsearch
from newsloom_native import running
from newsloom_schemas.index import ALIAS
from newsloom_setup import index

from bench import searching_page, starting, tagged
from bench.feeds_ours import family, threads_s
from bench.indexing_ways import documents, post
from bench.page import machine
from bench.searching_page import Result
from bench.searching_ways import WAYS, Asked, Store

QUERIES: Final = Path(__file__).parents[1] / "tests" / "relevance" / "queries.jsonl"
OPERATORS: Final = (
    '"AI infrastructure" -NVIDIA',
    "英伟达 | AMD",
    '"毛利率" | "gross margin"',
    "data cent* power",
    "H100 -租赁",
    '"算力租赁" 价格 -H800',
    "*",
)
CHUNK: Final = 2_000  # documents that are made at a time
AT_ONCE: Final = 2
SETTLED_S: Final = 600.0  # for merges


def measure(count: int, rounds: int, address: str = "") -> Result:
    """Measure all; with an address, on the index that is there."""
    with _index(count, address) as store:
        return measured(store, rounds, queries())


def measured(store: Store, rounds: int, texts: Sequence[str]) -> Result:
    """Ask for each of the texts in all ways, and then again so many times."""
    asked = {name: list[Asked]() for name in WAYS}
    for _ in range(rounds + 1):
        for text in texts:
            for name, way in WAYS.items():
                asked[name].append(way(store, text))
    stats = store.client.indices.stats(index=ALIAS, metric=["docs", "store", "segments"])["_all"]["primaries"]
    return Result(
        machine=machine(),
        count=store.client.count(index=ALIAS)["count"],
        megabytes=stats["store"]["size_in_bytes"] / 1e6,
        segments=stats["segments"]["count"],
        queries=len(texts),
        rounds=rounds,
        asked=asked,
        command=starting.measure(_address(store.client)),
    )


def queries() -> list[str]:
    """Return what is searched for: the open queries, never the held-out ones, and some with operators."""
    lines = QUERIES.read_text("utf-8").splitlines()
    return [*(json.loads(line)["query"] for line in lines), *OPERATORS]


def _address(client: Elasticsearch) -> str:
    """Return where the client asks."""
    return next(iter(client.transport.node_pool.all())).base_url


@contextmanager
def _index(count: int, address: str) -> Iterator[Store]:
    if address:
        with Elasticsearch(address, request_timeout=120) as client:
            yield Store(client, lambda: 0.0)
        return
    with running.elasticsearch(quick=False) as engine, Elasticsearch(engine.address, request_timeout=120) as client:
        index.ensure(client)
        fill(client, engine.address, count)
        yield Store(client, partial(threads_s, family(engine.pid)))


def fill(client: Elasticsearch, address: str, count: int) -> None:
    """Index so many articles, and wait until the index has come to rest."""
    values, done = tagged.values(count), 0
    while some := list(islice(values, CHUNK)):
        bodies = documents(some)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda n: post(address, bodies[n::AT_ONCE]), range(AT_ONCE)))  # noqa: B023 - it is waited for
        done += len(some)
        print(f"indexed {done:,} of {count:,} articles", file=sys.stderr)
    client.indices.refresh(index=ALIAS)
    _settle(client)


def _settle(client: Elasticsearch) -> None:
    """Wait until nothing is merged any more: an index that is searched is not filled at full speed all day."""
    until = time.monotonic() + SETTLED_S
    while client.indices.stats(index=ALIAS, metric="merge")["_all"]["primaries"]["merges"]["current"]:
        if time.monotonic() > until:
            raise RuntimeError("Elasticsearch does not come to an end with its merges")
        time.sleep(1)


def main(arguments: list[str] | None = None) -> None:
    """Measure as told and print."""
    options = argparse.ArgumentParser(description="Measure what searches cost, beside a plain multi_match.")
    options.add_argument("--count", type=int, default=100_000, help="how many articles (100,000)")
    options.add_argument("--rounds", type=int, default=5, help="how often each is asked after the first time (5)")
    options.add_argument("--address", default="", help="an Elasticsearch that has the articles already")
    options.add_argument("--json", action="store_true", help="JSON instead of tables")
    options.add_argument("--write", action="store_true", help="write docs/performance-searching.md and its picture")
    asked = options.parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whoever ends it ends its engines
    result = measure(asked.count, asked.rounds, asked.address)
    print(msgspec.json.format(msgspec.json.encode(result)).decode() if asked.json else searching_page.tables(result))
    if asked.write:
        searching_page.write(result)


if __name__ == "__main__":
    main()

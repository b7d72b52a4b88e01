"""What polling 2,000 feeds costs, beside what most people would write first: ``python bench/ingestor.py``, ``make bench``.

feeds_documents.py ─▶ feeds_server.py ◀─ feeds_ours.py (the real ingestor, its SQLite, a real Kafka), feeds_peer.py
feeds_memory.py: a simulated day · parsing.py: reading alone ─▶ docs/performance-feeds.md and its picture (feeds_page.py)

The ingestor and its peer have one core, taking turns; server, Kafka and this process have the others.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.request import urlopen

if __name__ == "__main__":  # `python bench/ingestor.py` puts bench/ on the path, and not the folder that it is in
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import msgspec
from newsloom_ingestor import opml
from newsloom_ingestor.broker import Kafka
from newsloom_ingestor.canonical import canonical_url
from newsloom_ingestor.opml import Source
from newsloom_ingestor.settings import IngestorSettings
from newsloom_native import running
from newsloom_schemas.identity import article_id
from newsloom_schemas.topics import RAW
from newsloom_setup import topics

from bench import feeds_ours, feeds_page, parsing
from bench.feeds_documents import link, path, site
from bench.feeds_memory import Flat
from bench.feeds_page import Account, Result, Turn
from bench.feeds_peer import Cost
from bench.feeds_server import newest
from bench.page import machine

HERE: Final = Path(__file__).parent
HANGING: Final = 64
# What each round is, and how many sites hang in it.
ROUNDS: Final = (("all is new", 0), ("an hour later", 0), ("64 feeds hang", HANGING), ("they hang again", HANGING))


def measure(count: int, hours: int) -> Result:
    """Measure everything, one thing after the other."""
    core = _cores()
    with _sites(count) as port, running.kafka() as broker, tempfile.TemporaryDirectory() as folder:
        topics.ensure(broker.address)
        turns, account = _ours(Path(folder), port, count, broker, core)
        peer = msgspec.json.decode(_run("feeds_peer.py", port, count, _fetchers(), HANGING, *_core(core)), type=list[Cost])
    return Result(
        machine=machine(),
        feeds=count,
        fetchers=_fetchers(),
        turns=turns,
        peer=peer,
        account=account,
        parsing=parsing.measure(5),
        memory=msgspec.json.decode(_run("feeds_memory.py", "--feeds", count, "--hours", hours), type=Flat) if hours else None,
    )


def _ours(folder: Path, port: int, count: int, broker: running.Running, core: int | None) -> tuple[list[Turn], Account]:
    """The ingestor's rounds; its state and the topic live on from one to the next."""
    listed = folder / "feeds.opml"
    addresses = {f"http://{site(n).host}:{port}{path(n)}": n for n in range(count)}
    listed.write_bytes(opml.write([Source(url, f"Site {n}", "bench") for url, n in addresses.items()]))
    ingestor = feeds_ours.Ingestor(folder, broker.address, listed, core)
    turns, expected = list[Turn](), set[str]()
    for number, (name, hanging) in enumerate(ROUNDS, start=1):
        _control(port, "hang", hanging)
        _control(port, "round", number)
        kafka = feeds_ours.cpu_s(broker.pid)
        found, answered = ingestor.round(count)
        turns.append(Turn(name=name, ours=found, kafka_cpu_s=feeds_ours.cpu_s(broker.pid) - kafka))
        expected |= {i for url in answered for i in _listed(addresses[url], number)}
        ingestor.all_due()
    return turns, _account(broker.address, expected)


def _listed(number: int, polls: int) -> Iterator[str]:
    """Ids of the articles that a site's document lists in a round."""
    found = site(number)
    last = newest(found, polls)
    return (article_id(canonical_url(link(found, n))) for n in range(last - found.entries + 1, last + 1))


def _account(address: str, expected: set[str]) -> Account:
    """Hold what the sites listed against what is on the topic."""
    kafka = Kafka(address, lambda reason, pause: None)  # noqa: ARG005 - it is there
    told = Counter(key for topic, key in kafka.keys({}) if topic == RAW)
    kafka.close()
    return Account(
        listed=len(expected),
        told=len(told),
        lost=len(expected - told.keys()),
        doubled=sum(n > 1 for n in told.values()),
        invented=len(told.keys() - expected),
    )


@contextmanager
def _sites(count: int) -> Iterator[int]:
    """Start the server and yield its port."""
    command = [sys.executable, str(HERE / "feeds_server.py"), str(count)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        assert process.stdout  # noqa: S101 - it was asked for
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()


def _control(port: int, verb: str, value: int) -> None:
    urlopen(f"http://127.0.0.1:{port}/control/{verb}/{value}", timeout=10).close()


def _run(script: str, *arguments: object) -> bytes:
    return subprocess.run([sys.executable, HERE / script, *map(str, arguments)], check=True, stdout=subprocess.PIPE).stdout


def _cores() -> int | None:
    """Leave one core to what is measured, and say which; None where the system or the machine has no way to."""
    allowed = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
    if len(allowed) < 2:
        return None
    os.sched_setaffinity(0, allowed - {max(allowed)})
    return max(allowed)


def _core(core: int | None) -> tuple[int, ...]:
    return () if core is None else (core,)


def _fetchers() -> int:
    return IngestorSettings().fetchers


def main(arguments: list[str] | None = None) -> None:
    """Measure as told and print."""
    options = argparse.ArgumentParser(description="Measure what polling costs, beside a plain loop of requests and feedparser.")
    options.add_argument("--feeds", type=int, default=2_000, help="how many feeds (2,000)")
    options.add_argument("--hours", type=int, default=24, help="simulated hours over which memory is watched (24), 0 for none")
    options.add_argument("--json", action="store_true", help="JSON instead of tables")
    options.add_argument("--write", action="store_true", help="write docs/performance-feeds.md and its picture")
    asked = options.parse_args(arguments)
    result = measure(asked.feeds, asked.hours)
    print(msgspec.json.format(msgspec.json.encode(result)).decode() if asked.json else feeds_page.tables(result))
    if asked.write:
        feeds_page.write(result)


if __name__ == "__main__":
    main()

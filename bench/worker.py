"""A real tagger process on a real broker → the memory that it takes, ordinary articles first and then huge ones."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from kafka.structs import TopicPartition
from newsloom_common import kafka as clients
from newsloom_native import running
from newsloom_schemas import codec
from newsloom_schemas.topics import RAW, TAGGED
from newsloom_schemas.types import RawArticle
from newsloom_setup import topics

from bench.articles import Article, articles
from bench.page import Worker

HUGE: Final = 20  # articles
HUGE_SIZE: Final = 1_000_000  # bytes of each, about
BATCH: Final = 500
PATIENCE: Final = 600.0  # seconds for all articles


def measure(count: int) -> Worker:
    """Start a broker and a tagger, send so many articles of 6 kB and then 20 of 1 MB, and say how much memory it took."""
    with running.kafka() as broker:
        topics.ensure(broker.address)
        with _tagger(broker.address) as process:
            first = 0
            for batch in _ordinary(count):
                _send(broker.address, batch, first)
                first += len(batch)
            _wait(broker.address, process, count)
            ordinary = _peak(process.pid)
            _send(broker.address, _huge(), count)
            _wait(broker.address, process, count + HUGE)
            return Worker(articles=count, peak=ordinary, huge=HUGE, peak_huge=_peak(process.pid))


def _ordinary(count: int) -> Iterator[list[Article]]:
    for seed, first in enumerate(range(0, count, BATCH)):
        yield articles(min(BATCH, count - first), 2_000_000 + seed)


def _huge() -> list[Article]:
    """Return articles as long as a book, of ordinary ones in a row."""
    some = [articles(2 * HUGE_SIZE // 6_000, 3_000_000 + n)[n % 2 :: 2] for n in range(HUGE)]
    return [Article(parts[0].title, "\n\n".join(p.content for p in parts)) for parts in some]


def _send(bootstrap: str, batch: Sequence[Article], first: int) -> None:
    now = datetime.now(UTC)
    raw = [
        RawArticle(id=f"bench-{first + n}", origin="push", title=a.title, content=a.content, fetched_at=now)
        for n, a in enumerate(batch)
    ]
    producer = clients.producer(bootstrap, "bench", max_request_size=20 * 1024 * 1024)
    try:
        refused = clients.publish(producer, [codec.message(RAW, a, source="bench", now=now) for a in raw])
    finally:
        producer.close()
    if any(refused):
        raise RuntimeError(f"Kafka refused articles: {next(filter(None, refused))}")


@contextmanager
def _tagger(bootstrap: str) -> Iterator["subprocess.Popen[bytes]"]:
    own = {k: v for k, v in os.environ.items() if not k.startswith("NEWSLOOM_")}
    environment = {**own, "NEWSLOOM_KAFKA": bootstrap, "NEWSLOOM_ENV_FILE": os.devnull}
    command = [sys.executable, "-m", "newsloom_tagger"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(30)
        process.kill()
        process.wait()


def _wait(bootstrap: str, process: "subprocess.Popen[bytes]", count: int) -> None:
    """Wait until so many articles are tagged."""
    until = time.monotonic() + PATIENCE
    while (done := _tagged(bootstrap)) < count:
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"the tagger tagged {done} of {count} articles; exit code {process.returncode}")
        time.sleep(0.5)


def _tagged(bootstrap: str) -> int:
    consumer = clients.consumer(bootstrap, group=None, client_id="bench")
    try:
        ends = consumer.end_offsets([TopicPartition(TAGGED, p) for p in consumer.partitions_for_topic(TAGGED) or ()])
        return sum(ends.values())
    finally:
        consumer.close()


def _peak(pid: int) -> float:
    """Return the most megabytes that a process ever had in memory, as Linux counts them."""
    lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) * 1024 / 1e6

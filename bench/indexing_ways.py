"""Three ways to bring the same documents into Elasticsearch → what each cost.

A consumer is measured between the commit of its first batch and that of its last: starting, and joining the group, are not
indexing. Its log says what it has committed.
"""

import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from elasticsearch import Elasticsearch
from kafka.errors import KafkaError
from msgspec import Struct
from newsloom_common import kafka as clients
from newsloom_indexer import bulk
from newsloom_indexer.__main__ import NAME
from newsloom_indexer.document import Document, prepare
from newsloom_indexer.settings import IndexerSettings
from newsloom_indexer.store import NDJSON
from newsloom_native.running import Running
from newsloom_schemas.dead import Origin
from newsloom_schemas.index import ALIAS, VERSIONS
from newsloom_schemas.topics import TAGGED
from newsloom_setup import index

from bench.feeds_ours import children, cpu_s
from bench.recombined import NOW

AT_ONCE: Final = (1, 2, 3, 4)  # bulk requests
OURS: Final = b'"event": "batch"'
THEIRS: Final = b"committed "
PATIENCE: Final = 900.0  # seconds for a turn
LOOK_S: Final = 0.02
NONE_LEFT_S: Final = 30.0  # for a group to be rid of its member


class Turn(Struct, frozen=True, kw_only=True):
    """Documents a second by the clock; milliseconds of the processor a document, of each process."""

    a_second: float
    client_ms: float
    elasticsearch_ms: float
    kafka_ms: float

    @property
    def cpu_ms(self) -> float:
        """All of them together: what limits a machine that has nothing else to do."""
        return self.client_ms + self.elasticsearch_ms + self.kafka_ms


@dataclass(frozen=True)
class Engines:
    """What all ways work with."""

    kafka: Running
    elasticsearch: Running
    client: Elasticsearch


@dataclass(frozen=True)
class Task:
    """How many records there are, what both consumers are told, and which round it is."""

    count: int
    told: Mapping[str, int]
    number: int


class _Clock:
    """Processor seconds of a client and of both engines, and the clock's, since it was made."""

    def __init__(self, engines: Engines, client: Callable[[], float]) -> None:
        self._engines, self._client = engines, client
        self._began = self._look()

    def _look(self) -> tuple[float, ...]:
        engines = self._engines
        return time.monotonic(), self._client(), children(engines.elasticsearch.pid), cpu_s(engines.kafka.pid)

    def turn(self, documents: int) -> Turn:
        """Return what so many documents cost."""
        wall, *cpu = (now - then for now, then in zip(self._look(), self._began, strict=True))
        client, elasticsearch, kafka = (1000 * seconds / documents for seconds in cpu)
        return Turn(a_second=documents / wall, client_ms=client, elasticsearch_ms=elasticsearch, kafka_ms=kafka)


def ours(engines: Engines, task: Task) -> Turn:
    """Index the topic with our indexer, as it runs."""
    _fresh(engines)
    own = {k: v for k, v in os.environ.items() if not k.startswith("NEWSLOOM_")}
    given = {
        "kafka": engines.kafka.address,
        "elasticsearch": engines.elasticsearch.address,
        "env_file": os.devnull,
        **task.told,
    }
    settings = {f"NEWSLOOM_{name.upper()}": str(value) for name, value in given.items()}
    turn = _consumer(engines, task.count, [sys.executable, "-m", "newsloom_indexer"], {**own, **settings})
    _forget(engines.kafka.address)
    return turn


def go(engines: Engines, task: Task, program: Path) -> Turn:
    """Index the topic with the Go program, as a group of its own."""
    _fresh(engines)
    given = {"kafka": engines.kafka.address, "elasticsearch": engines.elasticsearch.address, "group": f"go-{task.number}",
             "expect": task.count, **task.told}  # fmt: skip
    command = [str(program), *(f"-{name}={value}" for name, value in given.items())]
    return _consumer(engines, task.count, command, dict(os.environ))


def bare(engines: Engines, bodies: Sequence[bytes], at_once: int) -> Turn:
    """Send bodies that are ready in memory: all that Elasticsearch takes, so many requests at once."""
    _fresh(engines)
    documents = sum(body.count(b"\n") // 2 for body in bodies)
    clock = _Clock(engines, lambda: cpu_s(os.getpid()))
    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(lambda n: post(engines.elasticsearch.address, bodies[n::at_once]), range(at_once)))
    turn = clock.turn(documents)
    _all_there(engines, documents)
    return turn


def documents(values: Sequence[bytes]) -> list[bytes]:
    """Return the bodies of the bulk requests in which the indexer would send these records."""
    settings = IndexerSettings()
    made = [prepare(Origin(TAGGED, 0, n, b"", value, ()), NOW) for n, value in enumerate(values)]
    ready = [d for d in made if isinstance(d, Document)]
    (lane,) = bulk.lanes(ready, 1, settings.bulk_bytes, settings.bulk_documents)
    return [bulk.body(ready[n] for n in places) for places in lane]


def _fresh(engines: Engines) -> None:
    for name in engines.client.indices.get(index=VERSIONS):
        engines.client.indices.delete(index=name)
    index.ensure(engines.client)


def _all_there(engines: Engines, count: int) -> None:
    """Fail where documents are missing: a way that is quick because it loses some is none."""
    engines.client.indices.refresh(index=ALIAS)
    found = engines.client.count(index=ALIAS)["count"]
    if found != count:
        raise RuntimeError(f"{found} of {count} documents are in the index")


def _consumer(engines: Engines, count: int, command: list[str], environment: dict[str, str]) -> Turn:
    with tempfile.NamedTemporaryFile(suffix=".log") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            batches = _committed(Path(log.name), process, count)
            first = next(batches)
            clock = _Clock(engines, lambda: cpu_s(process.pid))
            rest = sum(batches)
            turn = clock.turn(rest)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)
    _all_there(engines, first + rest)
    return turn


def _committed(log: Path, process: "subprocess.Popen[bytes]", count: int) -> Iterator[int]:
    """Yield how many records each batch had, as soon as the log says that it is committed."""
    until, rest = time.monotonic() + PATIENCE, b""
    with log.open("rb") as lines:
        while count > 0:
            *whole, rest = (rest + lines.read()).split(b"\n")
            for records in _records(whole):
                count -= records
                yield records
            if count > 0 and (process.poll() is not None or time.monotonic() > until):
                raise RuntimeError(f"{count} records are missing; exit code {process.returncode}; {log.read_bytes()[-2000:]!r}")
            time.sleep(LOOK_S)


def _records(lines: Sequence[bytes]) -> Iterator[int]:
    for line in lines:
        if OURS in line:
            yield json.loads(line)["records"]
        elif THEIRS in line:
            yield int(line.rpartition(b" ")[2])


def post(address: str, bodies: Sequence[bytes]) -> None:
    """Send bulk requests one after the other. Raises RuntimeError where a document is refused."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc)
    for body in bodies:
        connection.request("POST", f"/{ALIAS}/_bulk?filter_path=errors", body, NDJSON)
        if json.loads(connection.getresponse().read())["errors"]:
            raise RuntimeError("Elasticsearch refused documents")
    connection.close()


def _forget(bootstrap: str) -> None:
    """Delete the indexer's group, so that it begins at the beginning again."""
    admin = clients.admin(bootstrap, "bench")
    until = time.monotonic() + NONE_LEFT_S
    try:
        while True:
            try:
                admin.delete_groups([NAME])
            except KafkaError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.5)
            else:
                return
    finally:
        admin.close()

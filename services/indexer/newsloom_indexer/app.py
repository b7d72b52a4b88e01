"""The shell: consume, prepare, write, put the dead aside, commit. It decides nothing."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from kafka import KafkaProducer
from newsloom_common import kafka, tracing
from newsloom_common.guard import Guard
from newsloom_common.patience import Patience, StoppedError
from newsloom_schemas.codec import header
from newsloom_schemas.dead import Origin
from newsloom_schemas.topics import TAGGED

from newsloom_indexer import batch, bulk
from newsloom_indexer.batch import Settled
from newsloom_indexer.bulk import Verdict
from newsloom_indexer.document import Document, prepare
from newsloom_indexer.metrics import ARTICLES, tell_lag
from newsloom_indexer.retention import Retention
from newsloom_indexer.settings import IndexerSettings
from newsloom_indexer.source import AbandonedError, Source
from newsloom_indexer.store import ElasticsearchStore
from newsloom_indexer.telling import Teller
from newsloom_indexer.writing import Run, write

POLL_MS: Final = 500  # how long a stop has to wait for us when nothing comes
PROBE_SECONDS: Final = 10.0  # how often to see, when nothing comes, whether both stores are there
AGAIN_SECONDS: Final = 1.0  # and how often where one was not


class UndeliverableError(Exception):
    """A dead letter was refused by Kafka: nothing may be committed past it."""


@dataclass
class Indexer:
    """The loop and what it works with; ``run_lanes`` is as in ``writing.write``."""

    settings: IndexerSettings
    source: Source
    store: ElasticsearchStore
    dead: KafkaProducer
    patience: Patience
    retention: Retention
    log: Any
    run_lanes: Run = map
    _probe_at: float = 0.0

    def __post_init__(self) -> None:
        self._guard = Guard(self.settings.dead_ratio, self.settings.dead_window)
        self._teller = Teller()

    def run(self) -> None:
        """Turn until stopped; the batch in hand is finished and committed, unless a store is down."""
        try:
            while not self.patience.stop.is_set():
                self._turn()
        except StoppedError as stopped:
            self.log.info("stopped while waiting", waited_for=str(stopped))

    def _turn(self) -> None:
        origins = self.source.poll(POLL_MS, self.settings.batch_documents)
        self.patience.beat()
        if not origins:
            self._probe()
            self._retire(idle=True)
            return
        started = time.monotonic()
        try:
            ends = self._index(origins)
        except AbandonedError as error:
            self.log.info("batch abandoned, to be read again from its last commit", records=len(origins), reason=str(error))
            return
        self._note(ends, time.monotonic() - started)
        self._retire(idle=False)

    def _index(self, origins: Sequence[Origin]) -> list[Settled]:
        now = datetime.now(UTC)
        oldest = self.retention.oldest(now)
        prepared = [prepare(o, now, oldest) for o in origins]
        ends = batch.settled(prepared, self._write([p for p in prepared if isinstance(p, Document)]))
        self._guard.check(batch.deaths(ends))
        self._bury(ends)
        self.patience.with_kafka(self.settings.kafka, lambda: self._commit(ends))
        return ends

    def _write(self, documents: list[Document]) -> list[Verdict]:
        told = self._teller.tell(documents, self.store, self._wait)
        verdicts = write(told, self.store, self._wait, self._lanes, self.run_lanes)
        self._teller.remember(told, verdicts)
        return verdicts

    def _lanes(self, documents: Sequence[Document]) -> list[list[list[int]]]:
        given = self.settings
        return bulk.lanes(documents, given.bulk_at_once, given.bulk_bytes, given.bulk_documents)

    def _wait(self, reason: str, attempt: int) -> None:
        self.patience.wait(self._sentence(reason), attempt, self.source.keep)

    def _bury(self, ends: Sequence[Settled]) -> None:
        errors = kafka.publish(self.dead, batch.letters(ends, datetime.now(UTC)), self.patience.check)
        if refused := next((e for e in errors if e), None):
            raise UndeliverableError(f"news.dead does not take a dead letter: {refused}")

    def _commit(self, ends: Sequence[Settled]) -> None:
        before = self.source.before({batch.partition(end) for end in ends})
        self.source.commit(batch.progress(ends, before))

    def _note(self, ends: Sequence[Settled], seconds: float) -> None:
        outcomes = Counter(str(end.outcome) for end in ends)
        for outcome, n in outcomes.items():
            ARTICLES.labels(outcome).inc(n)
        lag = self.source.lag()
        tell_lag(lag)
        self.patience.expect("")
        traces = [header(end.origin.headers, "traceparent") or "" for end in ends]
        tracing.batch("index", seconds, traces, outcomes=outcomes)
        self.log.info(
            "batch",
            topic=TAGGED,
            records=len(ends),
            **outcomes,
            lag=sum(lag.values()),
            seconds=round(seconds, 3),
            traces=tracing.ids(traces),
        )

    def _probe(self) -> None:
        """Where nothing comes, see now and then whether both stores are there, so that /readyz tells the truth."""
        if time.monotonic() >= self._probe_at:
            problem = self._problem()
            self.patience.expect(problem)
            self._probe_at = time.monotonic() + (AGAIN_SECONDS if problem else PROBE_SECONDS)

    def _problem(self) -> str:
        if problem := self.source.problem():
            return f"waiting for Kafka at {self.settings.kafka}: {problem}"
        tell_lag(self.source.lag())
        problem = bulk.problem(self.store.there())
        return self._sentence(problem) if problem else ""

    def _retire(self, *, idle: bool) -> None:
        if self.source.leads():
            self.retention.turn(datetime.now(UTC), idle=idle)

    def _sentence(self, reason: str) -> str:
        return f"waiting for Elasticsearch at {self.settings.elasticsearch}: {reason}"

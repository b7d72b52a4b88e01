"""The shell: see which searches there are and what was told, take articles, decide, publish, commit. It decides nothing."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from kafka import KafkaProducer
from kafka.structs import OffsetAndMetadata
from newsloom_common import kafka, tracing
from newsloom_common.guard import Guard
from newsloom_common.membership import AbandonedError, Membership
from newsloom_common.patience import Patience, StoppedError
from newsloom_schemas.alerts import Alert
from newsloom_schemas.codec import InvalidMessageError, decode, header
from newsloom_schemas.topics import TAGGED

from newsloom_notifier import batch
from newsloom_notifier.batch import Settled
from newsloom_notifier.decide import WINDOW
from newsloom_notifier.follow import Followed
from newsloom_notifier.memory import Memory
from newsloom_notifier.metrics import ALERTS_TOLD, ARTICLES, MATCH_SECONDS, tell_lag, tell_searches
from newsloom_notifier.searches import Searches
from newsloom_notifier.settings import NotifierSettings

POLL_MS: Final = 500  # how long a stop, or a new search, has to wait for us when nothing comes
PROBE_SECONDS: Final = 10.0  # how often to see, when nothing comes, whether Kafka is there
AGAIN_SECONDS: Final = 1.0  # and how often where it was not


class UndeliverableError(Exception):
    """An alert was refused by Kafka: nothing may be committed past it."""


@dataclass
class Notifier:
    """The loop and what it works with."""

    settings: NotifierSettings
    articles: Membership
    saved: Followed
    told: Followed
    out: KafkaProducer
    patience: Patience
    log: Any
    searches: Searches = field(default_factory=Searches)
    memory: Memory = field(default_factory=Memory)
    _probe_at: float = 0.0

    def __post_init__(self) -> None:
        self._guard = Guard(self.settings.dead_ratio, self.settings.dead_window, "cannot be read")

    def run(self) -> None:
        """Turn until stopped; the batch in hand is finished and committed, unless Kafka is down."""
        try:
            since = datetime.now(UTC) - WINDOW
            self._with_kafka(self.saved.begin)
            self._with_kafka(lambda: self.told.begin(int(since.timestamp() * 1000)))
            while not self.patience.stop.is_set():
                self._turn()
        except StoppedError as stopped:
            self.log.info("stopped while waiting", waited_for=str(stopped))

    def _turn(self) -> None:
        records = self.articles.records(POLL_MS, self.settings.batch_articles)
        self.patience.beat()
        if not records:
            self._rest()
            return
        started = time.monotonic()
        try:
            ends = self._handle(records)
        except AbandonedError as error:
            self.log.info("batch abandoned, to be read again from its last commit", records=len(records), reason=str(error))
            return
        self._note(ends, time.monotonic() - started)

    def _handle(self, records: Sequence[Any]) -> list[Settled]:
        self._with_kafka(self._catch_up)
        self.articles.keep(0)  # to catch up may have taken long: by now the articles may be another member's
        with MATCH_SECONDS.time():
            ends = batch.settled(records, self.searches, self.memory, datetime.now(UTC))
        self._guard.check((end.outcome == "unreadable", end.error) for end in ends)
        self._publish(ends)
        commits = {p: OffsetAndMetadata(offset, "") for p, offset in batch.offsets(ends).items()}
        self._with_kafka(lambda: self.articles.commit_all(commits))
        return ends

    def _catch_up(self) -> None:
        """Take in the searches and the alerts that there are by now: whoever saved a search before an article came gets it."""
        for record in self.saved.new():
            self.searches.add(record.key, record.value)
        for bad in self.searches.settle():
            self.log.warning("a saved search cannot be asked", search=bad.name, reason=bad.reason)
        for record in self.told.new():
            try:
                self.memory.note(decode(Alert, record.value))
            except InvalidMessageError as error:
                self.log.warning("an alert cannot be read", offset=record.offset, reason=str(error))
        tell_searches(self.searches.counts())

    def _publish(self, ends: Sequence[Settled]) -> None:
        messages = [message for end in ends for message in end.messages]
        errors = kafka.publish(self.out, messages, self.patience.check)
        if refused := next((e for e in errors if e), None):
            raise UndeliverableError(f"news.alerts does not take an alert: {refused}")
        ALERTS_TOLD.inc(len(messages))

    def _note(self, ends: Sequence[Settled], seconds: float) -> None:
        outcomes = Counter(str(end.outcome) for end in ends)
        for outcome, n in outcomes.items():
            ARTICLES.labels(outcome).inc(n)
        lag = self.articles.lag()
        tell_lag(lag)
        self.patience.expect("")
        traces = [header(end.record.headers, "traceparent") or "" for end in ends]
        tracing.batch("match", seconds, traces, outcomes=outcomes)
        self.log.info(
            "batch",
            topic=TAGGED,
            records=len(ends),
            **outcomes,
            searches=self.searches.counts()["on"],
            alerts=sum(len(end.messages) for end in ends),
            lag=sum(lag.values()),
            seconds=round(seconds, 3),
            traces=tracing.ids(traces),
        )

    def _rest(self) -> None:
        """Where nothing comes, take in new searches, and see now and then whether Kafka is there, for /readyz."""
        self._with_kafka(self._catch_up)
        if time.monotonic() >= self._probe_at:
            problem = self.articles.problem()
            if not problem:
                tell_lag(self.articles.lag())
            self.patience.expect(f"waiting for Kafka at {self.settings.kafka}: {problem}" if problem else "")
            self._probe_at = time.monotonic() + (AGAIN_SECONDS if problem else PROBE_SECONDS)

    def _with_kafka(self, action: Any) -> None:
        self.patience.with_kafka(self.settings.kafka, action)

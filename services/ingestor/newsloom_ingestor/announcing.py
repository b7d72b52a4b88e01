"""How feeds stand → news.feeds, beside the work: nothing waits for it, and of each feed only the newest counts."""

import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Final

from kafka import KafkaProducer
from kafka.errors import KafkaError
from newsloom_common import kafka
from newsloom_schemas.codec import Message
from structlog.stdlib import BoundLogger

from newsloom_ingestor.broker import ANSWER_MS, NAME

BREATH_S: Final = 1.0  # between two batches
LAST_S: Final = 2.0  # for the last batch, when the service ends
Key = bytes | None


class Announcer:
    """A thread that sends what was ``put``, once a second; what Kafka did not take is sent again, unless it is outdated."""

    def __init__(self, bootstrap: str, log: BoundLogger) -> None:
        self._bootstrap, self._log = bootstrap, log
        self._newest: dict[Key, Message] = {}
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._producer: KafkaProducer | None = None
        self._well = True
        self._thread = threading.Thread(target=self._run, name="announcer", daemon=True)
        self._thread.start()

    def put(self, message: Message) -> None:
        """Send this with the next batch, in the place of an older record of its key."""
        with self._lock:
            self._newest[message.key] = message

    def close(self) -> None:
        """Send what is left and end; give up after LAST_S seconds."""
        self._closed.set()
        self._thread.join(LAST_S)

    def _run(self) -> None:
        while not self._closed.wait(BREATH_S):
            self._batch()
        self._batch()
        self._let_go()

    def _batch(self) -> None:
        with self._lock:
            batch, self._newest = self._newest, {}
        lost = self._send(batch) if batch else {}
        with self._lock:
            self._newest = {**lost, **self._newest}

    def _send(self, batch: Mapping[Key, Message]) -> dict[Key, Message]:
        """Send all; return those that were not acknowledged. After an error the producer is made anew."""
        try:
            outcomes: Sequence[KafkaError | None] = kafka.publish(self._connected(batch.values()), batch.values())
        except KafkaError as error:
            outcomes = [error] * len(batch)
        errors = [e for e in outcomes if e is not None]
        self._tell(errors)
        if errors:
            self._let_go()
        return {key: message for (key, message), error in zip(batch.items(), outcomes, strict=True) if error is not None}

    def _tell(self, errors: Sequence[KafkaError]) -> None:
        """Say once that it does not work."""
        if errors and self._well:
            self._log.warning("how feeds stand cannot be told for now", reason=str(errors[0]), records=len(errors))
        self._well = not errors

    def _connected(self, messages: Iterable[Message]) -> KafkaProducer:
        if self._producer is None:
            # A record counts as lost when its time is up: by then a newer one may wait.
            self._producer = kafka.producer(
                self._bootstrap, f"{NAME}-feeds", bootstrap_timeout_ms=ANSWER_MS, max_block_ms=ANSWER_MS,
                request_timeout_ms=10_000, delivery_timeout_ms=20_000,
            )  # fmt: skip
        for topic in {m.topic for m in messages}:
            self._producer.partitions_for(topic)
        return self._producer

    def _let_go(self) -> None:
        if self._producer is not None:
            with suppress(KafkaError):  # it says what was not acknowledged, and that is known
                self._producer.close(timeout=0)
            self._producer = None

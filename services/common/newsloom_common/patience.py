"""Waiting for a store that is down: said aloud, shown by /readyz, ended by a stop."""

import random
import threading
import time
from collections.abc import Callable
from typing import Any, Final, TypeVar

from kafka.errors import KafkaError

from newsloom_common import kafka, twins
from newsloom_common.backoff import delay
from newsloom_common.health import Health

T = TypeVar("T")
STEP: Final = 0.5  # seconds between looks at whether to stop


class StoppedError(Exception):
    """Somebody asked us to stop while we waited."""


class Patience:
    """What is waited for, and the wish to stop."""

    def __init__(self, health: Health, log: Any) -> None:
        self.stop = threading.Event()
        self.health = health
        self._log = log
        self._waits_for = ""

    def beat(self) -> None:
        """Note a turn of the loop."""
        self.health.beat(self._waits_for)

    def check(self) -> None:
        """Note that we still wait; raise StoppedError where that should end."""
        self.beat()
        if self.stop.is_set():
            raise StoppedError(self._waits_for)

    def expect(self, sentence: str) -> None:
        """Note what is waited for, "" when all is well."""
        self._waits_for = sentence
        self.beat()

    def wait(self, sentence: str, attempt: int, rest: Callable[[float], object]) -> None:
        """Wait a little longer at each attempt, in steps of ``rest(seconds)``. Raises StoppedError and what ``rest`` does."""
        self.expect(sentence)
        seconds = delay(attempt, random.random())  # noqa: S311 - jitter is no secret
        self._log.warning(sentence, attempt=attempt + 1, seconds=round(seconds, 1))
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.check()
            rest(min(left, STEP))

    def stand_aside(self, service: str, group: str, bootstrap: str, instance: str) -> int:
        """Do nothing, ready for nothing, until nobody else has our name. Return 1: a restart helps then; or 0 when stopped."""
        name = kafka.member(instance) or ""
        sentence = twins.sentence(service, name)
        self._log.error("stands aside", reason=sentence)
        self.expect(sentence)
        try:
            while twins.still(lambda: twins.taken(bootstrap, group, name)):
                for _ in range(int(twins.LOOK_S / STEP)):
                    self.check()
                    self.stop.wait(STEP)
        except StoppedError:
            return 0
        self._log.info("the name is free, so all begins anew")
        return 1

    def with_kafka(self, where: str, action: Callable[[], T]) -> T:
        """Return what ``action`` returns, once Kafka answers. Raises KafkaError where trying again is no use."""
        attempt = 0
        while True:
            try:
                return action()
            except KafkaError as error:
                if not error.retriable:
                    raise
                self.wait(f"waiting for Kafka at {where}: {error}", attempt, self.stop.wait)
            attempt += 1

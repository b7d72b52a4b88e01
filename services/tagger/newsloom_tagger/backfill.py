"""news.backfill → the same topics as news.raw, while nothing live is in hand; docs/decisions/0012-archive.md says why so.

A plain consumer with a group of its own on the loop that Faust runs on. Its offsets move by hand, after everything that a batch
led to is on Kafka. Live news that comes in waits for the few older articles that are being settled at once, and no others.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError, KafkaTimeoutError
from newsloom_common.guard import TooManyDeadError
from newsloom_common.kafka import MAX_MESSAGE_BYTES, member
from newsloom_common.tracing import ids
from newsloom_schemas.topics import BACKFILL

from newsloom_tagger.announcing import Announcing
from newsloom_tagger.live import Live
from newsloom_tagger.settings import TaggerSettings
from newsloom_tagger.work import Work, at_once, origin, traces

GROUP: Final = "newsloom-tagger-backfill"
BATCH: Final = 64  # records: a kill repeats so many at most
POLL_MS: Final = 500
LOOK: Final = 0.02  # seconds between two looks whether live news is done
QUIET: Final = 120.0  # seconds without a record, after which the broker is asked whether there are none
PATIENCE: Final = 3.0  # seconds for the client to say good-bye
# While live news goes on for hours, nothing is asked for. That the process works is watched otherwise (running.py).
POLL_INTERVAL_MS: Final = 24 * 60 * 60 * 1000


class Backfill:
    """Works on news.backfill until ``stop()``; ``fail`` is told what must end the process. ``done`` counts records."""

    def __init__(self, settings: TaggerSettings, work: Work, live: Live, log: Any, fail: Callable[[Exception], None]) -> None:
        self.done = 0
        self._settings, self._work, self._live, self._log, self._fail = settings, work, live, log, fail
        self._stopping = False

    def stop(self) -> None:
        """End after the batch in hand."""
        self._stopping = True

    async def run(self) -> None:
        """Work; a client that lost its way is replaced, any other error is told and ends the work."""
        attempt = 0
        while not self._stopping:
            consumer = _consumer(self._settings, self._work.announced)
            try:
                await consumer.start()
                attempt = 0
                await self._consume(consumer)
            except KafkaError as error:
                if not (error.retriable or isinstance(error, KafkaTimeoutError)):  # which says that it cannot be retried
                    return self._fail(error)
                await self._work.wait(str(error) or type(error).__name__, attempt)
                attempt += 1
            except TooManyDeadError as error:
                self._log.error("news.backfill is left alone", reason=str(error))
                return None
            except Exception as error:  # noqa: BLE001 - told to whoever ends the process
                return self._fail(error)
            finally:
                with suppress(TimeoutError, KafkaError):
                    async with asyncio.timeout(PATIENCE):
                        await consumer.stop()
        return None

    async def _consume(self, consumer: AIOKafkaConsumer) -> None:
        heard = time.monotonic()
        while not self._stopping:
            records = await consumer.getmany(timeout_ms=POLL_MS, max_records=BATCH)
            if records:
                await self._batch(consumer, records)
                heard = time.monotonic()
            elif time.monotonic() - heard > QUIET:
                if await _stalled(consumer):
                    self._log.warning("news.backfill has records, and none has come: asked by a new client")
                    return
                heard = time.monotonic()

    async def _batch(self, consumer: AIOKafkaConsumer, records: Mapping[Any, Sequence[Any]]) -> None:
        started = time.monotonic()
        batch = [origin(r) for part in records.values() for r in part]
        outcomes = await self._work.do(batch, self._turn)
        try:
            await consumer.commit({tp: part[-1].offset + 1 for tp, part in records.items()})
        except (CommitFailedError, IllegalStateError) as error:  # whoever has the partitions now does these records again
            self._log.info("news.backfill is shared out anew", repeated_at_most=len(batch), reason=str(error))
        self.done += len(batch)
        lag, seconds, found = await _behind(consumer), round(time.monotonic() - started, 3), ids(traces(batch))
        self._log.info("batch", topic=BACKFILL, records=len(batch), **outcomes, lag=lag, seconds=seconds, traces=found)

    async def _turn(self) -> None:
        """Wait until nothing live is in hand."""
        await at_once()
        while self._live.waits() and not self._stopping:  # noqa: ASYNC110 - time passing is one of its ends
            await asyncio.sleep(LOOK)


def _consumer(settings: TaggerSettings, announced: str) -> AIOKafkaConsumer:
    """Return the consumer. It fetches little ahead: what waits here takes memory from live news."""
    return AIOKafkaConsumer(
        BACKFILL,
        bootstrap_servers=[host.strip() for host in settings.kafka.split(",")],
        group_id=GROUP,
        group_instance_id=member(settings.instance),
        partition_assignment_strategy=(Announcing(announced),),
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        session_timeout_ms=10_000,
        heartbeat_interval_ms=3_000,
        max_poll_interval_ms=POLL_INTERVAL_MS,
        max_partition_fetch_bytes=MAX_MESSAGE_BYTES // 8,  # a larger record comes all the same, alone
        fetch_max_bytes=MAX_MESSAGE_BYTES,
    )


async def _behind(consumer: AIOKafkaConsumer) -> int:
    """Return how many records of our partitions wait, as far as the client has heard."""
    ends = {tp: consumer.highwater(tp) or 0 for tp in consumer.assignment()}
    try:
        return sum([max(0, end - await consumer.position(tp)) for tp, end in ends.items()])
    except IllegalStateError:  # they went to another one just now
        return 0


async def _stalled(consumer: AIOKafkaConsumer) -> bool:
    """Whether there are records behind the place that the client has come to."""
    ends = await consumer.end_offsets(list(consumer.assignment()))
    return any([await consumer.position(tp) < end for tp, end in ends.items()])

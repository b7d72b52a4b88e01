"""python -m newsloom_indexer"""

import signal
import sys
from typing import Any, Final

from kafka.errors import KafkaError
from newsloom_common import elastic, health, kafka, logs, tracing, watch
from newsloom_common.guard import TooManyDeadError
from newsloom_common.patience import Patience, StoppedError
from newsloom_common.settings import load
from newsloom_schemas.topics import TAGGED

from newsloom_indexer.app import Indexer, UndeliverableError
from newsloom_indexer.bulk import RefusedError
from newsloom_indexer.settings import IndexerSettings
from newsloom_indexer.source import Source
from newsloom_indexer.store import ElasticsearchStore

NAME: Final = "newsloom-indexer"
STALLED_SECONDS: Final = 180.0  # a bulk request may take its full minute, and more than one may follow
BOOTSTRAP_MS: Final = 5000


def main() -> int:
    """Run until stopped; return 0, 1 where something must be put right first, 2 where a setting is wrong."""
    try:
        settings = load(IndexerSettings)
        log = logs.configure("indexer", settings.log_level)
        tracing.start("indexer")
        store = ElasticsearchStore(elastic.client(settings))
        patience = Patience(health.Health(STALLED_SECONDS), log)
        health.serve(patience.health, "indexer", settings.health_host, settings.health_port)
    except ValueError as error:
        print(f"newsloom-indexer: {error}", file=sys.stderr)
        return 2
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: patience.stop.set())
    watch.end_when_stuck(patience.health, log)
    try:
        _run(settings, store, patience, log)
    except StoppedError:
        return 0
    except (RefusedError, TooManyDeadError, UndeliverableError, KafkaError) as error:
        log.error("stopped", reason=str(error), kind=type(error).__name__)  # noqa: TRY400 - a sentence, not a traceback
        return 1
    return 0


def _run(settings: IndexerSettings, store: ElasticsearchStore, patience: Patience, log: Any) -> None:
    consumer = patience.with_kafka(settings.kafka, lambda: _consumer(settings))
    source = Source(consumer, TAGGED)
    try:
        dead = patience.with_kafka(settings.kafka, lambda: _dead_letters(settings))
        log.info("started", kafka=settings.kafka, elasticsearch=settings.elasticsearch)
        Indexer(settings, source, store, dead, patience, log).run()
    finally:
        source.close()


def _consumer(settings: IndexerSettings) -> Any:
    return kafka.consumer(
        settings.kafka,
        group=NAME,
        client_id=NAME,
        group_instance_id=kafka.member(settings.instance),
        bootstrap_timeout_ms=BOOTSTRAP_MS,
        max_poll_records=settings.bulk_documents,
    )


def _dead_letters(settings: IndexerSettings) -> Any:
    return kafka.producer(settings.kafka, NAME, max_request_size=kafka.UNPACKED_BYTES, bootstrap_timeout_ms=BOOTSTRAP_MS)


if __name__ == "__main__":
    sys.exit(main())

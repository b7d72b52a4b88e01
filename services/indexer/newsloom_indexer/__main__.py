"""python -m newsloom_indexer"""

import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Final

from kafka.errors import KafkaError
from newsloom_common import elastic, health, kafka, logs, tracing, watch
from newsloom_common.guard import TooManyDeadError
from newsloom_common.patience import Patience, StoppedError
from newsloom_common.settings import load
from newsloom_common.twins import TwinError
from newsloom_schemas.index import kept_for
from newsloom_schemas.topics import TAGGED

from newsloom_indexer import expiring
from newsloom_indexer.app import Indexer, UndeliverableError
from newsloom_indexer.bulk import RefusedError
from newsloom_indexer.retention import Retention
from newsloom_indexer.settings import IndexerSettings
from newsloom_indexer.source import Source
from newsloom_indexer.store import ElasticsearchStore

NAME: Final = "newsloom-indexer"
STALLED_SECONDS: Final = 180.0  # a bulk request may take its full minute, and more than one may follow
BOOTSTRAP_MS: Final = 5000
PAGE_S: Final = 20  # for each of the four requests that take a page of old articles out: all of them are within STALLED_SECONDS


def main() -> int:
    """Run until stopped; return 0, 1 where something must be put right first, 2 where a setting is wrong."""
    try:
        settings = load(IndexerSettings)
        log = logs.configure("indexer", settings.log_level)
        tracing.start("indexer")
        client = elastic.client(settings)
        retention = Retention(kept_for(settings.retention), partial(expiring.page, client.options(request_timeout=PAGE_S)), log)
        patience = Patience(health.Health(STALLED_SECONDS), log)
        asked = f"waiting for Elasticsearch at {settings.elasticsearch}"
        store = ElasticsearchStore(client, lambda: patience.health.asking(asked))
        health.serve(patience.health, "indexer", settings.health_host, settings.health_port)
    except ValueError as error:
        print(f"newsloom-indexer: {error}", file=sys.stderr)
        return 2
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: patience.stop.set())
    watch.end_when_stuck(patience.health, log)
    try:
        _run(settings, store, patience, retention, log)
    except StoppedError:
        return 0
    except TwinError:
        return patience.stand_aside("indexer", NAME, settings.kafka, settings.instance)
    except (RefusedError, TooManyDeadError, UndeliverableError, KafkaError) as error:
        log.error("stopped", reason=str(error), kind=type(error).__name__)  # noqa: TRY400 - a sentence, not a traceback
        return 1
    return 0


def _run(settings: IndexerSettings, store: ElasticsearchStore, patience: Patience, retention: Retention, log: Any) -> None:
    consumer = patience.with_kafka(settings.kafka, lambda: _consumer(settings))
    source = Source(consumer, TAGGED)
    try:
        dead = patience.with_kafka(settings.kafka, lambda: _dead_letters(settings))
        log.info("started", kafka=settings.kafka, elasticsearch=settings.elasticsearch)
        with ThreadPoolExecutor(settings.bulk_at_once, "bulk") as pool:
            Indexer(settings, source, store, dead, patience, retention, log, pool.map).run()
    finally:
        source.close()


def _consumer(settings: IndexerSettings) -> Any:
    return kafka.consumer(
        settings.kafka,
        group=NAME,
        client_id=NAME,
        group_instance_id=kafka.member(settings.instance),
        bootstrap_timeout_ms=BOOTSTRAP_MS,
        max_poll_records=settings.batch_documents,
    )


def _dead_letters(settings: IndexerSettings) -> Any:
    return kafka.producer(settings.kafka, NAME, max_request_size=kafka.UNPACKED_BYTES, bootstrap_timeout_ms=BOOTSTRAP_MS)


if __name__ == "__main__":
    sys.exit(main())

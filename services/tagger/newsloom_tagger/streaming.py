"""Faust, set up so that it loses nothing; docs/decisions/0006-faust.md says why each line is there."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import faust
from aiokafka import AIOKafkaProducer
from faust.transport.drivers.aiokafka import Producer
from newsloom_common.kafka import MAX_MESSAGE_BYTES, UNPACKED_BYTES, member
from newsloom_schemas.topics import RAW

from newsloom_tagger.settings import TaggerSettings

GROUP: Final = "newsloom-tagger"


class IdempotentProducer(Producer):  # type: ignore[misc]
    """Faust's producer, which retries for ever and writes once: without idempotence aiokafka gives a batch up after a while."""

    def _settings_extra(self) -> Mapping[str, Any]:
        return {"acks": "all", "enable_idempotence": True}

    async def renew(self) -> AIOKafkaProducer:
        """Go on with a new client, which numbers its records anew; return the old one, to be stopped."""
        new = self._new_producer()
        await new.start()
        old, self._producer = self._ensure_producer(), new
        return old


def stream_app(settings: TaggerSettings) -> faust.App:
    """Return the app. Topics come from set-up: Faust makes none and runs no web server."""
    app = faust.App(
        GROUP,
        broker=";".join(f"kafka://{host.strip()}" for host in settings.kafka.split(",")),
        datadir=Path(tempfile.gettempdir()) / GROUP,
        store="memory://",
        autodiscover=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        web_enabled=False,
        worker_redirect_stdouts=False,
        key_serializer="raw",
        value_serializer="raw",
        broker_session_timeout=10.0,
        broker_heartbeat_interval=3.0,
        broker_commit_interval=1.0,
        consumer_auto_offset_reset="earliest",
        consumer_group_instance_id=member(settings.instance),
        consumer_max_fetch_size=MAX_MESSAGE_BYTES,
        producer_acks=-1,
        producer_linger=0.02,
        producer_max_batch_size=256 * 1024,
        producer_compression_type="lz4",
        producer_max_request_size=UNPACKED_BYTES,
        stream_buffer_maxsize=settings.batch,
        stream_wait_empty=False,
    )
    app.transport.Producer = IdempotentProducer
    return app


def raw_topic(app: faust.App) -> Any:
    """Return news.raw as bytes: our own codec reads it, so that a record it cannot read is buried and not dropped."""
    return app.topic(RAW, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")

"""Kafka by kafka-python, with the defaults that lose nothing.

Its own defaults commit before the work is done, skip what was there before the consumer, and give up on a record after two
minutes; see docs/decisions/0003-delivery.md.
"""

import importlib.util
import socket
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any, Final, Protocol

from kafka import KafkaConsumer, KafkaProducer
from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError

MAX_MESSAGE_BYTES: Final = 8 * 1024 * 1024
# Clients measure a record before they compress it, the broker after. What came in compressed must be able to leave, if only to
# news.dead.
UNPACKED_BYTES: Final = 16 * MAX_MESSAGE_BYTES
GIVE_UP_MS: Final = 2**31 - 1  # a broker that is down means waiting; an outage of 24 days is the operator's decision

RECONNECT_MS: Final = 2_000  # between two tries at most: by default a broker that is back is not tried for up to half a minute


class Record(Protocol):
    """Anything that can be published: newsloom_schemas.codec.Message is one."""

    @property
    def topic(self) -> str: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> tuple[tuple[str, bytes | None], ...]: ...


def require_crc32c() -> None:
    """Raise RuntimeError where the crc32c extension is missing: kafka-python works without it, at fifteen times the CPU."""
    if importlib.util.find_spec("crc32c") is None:
        raise RuntimeError("the crc32c package is missing: install kafka-python[crc32c]")


def member(instance: str) -> str | None:
    """Return the name under which a member of a group is known for good, None for one that has none.

    "hostname" is the machine's or the container's name: each of several containers has one, and keeps it over its restarts.
    """
    return socket.gethostname() if instance == "hostname" else instance or None


def producer(bootstrap: str, client_id: str, **overrides: Any) -> KafkaProducer:
    """Return an idempotent producer whose acknowledgement means: on all in-sync replicas."""
    require_crc32c()
    options: Mapping[str, Any] = {
        "acks": "all",
        "enable_idempotence": True,
        "delivery_timeout_ms": GIVE_UP_MS,
        "linger_ms": 20,
        "batch_size": 256 * 1024,
        "compression_type": "lz4",
        "max_request_size": MAX_MESSAGE_BYTES,
        "reconnect_backoff_max_ms": RECONNECT_MS,
    }
    return KafkaProducer(bootstrap_servers=bootstrap, client_id=client_id, **{**options, **overrides})


def consumer(bootstrap: str, *topics: str, group: str | None, client_id: str, **overrides: Any) -> KafkaConsumer:
    """Return a consumer that starts at the beginning and commits only when told to."""
    require_crc32c()
    options: Mapping[str, Any] = {
        "enable_auto_commit": False,
        "auto_offset_reset": "earliest",
        "session_timeout_ms": 10_000,
        "heartbeat_interval_ms": 3_000,
        "max_partition_fetch_bytes": MAX_MESSAGE_BYTES,
        "fetch_max_bytes": 4 * MAX_MESSAGE_BYTES,
        "reconnect_backoff_max_ms": RECONNECT_MS,
    }
    return KafkaConsumer(*topics, bootstrap_servers=bootstrap, group_id=group, client_id=client_id, **{**options, **overrides})


def admin(bootstrap: str, client_id: str, **overrides: Any) -> KafkaAdminClient:
    """Return an admin client."""
    return KafkaAdminClient(bootstrap_servers=bootstrap, client_id=client_id, **overrides)


def publish(
    out: KafkaProducer, messages: Iterable[Record], waiting: Callable[[], None] | None = None
) -> list[KafkaError | None]:
    """Send the messages and wait until each is acknowledged; return each one's error, None where it was acknowledged.

    A record that is too large is an error of that record alone; the others are sent. ``waiting`` is called about once a second
    while acknowledgements are outstanding; what it raises ends the waiting and leaves open what became of the records.
    """
    pending = [_send(out, m) for m in messages]
    for future in pending:
        while not _settled(future, None if waiting is None else 1.0):
            (waiting or _nothing)()
    return [f if isinstance(f, KafkaError) else _outcome(f) for f in pending]


def _settled(future: Any, timeout: float | None) -> bool:
    """Wait for one record. Not by flush(): it fails where a batch was too large and is being sent again in halves."""
    if not isinstance(future, KafkaError):
        with suppress(KafkaError):
            future.get(timeout)
        return bool(future.is_done)
    return True


def _nothing() -> None:
    """Wait on."""


def _send(out: KafkaProducer, m: Record) -> Any:
    try:
        return out.send(m.topic, value=m.value, key=m.key, headers=list(m.headers))
    except KafkaError as error:
        return error


def _outcome(future: Any) -> KafkaError | None:
    try:
        future.get(timeout=0)
    except KafkaError as error:
        return error
    return None

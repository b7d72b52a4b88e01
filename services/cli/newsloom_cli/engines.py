"""Settings → connections; an engine that does not answer becomes one line that says which, where, and how to start it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from newsloom_common.settings import Settings, load

from newsloom_cli import lean
from newsloom_cli.errors import UnavailableError, WrongInputError

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

    from newsloom_cli.broker import Broker

PATIENCE_MS: Final = 5_000  # for a first answer: a person waits
START: Final = "start it with `make demo` or `docker compose up`"


def settings() -> Settings:
    """Return the settings. Libraries keep still: what they would log is said in one line, unless the level is debug."""
    from newsloom_common import logs

    found = load(Settings)
    try:
        logs.configure("cli", found.log_level)
    except ValueError as error:
        raise WrongInputError(f"NEWSLOOM_LOG_LEVEL={found.log_level!r}: {error}") from error
    if found.log_level.lower() != "debug":
        for library in ("kafka", "elastic_transport", "elasticsearch"):
            logging.getLogger(library).setLevel(logging.CRITICAL)
    return found


@contextmanager
def broker(given: Settings) -> Iterator["Broker"]:
    """Connect to Kafka. Raises UnavailableError, also for what goes wrong later."""
    from kafka.errors import KafkaError

    from newsloom_cli.broker import Broker

    connected = None
    try:
        connected = Broker(given.kafka, PATIENCE_MS)
        yield connected
    except KafkaError as error:
        reason = "" if connected is None else str(error)
        raise UnavailableError(_silent("Kafka", given.kafka, "NEWSLOOM_KAFKA", reason)) from error
    except ValueError as error:
        if connected is not None:
            raise
        raise WrongInputError(f"NEWSLOOM_KAFKA={given.kafka!r}: HOST:PORT is expected") from error
    finally:
        if connected is not None:
            connected.close()


@contextmanager
def store(given: Settings, **more: Any) -> Iterator["Elasticsearch"]:
    """Connect to Elasticsearch; its client is told ``more``. Raises UnavailableError, also for what goes wrong later."""
    lean.elasticsearch()
    from elasticsearch import ApiError, TransportError
    from newsloom_common import elastic

    try:
        client = elastic.client(given, request_timeout=30, **more)
    except ValueError as error:
        raise WrongInputError(f"NEWSLOOM_ELASTICSEARCH={given.elasticsearch!r}: {error}") from error
    try:
        yield client
    except (ApiError, TransportError) as error:
        raise UnavailableError(refused(given.elasticsearch, error)) from error
    finally:
        client.close()


def refused(address: str, error: Exception) -> str:
    """Return the sentence about an error of Elasticsearch's client."""
    status = getattr(error, "status_code", None)
    if status in {401, 403}:
        return f"Elasticsearch at {address} wants to know who asks: set NEWSLOOM_ELASTICSEARCH_API_KEY_FILE"
    if status == 404:
        return f"Elasticsearch at {address} has no articles yet: run the set-up step (`make up` or `docker compose up` do)"
    return _silent("Elasticsearch", address, "NEWSLOOM_ELASTICSEARCH", str(error) if status else "")


def _silent(engine: str, address: str, variable: str, reason: str) -> str:
    if reason:
        return f"{engine} at {address}: {reason}"
    return f"{engine} does not answer at {address}: {START}, or set {variable}"

"""Does an engine answer? Asked the way a client would, once, quickly."""

import logging
import socket
from urllib.parse import urlsplit

import httpx
from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError


def kafka_answers(address: str) -> bool:
    """Say whether the broker answers a metadata request with itself in it."""
    if not _listens(address):
        return False
    logging.getLogger("kafka").setLevel(logging.CRITICAL)  # a broker that is not there yet is no warning here
    try:
        client = KafkaAdminClient(bootstrap_servers=address, client_id="newsloom-native", request_timeout_ms=5_000)
    except (KafkaError, OSError, ValueError):
        return False
    try:
        return bool(client.describe_cluster()["brokers"])
    except (KafkaError, OSError):
        return False
    finally:
        client.close()


def elasticsearch_answers(address: str) -> bool:
    """Say whether the server has a master and all its primary shards."""
    if not _listens(urlsplit(address).netloc):
        return False
    try:
        answer = httpx.get(
            f"{address}/_cluster/health", params={"wait_for_status": "yellow", "timeout": "2s"}, timeout=5, trust_env=False
        )
    except httpx.HTTPError:
        return False
    return answer.status_code == httpx.codes.OK


def _listens(address: str) -> bool:
    host, port = address.rsplit(":", 1)
    with socket.socket() as s:
        s.settimeout(2)
        return s.connect_ex((host, int(port))) == 0

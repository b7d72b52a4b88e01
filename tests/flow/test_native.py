"""The engines themselves: they keep what they were given, through a kill -9 too, and never run as root."""

from pathlib import Path

import httpx
import pytest
from kafka import KafkaConsumer, KafkaProducer
from kafka.admin import KafkaAdminClient, NewTopic
from newsloom_native.running import Running

pytestmark = pytest.mark.engines
TOPIC = "native-survives"


def test_kafka_keeps_its_records_through_a_kill(broker: Running, kafka: str):
    admin = KafkaAdminClient(bootstrap_servers=kafka)
    admin.create_topics([NewTopic(TOPIC, num_partitions=1, replication_factor=1)])
    admin.close()
    producer = KafkaProducer(bootstrap_servers=kafka, acks="all")
    producer.send(TOPIC, b"before the kill").get(10)
    producer.close()
    broker.kill()
    broker.start()
    consumer = KafkaConsumer(TOPIC, bootstrap_servers=kafka, auto_offset_reset="earliest", consumer_timeout_ms=10_000)
    assert next(consumer).value == b"before the kill"
    consumer.close()


def test_elasticsearch_is_the_real_one_with_what_our_index_needs(elasticsearch_url: str):
    assert httpx.get(elasticsearch_url).json()["version"]["number"] == "9.4.3"
    modules = {m["name"] for m in httpx.get(f"{elasticsearch_url}/_nodes/plugins").json()["nodes"].popitem()[1]["modules"]}
    assert {"analysis-common", "reindex", "aggregations", "lang-painless", "rest-root"} <= modules


def test_engines_do_not_run_as_root(broker: Running, search_engine: Running):
    owners = {Path(f"/proc/{engine.pid}").owner() for engine in (broker, search_engine)}
    assert "root" not in owners

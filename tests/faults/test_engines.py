"""Scenarios 2 and 3: Kafka and Elasticsearch die, stay away, refuse and dawdle, while news goes on coming."""

import time

import pytest
from faults.concluding import conclude
from faults.sizes import SIZE

ALL = ("ingestor", "tagger", "indexer")

pytestmark = [pytest.mark.engines, pytest.mark.timeout(1200)]


def test_kafka_killed_under_load(world, nemesis, chance):
    """kill -9: nothing is flushed by the broker, its logs are recovered at the start."""
    world.start(*ALL)
    recoveries = []
    with world.press:
        world.recovered()
        for _ in range(SIZE.kafka_kills):
            time.sleep(chance.uniform(0.2, 3.0))
            recoveries.append(world.resumed(nemesis.kafka_away(chance.uniform(0, 3), clean=False)))
    conclude(world, "kill -9 of Kafka", nemesis.faults, recoveries)


def test_kafka_away_for_longer_than_a_delivery_time_out(world, nemesis):
    """All three wait, readiness says so, memory stays what it was."""
    world.start(*ALL)
    with world.press:
        world.recovered()
        recovery = world.resumed(nemesis.kafka_away(SIZE.kafka_away, clean=True))
    conclude(world, f"Kafka stopped for {SIZE.kafka_away:.0f} s", nemesis.faults, [recovery])


def test_elasticsearch_away(world, nemesis):
    world.start(*ALL)
    with world.press:
        world.recovered()
        recovery = world.resumed(nemesis.elasticsearch_away(SIZE.elasticsearch_away))
    conclude(world, f"kill -9 of Elasticsearch, away for {SIZE.elasticsearch_away:.0f} s", nemesis.faults, [recovery])


def test_elasticsearch_answers_badly(world, nemesis, chance):
    """Overloaded, refusing parts of a bulk request, slow, and with a disk that is full: each is waited out."""
    world.start(*ALL)
    seconds = SIZE.trouble
    troubles = [
        lambda: nemesis.elasticsearch_answers(429, seconds),
        lambda: nemesis.elasticsearch_answers(503, seconds),
        lambda: nemesis.elasticsearch_refuses_some(chance, seconds),
        lambda: nemesis.elasticsearch_slow(2, seconds),
        lambda: nemesis.read_only(seconds),
    ]
    with world.press:
        world.recovered()
        recoveries = [world.resumed(trouble()) for trouble in troubles]
    conclude(world, "Elasticsearch answers 429, 503, in part, slowly, read-only", nemesis.faults, recoveries)

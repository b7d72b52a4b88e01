"""Scenarios 2 and 3: Kafka and Elasticsearch die, stay away, refuse and dawdle, while news goes on coming."""

import pytest
from faults.concluding import conclude
from faults.sizes import SIZE, each_alone

AWAY, TROUBLE, SILENCE = SIZE.elasticsearch_away, SIZE.trouble, SIZE.silence
FAULTS = {  # name → (deed, how often): all of a broker's logs are recovered at the start, since a kill leaves none flushed
    "kill -9 of Kafka": (lambda n: n.kafka_away(n.chance.uniform(0, 3), clean=False), SIZE.kafka_kills),
    f"Kafka stopped for {SIZE.kafka_away} s": (lambda n: n.kafka_away(SIZE.kafka_away, clean=True), 1),
    f"kill -9 of Elasticsearch, away for {AWAY} s": (lambda n: n.elasticsearch_away(AWAY), 1),
    f"Elasticsearch answers 429, {TROUBLE} s": (lambda n: n.elasticsearch_answers(429, TROUBLE), 1),
    f"Elasticsearch answers 503, {TROUBLE} s": (lambda n: n.elasticsearch_answers(503, TROUBLE), 1),
    f"a third of each bulk request refused, {TROUBLE} s": (lambda n: n.elasticsearch_refuses_some(TROUBLE), 1),
    f"Elasticsearch takes 2 s for each answer, {TROUBLE} s": (lambda n: n.elasticsearch_slow(2, TROUBLE), 1),
    f"SIGSTOP of Elasticsearch, {SILENCE} s": (lambda n: n.elasticsearch_frozen(SILENCE), 1),
    f"Elasticsearch takes requests and says nothing, {SILENCE} s": (lambda n: n.elasticsearch_hangs(SILENCE, midway=False), 1),
    f"Elasticsearch sends headers and no body, {SILENCE} s": (lambda n: n.elasticsearch_hangs(SILENCE, midway=True), 1),
    f"read-only index of a full disk, {TROUBLE} s": (lambda n: n.read_only(TROUBLE), 1),
}

pytestmark = [pytest.mark.engines, pytest.mark.faults, pytest.mark.timeout(2400)]


@pytest.mark.parametrize("faults", each_alone(FAULTS))
def test_an_engine_that_fails_costs_time_and_nothing_else(world, nemesis, faults):
    world.start("ingestor", "tagger", "indexer")
    recoveries = []
    with world.press:
        world.recovered()
        for deed, times in faults.values():
            for _ in range(times):
                nemesis.pause(0.2, SIZE.pause)
                recoveries.append(world.resumed(deed(nemesis)))
    conclude(world, ", ".join(faults), nemesis.faults, recoveries)

"""Scenario 6, and who watches the watchers: a consumer that stalls without an error, and services that break the promise."""

import time

import pytest
from faults.concluding import conclude
from faults.sizes import LONG

BROKEN = {
    "tagger_that_acknowledges_first": ("tagger", "lost"),
    "indexer_that_commits_first": ("indexer", "lost"),
    "ingestor_that_forgets_what_it_sent": ("ingestor", "doubled"),
}
WELL = {"ingestor", "tagger", "indexer"}

pytestmark = [pytest.mark.engines, pytest.mark.faults, pytest.mark.timeout(400)]


def test_a_consumer_that_stalls_without_an_error_is_ended_and_started_again(world):
    note = world.press.folder / "stalled"
    world.start("ingestor", "indexer")
    world.start("tagger", broken="tagger_that_stalls_once", stalled_note=note)
    with world.press:
        world.recovered()
        while not note.exists():
            time.sleep(0.2)
        recovery = world.recovered()
    ends = [e for e in world.history.events if e["event"] == "ended"]
    assert [(e["service"], e["code"]) for e in ends] == [("tagger", 70)]
    conclude(world, "a consumer that stalls, 8 s until it is noticed", 1, [recovery], within=60)


@pytest.mark.parametrize("way", BROKEN if LONG else list(BROKEN)[:1])
def test_a_service_that_breaks_the_promise_is_caught(world, nemesis, chance, way):
    victim, kind = BROKEN[way]
    world.start(*(WELL - {victim}))
    world.start(victim, broken=way)
    with world.press:
        world.recovered()
        for _ in range(3):
            time.sleep(chance.uniform(2, 4))
            nemesis.kill(victim)
        time.sleep(3)
    world.settle(timeout=25)
    assert getattr(world.verdict(), kind) > 0

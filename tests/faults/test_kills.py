"""Scenario 1: services are killed at random moments under load."""

import time

import pytest

from faults.sizes import SIZE

pytestmark = [pytest.mark.engines, pytest.mark.timeout(1200)]


@pytest.mark.parametrize("victim", ["ingestor", "tagger", "indexer"])
def test_killed_at_random_moments_under_load(world, chance, victim):
    world.start("ingestor", "tagger", "indexer")
    with world.press:
        world.recovered(timeout=60)
        recoveries = []
        for _ in range(SIZE.kills):
            time.sleep(chance.uniform(0.2, 3.0))
            at = world.history.now()
            world.kill(victim)
            recoveries.append(world.recovered(at))
    world.settle()
    verdict = world.verdict()
    assert (verdict.lost, verdict.doubled, verdict.stale) == (0, 0, 0), verdict.faults
    assert world.status()["balanced"], world.status()
    assert max(recoveries) < SIZE.recovery

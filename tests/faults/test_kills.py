"""Scenario 1: services are killed and frozen at random moments under load, one of each and two of each."""

import time

import pytest
from faults.concluding import conclude
from faults.sizes import LONG, SIZE

ALL = ("ingestor", "tagger", "indexer")
TWO = ("ingestor", "tagger-1", "tagger-2", "indexer-1", "indexer-2")

pytestmark = [pytest.mark.engines, pytest.mark.timeout(1200)]


@pytest.mark.parametrize("victims", [(one,) for one in ALL] if LONG else [ALL], ids="+".join)
def test_killed_at_random_moments_under_load(world, nemesis, chance, victims):
    world.start(*ALL)
    recoveries = []
    with world.press:
        world.recovered()
        for _ in range(SIZE.kills):
            for victim in victims:
                time.sleep(chance.uniform(0.2, 3.0))
                recoveries.append(world.recovered(nemesis.kill(victim)))
    conclude(world, f"SIGKILL of {', '.join(victims)}", nemesis.faults, recoveries)


@pytest.mark.parametrize("victim", ALL if LONG else ["tagger"])
def test_frozen_for_longer_than_its_session(world, nemesis, victim):
    world.start(*ALL)
    with world.press:
        world.recovered()
        thawed = nemesis.freeze(victim, SIZE.frozen)
        recovery = world.recovered(thawed)
    conclude(world, f"SIGSTOP of {victim} for {SIZE.frozen:.0f} s", 1, [recovery])


def test_two_of_each_through_a_storm_of_rebalances(world, nemesis, chance):
    """Members come, go, freeze and die while batches are in hand: whoever is left does the work, and does it once."""
    world.start(*TWO)
    with world.press:
        world.recovered()
        for _ in range(SIZE.storm):
            storm(world, nemesis, chance)
        recovery = world.recovered()
    conclude(world, "two taggers and two indexers, storm of rebalances", nemesis.faults, [recovery])


def storm(world, nemesis, chance):
    victim = chance.choice(TWO[1:])
    deed = chance.choice(("kill", "kill", "freeze", "go"))
    if deed == "kill":
        nemesis.kill(victim)
    elif deed == "freeze":
        nemesis.freeze(victim, chance.uniform(1, SIZE.frozen if LONG else 12))
    else:
        with nemesis.without(victim):
            time.sleep(chance.uniform(0.5, 4))
    time.sleep(chance.uniform(0.2, 4))

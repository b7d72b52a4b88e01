"""Scenario 1: services are killed and frozen at random moments under load, one of each and two of each."""

import pytest
from faults.concluding import conclude
from faults.sizes import LONG, SIZE, each_alone

ALL = ("ingestor", "tagger", "indexer")
EVERY = (*ALL, "notifier")
TWO = ("ingestor", "tagger-1", "tagger-2", "indexer-1", "indexer-2")
KILLS = {f"SIGKILL of the {name}": (name, lambda n, name: n.kill(name), SIZE.kills) for name in EVERY}
STOPS = {f"SIGSTOP of the {name}, {SIZE.frozen} s": (name, lambda n, name: n.freeze(name, SIZE.frozen), 1) for name in ALL}
STALL = {"a consumer that stalls, 8 s until it is noticed": ("tagger", lambda n, name: n.stall(name), 1)}
SLOW = STOPS.keys() | STALL.keys()  # what piled up meanwhile is done before the first new article
FAULTS = {**KILLS, **(STOPS if LONG else dict([*STOPS.items()][1:2])), **STALL}

pytestmark = [pytest.mark.engines, pytest.mark.faults, pytest.mark.timeout(2400)]


@pytest.mark.parametrize("faults", each_alone(FAULTS))
def test_a_service_that_dies_is_frozen_or_stalls_under_load(world, nemesis, faults):
    """A service is frozen for longer than its session: to its group it is gone, and then it is back and knows nothing of it."""
    world.start("ingestor", "indexer", "notifier")
    world.start("tagger", **({"broken": "tagger_that_stalls_when_told"} if STALL.keys() & faults.keys() else {}))
    stalls, recoveries = len(STALL.keys() & faults.keys()), []
    with world.press:
        world.recovered()
        for victim, deed, times in faults.values():
            back = world.alerted if victim == "notifier" else world.recovered
            for _ in range(times):
                nemesis.pause(0.2, SIZE.pause)
                recoveries.append(back(deed(nemesis, victim)))
    ends = [(e["service"], e["code"]) for e in world.history.events if e["event"] == "ended"]
    assert ends.count(("tagger", 70)) == stalls, "a stall is ended by who stalls, and a freeze is none"
    conclude(world, ", ".join(faults), nemesis.faults, recoveries, within=60 if SLOW & faults.keys() else SIZE.recovery)


@pytest.mark.skipif(not LONG, reason="the long form asks what a name in the group is worth")
@pytest.mark.parametrize("victim", ALL[1:])
def test_a_service_that_has_no_name_in_its_group_dies(world, nemesis, victim):
    """Its group waits for the session to end: that is within the promise too, and a little slower."""
    world.start(*ALL, instance="")
    with world.press:
        world.recovered()
        recoveries = [world.recovered(nemesis.kill(victim)) for _ in range(5)]
    conclude(world, f"SIGKILL of the {victim}, no NEWSLOOM_INSTANCE", nemesis.faults, recoveries, within=30)


@pytest.mark.parametrize("named", [True, False] if LONG else [False], ids=lambda named: "named" if named else "nameless")
def test_two_of_each_through_a_storm_of_rebalances(world, nemesis, named):
    """Members come, go, freeze and die while batches are in hand: whoever is left does the work, and does it once."""
    world.start(*TWO, **({} if named else {"instance": ""}))
    with world.press:
        world.recovered()
        for _ in range(SIZE.storm):
            storm(nemesis)
        recovery = world.recovered()
    members = "with names" if named else "without names"
    conclude(world, f"two taggers, two indexers, {members}: kills, freezes, farewells", nemesis.faults, [recovery], within=60)


@pytest.mark.skipif(not LONG, reason="tests/flow has it for every change")
def test_two_of_each_under_one_name(world, nemesis):
    """Kafka has whoever joins throw the other one out: one of the two stands aside, and works when the other one has gone."""
    world.start(*TWO[:1], *TWO[1::2], instance="same")
    with world.press:
        world.recovered()
        world.start(*TWO[2::2], instance="same")
        aside = [world.one_that(service, "stands aside") for service in ALL[1:]]
        recovery = world.recovered()
        for name in TWO[1:]:
            if name not in aside:
                with nemesis.without(name):
                    world.one_that(name.partition("-")[0], "the name is free")
                    world.recovered()
    conclude(world, "two taggers and two indexers under one name", nemesis.faults, [recovery], within=60)


def storm(nemesis):
    victim = nemesis.chance.choice(TWO[1:])
    deed = nemesis.chance.choice(("kill", "kill", "freeze", "go"))
    if deed == "kill":
        nemesis.kill(victim)
    elif deed == "freeze":
        nemesis.freeze(victim, nemesis.chance.uniform(1, 20 if LONG else 11))
    else:
        with nemesis.without(victim):
            nemesis.pause(0.5, 4)
    nemesis.pause(0.2, 4)

"""Scenarios 4 and 5: poison, a disk that is full, topics that are made anew, groups that start over."""

import subprocess
import time
from contextlib import contextmanager, suppress

import pytest
from faults import poison
from faults.concluding import conclude
from faults.sizes import each_alone
from newsloom_schemas.index import ALIAS
from newsloom_schemas.topics import TAGGED

ALL = ("ingestor", "tagger", "indexer")
POISON, DISK = "poison", "disk of the ingestor's state full"
FULL_S = 8

pytestmark = [pytest.mark.engines, pytest.mark.faults, pytest.mark.timeout(2400)]


@contextmanager
def small_disk(folder, megabytes):
    """A file system of its own in memory, which is full soon. Gives whether it could be had."""
    folder.mkdir(exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "newsloom-faults", str(folder)]
    mounted = not subprocess.run(mount, capture_output=True, check=False).returncode
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(path):
    """Write until nothing more fits."""
    with path.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))


def full(world, chance):
    """It says so and goes on when there is room; nothing is published that it could forget, and nothing forgotten."""
    ballast = world.press.state / "ballast"
    world.history.note("disk full", seconds=FULL_S)
    fill(ballast)
    time.sleep(FULL_S)
    ballast.unlink()
    world.history.note("back", what="disk")
    return 1


@pytest.mark.parametrize("faults", each_alone({POISON: poison.strew, DISK: full}))
def test_what_comes_in_may_be_poison_and_the_disk_full(world, chance, faults):
    with small_disk(world.press.state, 48) as mounted:
        done = {name: fault for name, fault in faults.items() if name != DISK or mounted}
        if not done:
            pytest.skip("a small disk cannot be mounted here")
        world.start(*ALL)
        deeds, recoveries = 0, []
        with world.press:
            world.recovered()
            for fault in done.values():
                deeds += fault(world, chance)
                recoveries.append(world.recovered())
        conclude(world, ", ".join(done), deeds, recoveries if DISK in done else ())
        if POISON in done:
            poison.settled(world)
        world.retire("ingestor")


def set_back(world, nemesis):
    """Everything is read, tagged and sent to the index again, and no document is another one for it."""
    world.press.pause()
    assert world.settle() == 0
    before = documents(world.es)
    with nemesis.without("tagger", "indexer"):
        nemesis.rewind("tagger")
        nemesis.rewind("indexer")
    assert world.settle() == 0
    assert documents(world.es) == before
    world.press.go_on()


def documents(es):
    es.indices.refresh(index=ALIAS)
    hits = es.search(index=ALIAS, size=10_000, source=["article", "themes", "record"])["hits"]["hits"]
    return {hit["_id"]: hit["_source"] for hit in hits}


def made_anew(world, nemesis):
    """Everything is tagged again onto another topic of that name, whose offsets begin anew."""
    with nemesis.without("tagger"):
        nemesis.recreate(TAGGED)
        world.counted = False
        nemesis.rewind("tagger")


FAULTS = {"groups of tagger and indexer set back to the beginning": set_back, "news.tagged deleted and made anew": made_anew}


@pytest.mark.parametrize("faults", each_alone(FAULTS))
def test_a_stage_that_starts_over_changes_nothing(world, nemesis, faults):
    world.start(*ALL, instance="")  # without a name whoever stops leaves the group at once
    with world.press:
        world.recovered()
        for fault in faults.values():
            fault(world, nemesis)
            recovery = world.recovered(timeout=150)
    conclude(world, ", ".join(faults), len(faults), [recovery], within=60)  # all is done again before it

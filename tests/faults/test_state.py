"""Scenario 5: a disk that is full, topics that are made anew, groups that start over."""

import subprocess
import time
from contextlib import contextmanager, suppress

import pytest
from faults.concluding import conclude
from faults.sizes import each_alone
from newsloom_schemas.index import ALIAS
from newsloom_schemas.topics import TAGGED

ALL = ("ingestor", "tagger", "indexer")
FULL_S = 8

pytestmark = [pytest.mark.engines, pytest.mark.faults, pytest.mark.timeout(400)]


@contextmanager
def small_disk(folder, megabytes):
    """A file system of its own in memory, which is full soon."""
    folder.mkdir(exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "newsloom-faults", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small disk cannot be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(path):
    """Write until nothing more fits."""
    with path.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))


def test_the_disk_of_the_ingestors_state_is_full_for_a_while(world):
    """It says so and goes on when there is room; nothing is published that it could forget, and nothing forgotten."""
    with small_disk(world.press.state, 48):
        world.start(*ALL)
        with world.press:
            world.recovered()
            ballast = world.press.state / "ballast"
            world.history.note("disk full", seconds=FULL_S)
            fill(ballast)
            time.sleep(FULL_S)
            ballast.unlink()
            world.history.note("back", what="disk")
            recovery = world.recovered()
        conclude(world, "disk of the ingestor's state full", 1, [recovery])
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
    world.start(*ALL)
    with world.press:
        world.recovered()
        for fault in faults.values():
            fault(world, nemesis)
            recovery = world.recovered(timeout=150)
    conclude(world, ", ".join(faults), len(faults), [recovery], within=60)  # all is done again before it

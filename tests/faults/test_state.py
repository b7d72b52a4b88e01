"""Scenario 5: a disk that is full, topics that are made anew, groups that start over."""

import os
import subprocess
import time
from contextlib import contextmanager, suppress

import pytest
from faults.concluding import conclude
from newsloom_schemas.topics import TAGGED

ALL = ("ingestor", "tagger", "indexer")
FULL_S = 8

pytestmark = [pytest.mark.engines, pytest.mark.timeout(400)]


@contextmanager
def small_disk(folder, megabytes):
    """A file system of its own in memory, which is full soon."""
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "newsloom-faults", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(path):
    """Write until nothing more fits."""
    with path.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
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


def test_groups_set_back_to_the_beginning_change_nothing(world, nemesis):
    world.start(*ALL)
    with world.press:
        world.recovered()
    assert world.settle() == 0
    before = world.es.search(index="news-articles", size=10_000, source=["article", "themes"], sort="_doc")["hits"]["hits"]
    with nemesis.without("tagger", "indexer"):
        nemesis.rewind("tagger")
        nemesis.rewind("indexer")
    recovery = world.recovered_by_hand()
    conclude(world, "both groups set back to the beginning", 2, [recovery])
    after = world.es.search(index="news-articles", size=10_000, source=["article", "themes"], sort="_doc")["hits"]["hits"]
    assert {h["_id"]: h["_source"] for h in before}.items() <= {h["_id"]: h["_source"] for h in after}.items()


def test_news_tagged_is_made_anew_under_way(world, nemesis):
    """Everything is tagged again; offsets begin anew, and no document is older or newer for it."""
    world.start(*ALL)
    with world.press:
        world.recovered()
        with nemesis.without("tagger"):
            nemesis.recreate(TAGGED)
            nemesis.rewind("tagger")
        recovery = world.recovered(timeout=120)
    conclude(world, "news.tagged deleted and made anew", 1, [recovery])

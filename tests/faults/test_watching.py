"""Who watches the watchers: services that break the promise on purpose are found to do so."""

import time

import pytest
from faults.sizes import LONG, SIZE
from newsloom_schemas.topics import RAW
from support import records

BROKEN = {
    "tagger_that_acknowledges_first": ("tagger", "lost"),
    "indexer_that_commits_first": ("indexer", "lost"),
    "ingestor_that_forgets_what_it_sent": ("ingestor", "doubled"),
}
WELL = {"ingestor", "tagger", "indexer"}

pytestmark = [pytest.mark.engines, pytest.mark.faults, pytest.mark.timeout(2400)]


@pytest.mark.parametrize("way", BROKEN if LONG else list(BROKEN)[:1])
def test_a_service_that_breaks_the_promise_is_caught(world, nemesis, chance, way):
    victim, kind = BROKEN[way]
    world.start(*(WELL - {victim}))
    world.start(victim, broken=way)
    with world.press:
        world.recovered()
        for _ in range(SIZE.breaks):
            time.sleep(chance.uniform(2, 4))
            nemesis.kill(victim)
        time.sleep(3)
    records.until(lambda: records.count(world.broker.address, RAW) >= len(world.press.printed), 120, world.told, every=1)
    world.quiet(timeout=60)
    assert getattr(world.verdict(), kind) > 0

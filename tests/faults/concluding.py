"""The end of a run: everything settles, the checker judges, the ledger must balance, and a row is kept for the report."""

import json
import os
from pathlib import Path

from faults.sizes import LONG, SIZE

ROWS = Path(__file__).parents[2] / "var" / "faults" / ("long" if LONG else "short")


def conclude(world, fault, runs, recoveries=(), within=SIZE.recovery):
    """Settle, judge, keep the row, and hold the promise. ``fault`` names the row of the report, ``runs`` counts its deeds.

    Where ``world.counted`` is false, counts went with a topic that was deleted: the indexer's lie beside its offsets.
    """
    left = world.settle()
    verdict, ledger = world.verdict(), world.status()
    row = {
        "fault": fault,
        "place": world.place,
        "runs": runs,
        "articles": len(world.press.printed),
        **{name: getattr(verdict, name) for name in ("lost", "doubled", "stale", "repeated")},
        "recovery": sorted(round(s, 1) for s in recoveries),
        "memory": {name: round(mb) for name, mb in world.peak.items()},
        "load": round(os.getloadavg()[1], 1),
        "balanced": ledger["balanced"],
        "seed": world.history.seed,
    }
    ROWS.mkdir(parents=True, exist_ok=True)
    (ROWS / f"{world.press.folder.name}.json").write_text(json.dumps(row, ensure_ascii=False, indent=1) + "\n", "utf-8")
    assert (left, verdict.lost, verdict.doubled, verdict.stale) == (0, 0, 0, 0), f"{verdict.faults}\n{world.told()}"
    assert ledger["balanced"] or not world.counted, ledger
    assert max(recoveries, default=0) < within, f"{recoveries}\n{world.told()}"

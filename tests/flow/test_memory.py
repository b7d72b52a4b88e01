"""What the ingestor holds in memory does not grow with the time that it runs."""

import json
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "bench" / "feeds_memory.py"


def test_memory_is_flat_over_a_simulated_day():
    run = [
        sys.executable,
        str(SCRIPT),
        "--feeds",
        "200",
        "--hours",
        "24",
    ]  # a process of its own: no other test's memory counts
    day = json.loads(subprocess.run(run, check=True, stdout=subprocess.PIPE).stdout)
    assert day["polls"] > 3_000
    assert day["articles"] > 2_500
    assert len(day["megabytes"]) == 25
    assert day["megabytes"][-1] <= 1.02 * day["megabytes"][2], "2 MB in 3,000 polls would be 0.7 kB a poll"

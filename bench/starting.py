"""`newsloom search` as a command → milliseconds from its start to its end, and how much of that is Python's own start."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from statistics import median
from typing import Final

from msgspec import Struct

TIMES: Final = 11
WORDS: Final = "英伟达 H100"


class Command(Struct, frozen=True, kw_only=True):
    """Milliseconds, the middle of several: Python alone, the command's help, a whole search."""

    python: float
    help: float
    search: float


def measure(address: str) -> Command:
    """Run each in turn, on the index at an address."""
    newsloom = (sys.executable, "-m", "newsloom_cli")
    commands = {
        "python": (sys.executable, "-c", "pass"),
        "help": (*newsloom, "search", "--help"),
        "search": (*newsloom, "search", *WORDS.split(), "--json"),
    }
    own = {name: value for name, value in os.environ.items() if not name.startswith("NEWSLOOM_")}
    environment = {**own, "NEWSLOOM_ELASTICSEARCH": address, "NEWSLOOM_ENV_FILE": os.devnull}
    turns = [{name: _milliseconds(command, environment) for name, command in commands.items()} for _ in range(TIMES)]
    return Command(**{name: median(turn[name] for turn in turns) for name in commands})


def _milliseconds(command: Sequence[str], environment: dict[str, str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    return 1000 * (time.perf_counter() - started)

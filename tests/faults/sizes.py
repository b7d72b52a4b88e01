"""How much a run does: the short form for CI, about five minutes in all, and the long one of `make faults`."""

import os
from dataclasses import dataclass

LONG = os.environ.get("FAULTS") == "long"


@dataclass(frozen=True)
class Size:
    """Numbers of deeds, and seconds."""

    kills: int  # of each service
    articles: int  # an issue, one a second
    recovery: float  # seconds until the first new article must be through


SHORT_SIZE = Size(kills=2, articles=25, recovery=30.0)  # CI's machine has other things to do
LONG_SIZE = Size(kills=20, articles=40, recovery=15.0)
SIZE = LONG_SIZE if LONG else SHORT_SIZE

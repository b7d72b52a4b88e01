"""How much a run does: the short form for CI, about five minutes in all, and the long one of `make faults`."""

import os
from dataclasses import dataclass

import pytest
from faults.press import Load

LONG = os.environ.get("FAULTS") == "long"


@dataclass(frozen=True)
class Size:
    """Numbers of deeds, and seconds."""

    load: Load
    kills: int  # of each service
    storm: int  # deeds done to two workers of each
    frozen: int  # longer than the session of a group's member, 10 s
    kafka_kills: int
    kafka_away: int  # the long one is longer than a producer's usual delivery time-out, 2 minutes
    elasticsearch_away: int
    trouble: int  # for each way in which Elasticsearch answers badly
    silence: int  # and for each in which it does not; the long one is longer than the indexer waits for an answer, a minute
    pause: float  # at most, between two deeds
    breaks: int  # kills of a service that breaks the promise
    recovery: float  # until the first new article must be through; CI's machine has other things to do


SHORT_SIZE = Size(Load(40), 1, 4, 11, 1, 3, 2, 2, 2, 1.0, 2, 30)
LONG_SIZE = Size(Load(60), 20, 40, 60, 10, 180, 300, 30, 75, 3.0, 3, 15)
SIZE = LONG_SIZE if LONG else SHORT_SIZE


def each_alone(faults):
    """Return the parameters of a test: in the long form each fault has a run and a row of its own, else all share one."""
    if not LONG:
        return [pytest.param(faults, id="all")]
    return [pytest.param({name: fault}, id=name) for name, fault in faults.items()]

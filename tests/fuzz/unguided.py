"""One target where atheris has no wheel: hypothesis takes the same seeds to pieces, without knowing which code they reach."""

import random
import time
from collections.abc import Callable

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from hypothesis.database import InMemoryExampleDatabase

from tests.fuzz.targets import Target

ROUND = 500  # examples between two looks at the clock


def run(target: Target, seconds: float, started: float) -> int:
    """Run until so many seconds after ``started``; return how many examples there were. What breaks is raised, made small."""
    texts, done = pieces(target), 0
    while time.monotonic() < started + seconds:
        done += _round(target.run, texts)
    return done


def pieces(target: Target) -> st.SearchStrategy[bytes]:
    """Stretches of seeds, words, and any bytes, one after the other."""
    seeds, words = list(target.seeds()), list(target.words())
    stretch = st.builds(
        lambda s, at, size: s[at : at + size], st.sampled_from(seeds), st.integers(0, 4000), st.integers(0, 400)
    )
    again = st.builds(lambda word, times: word * times, st.sampled_from(words), st.integers(1, 50))
    return st.lists(stretch | st.sampled_from(words) | again | st.binary(max_size=20), max_size=12).map(b"".join)


def _round(check: Callable[[bytes], None], texts: st.SearchStrategy[bytes]) -> int:
    done = 0

    @seed(random.getrandbits(64))
    @settings(max_examples=ROUND, deadline=None, database=InMemoryExampleDatabase(), suppress_health_check=list(HealthCheck))
    @given(texts)
    def once(data: bytes) -> None:
        nonlocal done
        done += 1
        check(data)

    once()
    return done

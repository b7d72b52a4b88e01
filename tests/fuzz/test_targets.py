"""The fuzzer's targets: what they start from and what once broke them holds, and both ways of looking find what is broken."""

import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from . import unguided
from .targets import ROOT, TARGETS, Target

FOUND = Path(__file__).with_name("found")


@pytest.mark.parametrize("name", TARGETS)
def test_seeds_are_several_and_hold(name: str) -> None:
    seeds = list(TARGETS[name].seeds())
    assert len(set(seeds)) >= 5
    assert len(list(TARGETS[name].words())) >= 20
    for data in seeds[:40]:
        TARGETS[name].run(data)


@pytest.mark.parametrize("path", sorted(FOUND.glob("*/*")), ids=lambda p: p.name)
def test_what_once_broke_a_target_holds(path: Path) -> None:
    TARGETS[path.parent.name].run(path.read_bytes())


@pytest.mark.parametrize("name", TARGETS)
def test_pieces_of_seeds_in_any_order_hold(name: str) -> None:
    assert unguided.run(TARGETS[name], 1.0, time.monotonic()) > 0


def test_chance_finds_what_is_broken() -> None:
    def broken(data: bytes) -> None:
        assert b"GPU" not in data

    def seeds() -> Iterator[bytes]:
        yield from (b"one article about GPUs", b"another")

    with pytest.raises(AssertionError):
        unguided.run(Target(broken, seeds, seeds), 30.0, time.monotonic())


@pytest.mark.skipif(find_spec("atheris") is None, reason="atheris has no wheel for this machine")
def test_coverage_guides_a_target_that_holds() -> None:
    command = [sys.executable, "-m", "tests.fuzz", "decode", "--seconds", "2"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "nothing broke in 2 seconds each: decode" in done.stdout
    assert "number_of_executed_units" in done.stderr


def test_an_unknown_target_is_one_line() -> None:
    command = [sys.executable, "-m", "tests.fuzz", "nothing"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "no target 'nothing': there are analyse, parse, decode" in done.stderr
    assert "Traceback" not in done.stderr

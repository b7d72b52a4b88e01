"""``make fuzz``: each target for a while, guided by coverage where atheris is installed, by chance where it is not.

``python -m tests.fuzz analyse --seconds 600`` is for one target; ``python -m tests.fuzz analyse --replay FILE…`` runs what was
found. What breaks a target is written to var/fuzz/TARGET/found, and the exit code is 1. Fixed, it belongs into
tests/fuzz/found/TARGET.
"""

import argparse
import hashlib
import os
import subprocess
import sys
import time
import traceback
from importlib.util import find_spec
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # for tests/support

from tests.fuzz import unguided
from tests.fuzz.targets import ROOT, TARGETS, Target

PLACE = ROOT / "var" / "fuzz"
LONGEST = 8_000  # bytes of an input
PATIENCE = 20  # seconds that one input may take: atheris makes the code several times as slow
MEMORY = 2_000  # MB


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Look for input that breaks a promise.")
    options.add_argument("targets", nargs="*", metavar="TARGET", help=f"one or more of: {', '.join(TARGETS)} (all)")
    options.add_argument("--seconds", type=int, default=60, help="for each target (60)")
    options.add_argument("--replay", nargs="+", type=Path, metavar="FILE", help="run these inputs only")
    asked = options.parse_args()
    names = asked.targets or list(TARGETS)
    unknown = [n for n in names if n not in TARGETS]
    if unknown:
        options.error(f"no target {unknown[0]!r}: there are {', '.join(TARGETS)}")
    if asked.replay:
        return _replayed(names, asked.replay)
    guided = find_spec("atheris") is not None
    if not guided:
        print(
            "atheris has no wheel for this machine: hypothesis looks instead, without seeing which code its input reaches",
            flush=True,
        )
    broken = [n for n in names if not (_guided if guided else _unguided)(n, asked.seconds)]
    print(f"broken: {', '.join(broken)}" if broken else f"nothing broke in {asked.seconds} seconds each: {', '.join(names)}")
    return 1 if broken else 0


def _replayed(names: list[str], files: list[Path]) -> int:
    for name in names:
        for file in files:
            TARGETS[name].run(file.read_bytes())
            print(f"{name} holds: {file.name}")
    return 0


def _guided(name: str, seconds: int) -> bool:
    """Run the target in a process of its own, since libFuzzer ends it; say whether it held."""
    corpus, found = _folder(name, "corpus"), _folder(name, "found")
    words = _prepared(TARGETS[name], corpus)
    flags = [f"-dict={words}", f"-artifact_prefix={found}/", f"-max_len={LONGEST}", f"-max_total_time={seconds}"]
    flags += [f"-timeout={PATIENCE}", f"-rss_limit_mb={MEMORY}", "-verbosity=0", "-print_final_stats=1"]
    print(f"{name}: {seconds} seconds, guided by coverage", flush=True)
    command = [sys.executable, "-m", "tests.fuzz.guided", name, *flags, str(corpus)]
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def _prepared(target: Target, corpus: Path) -> Path:
    """Write the seeds into the corpus, and the dictionary beside it."""
    for data in target.seeds():
        (corpus / hashlib.sha1(data, usedforsecurity=False).hexdigest()).write_bytes(data)
    words = corpus.with_name("words")
    words.write_text("".join(f'"{_escaped(w)}"\n' for w in target.words()), "ascii")
    return words


def _escaped(word: bytes) -> str:
    return "".join(rf"\x{byte:02x}" for byte in word)


def _unguided(name: str, seconds: int) -> bool:
    try:
        done = unguided.run(TARGETS[name], seconds, time.monotonic())
    except Exception:  # noqa: BLE001 - whatever breaks is what is looked for
        traceback.print_exc()
        return False
    print(f"{name}: {done} inputs in {seconds} seconds, by chance", flush=True)
    return True


def _folder(name: str, kind: str) -> Path:
    folder = PLACE / name / kind
    folder.mkdir(parents=True, exist_ok=True)
    return folder


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())

"""One target under atheris, which changes bytes until they reach other code: a child of ``python -m tests.fuzz``.

Arguments are a target's name, then those of libFuzzer (https://llvm.org/docs/LibFuzzer.html).
"""

import sys
import warnings
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parents[1]))  # for tests/support
OURS = ["newsloom_tagger", "newsloom_ingestor", "newsloom_schemas", "feedparser"]

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of instrumented libraries
    with atheris.instrument_imports(include=OURS):
        from tests.fuzz.targets import TARGETS


def main() -> None:
    name = sys.argv.pop(1)
    atheris.Setup(sys.argv, TARGETS[name].run, internal_libfuzzer=True)
    atheris.Fuzz()


main()

"""One target under atheris, which changes bytes until they reach other code: a child of ``python -m tests.fuzz``.

Arguments are a target's name, then those of libFuzzer (https://llvm.org/docs/LibFuzzer.html).
"""

import dis
import operator
import sys
import warnings
from pathlib import Path
from typing import Any

import atheris
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))  # for tests/support
OURS = ["newsloom_tagger", "newsloom_ingestor", "newsloom_schemas", "feedparser"]
COMPARISONS = {
    "<": operator.lt, "<=": operator.le, "==": operator.eq, "!=": operator.ne, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of instrumented libraries
    with atheris.instrument_imports(include=OURS):
        from tests.fuzz.targets import TARGETS


def main() -> None:
    run, started = TARGETS[sys.argv.pop(1)].run, []

    def once(data: bytes) -> None:
        if not started:  # atheris puts its own in place when it begins
            started.append(_arrays_freed())
        run(data)

    atheris.Setup(sys.argv, once, internal_libfuzzer=True)
    atheris.Fuzz()


def _arrays_freed() -> None:
    """Compare arrays without atheris: version 3 never frees what comparing an array gives, a gigabyte a minute."""
    traced = atheris._trace_cmp  # noqa: SLF001

    def compared(left: Any, right: Any, operation: int, *place: Any) -> Any:
        if isinstance(left, np.ndarray | np.generic) or isinstance(right, np.ndarray | np.generic):
            return COMPARISONS[dis.cmp_op[operation]](left, right)
        return traced(left, right, operation, *place)

    atheris._trace_cmp = compared  # noqa: SLF001


main()

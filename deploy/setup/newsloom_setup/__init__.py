"""set-up: the contract's tables → topics, templates and the index; run as often as one likes."""

from typing import NamedTuple


class SetupError(RuntimeError):
    """Something stands in the way that set-up must not decide by itself; the text says what to do."""


class Report(NamedTuple):
    """What a step did: names that it made, sentences on what it changed, names that were right, sentences to be read."""

    created: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

"""A FILE argument → an open stream and the name to call it by; ``-`` is standard input."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from newsloom_cli.errors import WrongInputError, say


@contextmanager
def opened(file: str) -> Iterator[tuple[str, BinaryIO]]:
    """Yield (name, stream). Raises WrongInputError where the file cannot be read."""
    if file == "-":
        if sys.stdin.isatty():
            say("reading from the terminal; end with Ctrl-D")
        yield "standard input", sys.stdin.buffer
        return
    try:
        stream = Path(file).open("rb")  # noqa: SIM115  closed below; what the caller raises is not ours to explain
    except (OSError, ValueError) as error:
        raise WrongInputError(f"{file}: {getattr(error, 'strerror', None) or error}") from error
    with stream:
        yield file, stream

"""Results → JSON lines on standard output, or, on a terminal, what a person reads."""

import json
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import RenderableType


class ReaderGoneError(Exception):
    """Whoever read standard output has closed it."""


def json_line(value: Any) -> bytes:
    """Return one line of UTF-8. Half a surrogate pair becomes its JSON escape, which is what backslashreplace writes."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace") + b"\n"


class Output:
    """Where results go. ``json`` is true with --json and whenever standard output is not a terminal."""

    def __init__(self, as_json: bool) -> None:
        self.json = as_json or not sys.stdout.isatty()

    def put(self, value: Any, look: Callable[[], "RenderableType"]) -> None:
        """Write one result at once: its JSON, or what ``look()`` makes of it."""
        if self.json:
            write(json_line(value))
        else:
            show(look())

    def keep_putting(self, values: Iterable[tuple[Any, "RenderableType"]]) -> None:
        """Write results that follow one another: a line each, or each in the place of the one before."""
        from rich.console import Console
        from rich.live import Live

        if self.json:
            for value, _ in values:
                write(json_line(value))
            return
        with Live(console=Console(highlight=False, emoji=False), auto_refresh=False) as live:
            for _, look in values:
                live.update(look, refresh=True)

    def put_all(self, values: Iterable[Any], look: Callable[[], "RenderableType"]) -> None:
        """Write results that belong together: a line each, or one table."""
        if not self.json:
            return show(look())
        for value in values:
            write(json_line(value))
        return None


def write(line: bytes) -> None:
    """Write a line and flush it: whoever follows a stream wants it now. Raises ReaderGoneError."""
    try:
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()
    except BrokenPipeError as error:
        raise ReaderGoneError from error


def show(renderable: "RenderableType") -> None:
    """Print on the terminal, with colours where it has them and NO_COLOR does not forbid them."""
    from rich.console import Console

    try:
        Console(highlight=False, emoji=False).print(renderable)
    except BrokenPipeError as error:
        raise ReaderGoneError from error

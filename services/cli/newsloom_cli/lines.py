"""Article lines, as `newsloom tag` reads them: a stream of bytes → numbered lines → articles, or the reason why not.

A line is a JSON object with the strings ``id``, ``title`` and ``content``; other fields are ignored. Blank lines are skipped
and counted. A line longer than ``LIMIT`` is refused, so that a file without line ends cannot take all the memory.
"""

import json
from collections.abc import Iterator
from typing import BinaryIO, Final, NamedTuple

LIMIT: Final = 64 * 1024 * 1024  # bytes: eight times what fits on a topic
BOM: Final = b"\xef\xbb\xbf"
FIELDS: Final = ("id", "title", "content")


class Article(NamedTuple):
    """What tagging needs of an article."""

    id: str
    title: str
    content: str


def numbered(stream: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Yield each line that is not blank with its number, from 1; None in place of one that is too long."""
    number = 0
    while line := stream.readline(LIMIT + 1):
        number += 1
        whole = len(line) <= LIMIT or _rest_skipped(stream, line)
        line = line.removeprefix(BOM) if number == 1 else line
        if not whole:
            yield number, None
        elif line.strip():
            yield number, line


def _rest_skipped(stream: BinaryIO, line: bytes) -> bool:
    while line and not line.endswith(b"\n"):
        line = stream.readline(LIMIT)
    return False


def parse(line: bytes | None) -> Article:
    """Return the article of a line, or raise ValueError with the reason in words."""
    if line is None:
        raise ValueError(f"longer than {LIMIT // 2**20} MiB")
    found = _json(line)
    if not isinstance(found, dict):
        raise ValueError(f"a JSON object is expected, not {_name(found)}")  # noqa: TRY004
    return Article(*(_text(found, field) for field in FIELDS))


def _json(line: bytes) -> object:
    try:
        return json.loads(line.decode())
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8: byte 0x{line[error.start]:02x} at {error.start + 1}") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} at character {error.pos + 1}") from error
    except RecursionError as error:
        raise ValueError("not JSON that can be read: nested too deeply") from error


def _text(found: dict[str, object], field: str) -> str:
    value = found.get(field)
    if isinstance(value, str):
        return value
    raise ValueError(f'"{field}" must be a string, not {_name(value)}' if field in found else f'"{field}" is missing')


def _name(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a string", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")

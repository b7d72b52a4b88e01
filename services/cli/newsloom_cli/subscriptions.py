"""The OPML file of the configured feeds, changed in place: whoever reads it sees the old file or the new one, never half."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from newsloom_ingestor import opml
from newsloom_ingestor.opml import OpmlError, Source
from newsloom_ingestor.settings import IngestorSettings

from newsloom_cli.errors import Problem, WrongInputError

EMPTY: Final = opml.write(())


def path(settings: IngestorSettings) -> Path:
    """Return where the feeds are kept. Raises WrongInputError where there is no such file to be."""
    if not settings.feeds_file:
        raise WrongInputError("NEWSLOOM_FEEDS_FILE is empty: there is no OPML file to keep feeds in")
    return Path(settings.feeds_file)


def sources(data: bytes, name: str) -> tuple[Source, ...]:
    """Return the feeds of a document. Raises WrongInputError with its name."""
    try:
        return opml.read(data)
    except OpmlError as error:
        raise WrongInputError(f"{name}: {error}") from error


def add(file: Path, wanted: Iterable[Source]) -> int:
    """Add those feeds that are not there yet, and return how many. Raises Problem where a single one is there already."""
    data = _read(file)
    have = {source.url for source in sources(data, str(file))}
    asked = tuple(wanted)
    new = [source for source in asked if source.url not in have]
    if len(asked) == 1 and not new:
        raise Problem(f"{file}: {asked[0].url} is there already")
    for source in new:
        data = opml.add(data, source)
    _write(file, data)
    return len(new)


def remove(file: Path, url: str) -> None:
    """Remove a feed. Raises Problem where it is not there."""
    data = _read(file)
    if url not in {source.url for source in sources(data, str(file))}:
        raise Problem(f"{file}: has no feed {url}; `newsloom feeds list` shows which there are")
    _write(file, opml.remove(data, url))


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes() if file.exists() else EMPTY
    except OSError as error:
        raise WrongInputError(f"{file}: {error.strerror}") from error


def _write(file: Path, data: bytes) -> None:
    """Replace the file as a whole, with the rights that it had."""
    try:
        mode = file.stat().st_mode if file.exists() else 0o644
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=file.parent, prefix=file.name, delete=False) as new:
            new.write(data)
            new.flush()
            os.fsync(new.fileno())
        Path(new.name).chmod(mode)
        Path(new.name).replace(file)
    except OSError as error:
        raise WrongInputError(f"{file}: {error.strerror}") from error

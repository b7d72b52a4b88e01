"""Settings → the feeds to poll and the seed articles, read from their files. What cannot be used is a SettingsError."""

from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from newsloom_common.settings import SettingsError
from newsloom_schemas.identity import seed_id
from newsloom_schemas.types import RawArticle

from newsloom_ingestor import opml
from newsloom_ingestor.opml import OpmlError, Source
from newsloom_ingestor.settings import IngestorSettings

SCHEMES: Final = ("http://", "https://", "file:")


def feeds(settings: IngestorSettings) -> tuple[Source, ...]:
    """Return every configured feed once, in the order to poll them: the extra ones first, whoever names one waits for it.

    Where the OPML file lists an extra feed too, what it says of it holds.
    """
    listed = _opml("FEEDS_FILE", settings.feeds_file) if settings.feeds_file else ()
    extra = [s for word in settings.feeds.split() for s in _word(word)]
    order = dict.fromkeys(source.url for source in (*extra, *listed))
    known = {source.url: _checked(source) for source in reversed((*listed, *extra))}
    return tuple(known[url] for url in order)


def files(settings: IngestorSettings) -> tuple[Path, ...]:
    """Return the OPML files that the feeds are read from, whether they are there or not."""
    words = (word for word in settings.feeds.split() if not word.startswith(SCHEMES))
    return tuple(Path(name) for name in (settings.feeds_file, *words) if name)


def seeds(settings: IngestorSettings, now: datetime) -> tuple[RawArticle, ...]:
    """Return the articles that open an empty stream, in the order of their file names."""
    if not settings.seeds_dir:
        return ()
    files = sorted(Path(settings.seeds_dir).glob("*.txt"))
    if not files:
        raise SettingsError(f"NEWSLOOM_SEEDS_DIR={settings.seeds_dir}: no seed (NUMBER_HASH.txt) is there")
    return tuple(_seed(path, now) for path in files)


def _seed(path: Path, now: datetime) -> RawArticle:
    """The first line is the title; the rest, to the byte, the content."""
    try:
        title, _, content = path.read_bytes().decode().partition("\n")
        return RawArticle(id=seed_id(path.name), origin="seed", title=title, content=content, fetched_at=now)
    except (OSError, ValueError) as error:
        raise SettingsError(f"NEWSLOOM_SEEDS_DIR: {path}: {error}") from error


def _word(word: str) -> tuple[Source, ...]:
    return (Source(word),) if word.startswith(SCHEMES) else _opml("FEEDS", word)


def _opml(setting: str, name: str) -> tuple[Source, ...]:
    try:
        return opml.read(Path(name).read_bytes())
    except OSError as error:
        raise SettingsError(f"NEWSLOOM_{setting}: {name}: {error.strerror}") from error
    except OpmlError as error:
        raise SettingsError(f"NEWSLOOM_{setting}: {name}: {error}") from error


def _checked(source: Source) -> Source:
    try:
        usable = source.url.startswith("file:") or (source.url.startswith(SCHEMES) and urlsplit(source.url).hostname)
    except ValueError:
        usable = False
    if not usable:
        raise SettingsError(f"feed {source.url!r}: not an http, https or file address")
    return source

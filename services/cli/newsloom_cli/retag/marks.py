"""How far a retag is, kept like the indexer's counters in the metadata of a commit: that of a group without members."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

import msgspec
from newsloom_schemas.types import Tagger, Time

GROUP: Final = "newsloom-retag"


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """What a run does, and how far it is: everything newer than ``upto`` (milliseconds since 1970) has been looked at."""

    run: str
    version: int
    digest: str
    themes: tuple[str, ...] = ()
    since: Time | None = None
    upto: int | None = None
    read: int = 0
    published: int = 0


def begun(target: Tagger, themes: Collection[str], since: datetime | None, now: datetime) -> Mark:
    """Return the mark of a run that begins."""
    run = f"{now:%Y%m%dT%H%M%SZ}-{target.version}"
    return Mark(run=run, version=target.version, digest=target.digest, themes=tuple(sorted(themes)), since=since)


def resumed(text: str | None, fresh: Mark) -> Mark:
    """Return the mark of the run that a commit's metadata tells of, where it does the same; else the fresh one.

    A span back from now (--since 30d) is another moment each time: what a run began with goes on.
    """
    try:
        found = msgspec.json.decode(text or "", type=Mark)
    except ValueError:
        return fresh
    same = (found.version, found.digest, found.themes) == (fresh.version, fresh.digest, fresh.themes)
    return found if same and (found.since is None) == (fresh.since is None) else fresh


def encode(mark: Mark | None) -> str:
    """Return the metadata; empty where the run has ended."""
    return msgspec.json.encode(mark).decode() if mark else ""

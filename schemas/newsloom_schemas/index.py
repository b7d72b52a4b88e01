"""The search index: names that the indexer, set-up and the command line share."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

ALIAS: Final = "news-articles"  # what everybody reads and writes
INDEX: Final = "news-articles-v1-000001"  # what stands behind it at first; a change of mapping makes the next version
VERSIONS: Final = "news-articles-v*"  # all of them
PREVIOUS: Final = "news-articles-previous"  # an alias of the index that the live one was made from, kept for a rollback
NEXT: Final = "news-articles-next"  # an alias of an index that is being built
EXPIRED: Final = "news-articles-expired"  # an index of one document: the note of what retention has taken out
FOREVER: Final = "never"
DAYS: Final = re.compile(r"([1-9]\d{0,4})d")
TAGGER_VERSIONS: Final = 1_000_000  # room for tagger versions below each content revision


def document_version(revision: int, tagger_version: int) -> int:
    """Return the external version of a document: ordered by content revision first, tagger version second."""
    if tagger_version >= TAGGER_VERSIONS:
        raise ValueError(f"tagger version {tagger_version}: must be below {TAGGER_VERSIONS}")
    return revision * TAGGER_VERSIONS + tagger_version


def kept_for(retention: str) -> timedelta | None:
    """Return how old an article in the index may be: ``365d``; None for ``never``. Raises ValueError naming the setting."""
    if retention == FOREVER:
        return None
    if days := DAYS.fullmatch(retention):
        return timedelta(days=int(days[1]))
    raise ValueError(f"NEWSLOOM_RETENTION={retention!r}: {FOREVER}, or a number of days such as 365d")


def templates() -> dict[str, dict[str, Any]]:
    """Return the component templates (``news@…``) and the index template (``news-articles``), by name."""
    folder = Path(__file__).with_name("elasticsearch")
    return {
        p.name.removesuffix(".json"): json.loads(p.read_text("utf-8")) for p in folder.iterdir() if p.name.endswith(".json")
    }

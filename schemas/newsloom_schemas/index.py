"""The search index: names that the indexer, set-up and the command line share."""

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

ALIAS: Final = "news-articles"  # what everybody reads and writes
INDEX: Final = "news-articles-v1-000001"  # what stands behind it at first; a change of mapping makes the next version
VERSIONS: Final = "news-articles-v*"  # all of them
PREVIOUS: Final = "news-articles-previous"  # an alias of the index that the live one was made from, kept for a rollback
NEXT: Final = "news-articles-next"  # an alias of an index that is being built
EXPIRED: Final = "news-articles-expired"  # an index of one document: the note of what retention has taken out
CUSTOM: Final = "news@custom"  # the user's own component template
PART: Final = "news@analysis"  # ours, of which there are variants
OWN: Final = "own"  # the one that needs no plugin
FOLDER: Final = Path(__file__).with_name("elasticsearch")
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


def templates(analysis: str = OWN) -> dict[str, dict[str, Any]]:
    """Return the component templates (``news@…``) and the index template (``news-articles``), by name."""
    found = {p.name.removesuffix(".json"): _read(p) for p in FOLDER.iterdir() if p.name.endswith(".json")}
    return found if analysis == OWN else {**found, PART: joined(found[PART], variant(analysis))}


def variant(analysis: str) -> dict[str, Any]:
    """Return what another analysis than our own says otherwise; ``_meta.plugin`` is what Elasticsearch needs for it."""
    return _read(FOLDER / "analysis" / f"{analysis}.json")


def joined(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Return both, the other's where they say different things, as Elasticsearch puts templates together."""
    both = {k: joined(one[k], v) for k, v in other.items() if isinstance(v, Mapping) and isinstance(one.get(k), Mapping)}
    return {**one, **other, **both}


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found

"""How the system stands → whether themes may be applied to it, or the sentence that says why not. Pure."""

from collections.abc import Collection
from typing import Final, NamedTuple

from newsloom_schemas.topics import theme_topic
from newsloom_schemas.types import Tagger
from newsloom_tagger.version import announcement

SETUP: Final = "run the set-up step with these themes (`make up`, `docker compose up`)"


class Standing(NamedTuple):
    """What the taggers that run say of themselves; how many indexers run; the topics; what the index holds.

    ``newest`` is the highest version of a tagger there, ``strangers`` are the articles that bear our version and other rules.
    """

    taggers: tuple[str, ...]
    indexers: int
    topics: frozenset[str]
    newest: int
    strangers: int


def refusal(target: Tagger, themes: Collection[str], found: Standing, folder: str) -> str:
    """Return why the themes cannot be applied, "" where they can."""
    where = f"{folder}/taxonomy.yaml" if folder else "taxonomy.yaml"
    if found.newest > target.version:
        return (
            f"the index has articles of version {found.newest}, and these themes are version {target.version}: "
            f"raise the version in {where} (to take a change back, too)"
        )
    if found.strangers:
        return (
            f"{found.strangers:,} articles were tagged by other rules under the same number: raise the version in {where} "
            f"to {target.taxonomy + 1}"
        )
    if missing := sorted(t for t in map(theme_topic, themes) if t not in found.topics):
        return f"Kafka has no topic {', '.join(missing)}: {SETUP}"
    return ""


def disagreement(target: Tagger, found: Standing, folder: str) -> str:
    """Return why what runs is not fit for the themes, "" where it is. It may be starting only just now."""
    if others := sorted({t or "one that does not say" for t in found.taggers} - {announcement(target)}):
        return (
            f"the taggers that run have other themes (version {', '.join(others)}; these are {announcement(target)}): "
            f"start them with {f'NEWSLOOM_THEMES_DIR={folder}' if folder else 'the packaged themes'} first"
        )
    return "" if found.indexers else "no indexer is running: nothing would reach the index"

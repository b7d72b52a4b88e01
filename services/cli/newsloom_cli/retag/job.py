"""What `newsloom retag` is asked."""

from datetime import datetime
from typing import Final, NamedTuple

from newsloom_schemas.types import Tagger
from newsloom_tagger.taxonomy import Taxonomy
from newsloom_tagger.version import identity

INDEX: Final = "index"
TOPIC: Final = "topic"


class Job(NamedTuple):
    """What is asked: a taxonomy and its folder, what to read, which of its themes (all if none), in how many processes."""

    taxonomy: Taxonomy
    folder: str
    sources: tuple[str, ...] = (INDEX,)
    themes: tuple[str, ...] = ()
    since: datetime | None = None
    limit: int | None = None
    workers: int = 1

    @property
    def target(self) -> Tagger:
        """Return the version that articles have afterwards."""
        return identity(self.taxonomy)

    @property
    def ids(self) -> set[str]:
        """Return the themes of the taxonomy."""
        return {t.id for t in self.taxonomy.themes}

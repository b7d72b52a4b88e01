"""Settings of the indexer."""

from typing import Annotated

from msgspec import Meta
from newsloom_common.settings import Settings
from newsloom_schemas.index import FOREVER


class IndexerSettings(Settings, frozen=True, kw_only=True):
    """What the indexer can be told.

    ``bulk_documents`` and ``bulk_bytes`` bound one request to Elasticsearch, of which ``bulk_at_once`` are under way. Where
    more than ``dead_ratio`` of the last ``dead_window`` records would be dead letters, the indexer stops instead.
    ``instance`` names a member of the group for good: restarted under the same name it takes its partitions up again at once;
    two members must not share a name. ``hostname`` is the machine's or the container's name. ``retention`` is how long
    articles stay in the index, by the time of their publication: ``365d``, or ``never`` for no end.
    """

    bulk_documents: Annotated[int, Meta(ge=1, le=10_000)] = 1000
    bulk_bytes: Annotated[int, Meta(ge=1024, le=90_000_000)] = 6_000_000
    bulk_at_once: Annotated[int, Meta(ge=1, le=8)] = 2
    dead_ratio: Annotated[float, Meta(ge=0, le=1)] = 0.5
    dead_window: Annotated[int, Meta(ge=1)] = 200
    instance: str = ""
    retention: str = FOREVER

    @property
    def batch_documents(self) -> int:
        """How many records are taken at a time."""
        return self.bulk_documents * self.bulk_at_once

"""Settings of the notifier."""

from typing import Annotated

from msgspec import Meta
from newsloom_common.settings import Settings


class NotifierSettings(Settings, frozen=True, kw_only=True):
    """What the notifier can be told.

    ``batch_articles`` bounds what is matched between two commits. Where more than ``dead_ratio`` of the last ``dead_window``
    records cannot be read, the notifier stops instead of passing them over. ``instance`` names a member of the group for
    good: restarted under the same name it goes on at once; two members must not share a name. ``hostname`` is the machine's
    or the container's name.
    """

    batch_articles: Annotated[int, Meta(ge=1, le=10_000)] = 200
    dead_ratio: Annotated[float, Meta(ge=0, le=1)] = 0.5
    dead_window: Annotated[int, Meta(ge=1)] = 200
    instance: str = ""

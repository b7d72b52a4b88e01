"""Settings of the tagger."""

from typing import Annotated

from msgspec import Meta
from newsloom_common.settings import Settings


class TaggerSettings(Settings, frozen=True, kw_only=True):
    """What the tagger can be told.

    ``batch`` records at most are tagged together, and what has come in ``batch_seconds`` is not kept waiting for more.
    Where more than ``dead_ratio`` of the last ``dead_window`` records of a topic would be dead letters, the tagger stops
    instead. ``themes_dir`` holds other theme files than the packaged ones. ``instance`` names a member of the group for good:
    restarted under the same name it takes its partitions up again at once; two members must not share a name. ``hostname`` is
    the machine's or the container's name.
    """

    batch: Annotated[int, Meta(ge=1, le=10_000)] = 500
    batch_seconds: Annotated[float, Meta(gt=0, le=60)] = 0.2
    dead_ratio: Annotated[float, Meta(ge=0, le=1)] = 0.5
    dead_window: Annotated[int, Meta(ge=1)] = 200
    themes_dir: str = ""
    instance: str = ""

"""Elasticsearch's client without what it imports and does not use here: half of the time that its import takes.

It is asked over urllib3; aiohttp, httpx and requests are for other ways, and it does without them where they are missing.
"""

import sys
from typing import Any, Final, cast

UNUSED: Final = ("aiohttp", "httpx", "requests")


def elasticsearch() -> None:
    """Import the client as if they were missing, if it is not there yet; whoever needs them can import them afterwards."""
    if "elasticsearch" in sys.modules:
        return
    modules = cast("dict[str, Any]", sys.modules)
    hidden = [name for name in UNUSED if name not in modules]
    modules |= dict.fromkeys(hidden)  # None is how one says that there is no such module
    try:
        import elasticsearch  # noqa: F401
    finally:
        for name in hidden:
            del modules[name]

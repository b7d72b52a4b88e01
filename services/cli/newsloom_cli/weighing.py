"""NEWSLOOM_SOURCE_WEIGHTS → how many times as good as others the articles of a host are. Pure."""

import re
from collections.abc import Mapping
from typing import Final

from newsloom_common.settings import Settings, SettingsError

PAIR: Final = re.compile(r"(?P<host>[\w.-]{1,60})=(?P<weight>\d{1,2}(?:\.\d{1,3})?)")
MOST: Final = 10.0


class SearchSettings(Settings, frozen=True, kw_only=True):
    """``source_weights``: hosts of feeds and weights, such as ``reuters.com=1.5 example.org=0.5``."""

    source_weights: str = ""


def weights(settings: SearchSettings) -> Mapping[str, float]:
    """Return host → weight, in the order given: of two that fit an article the first counts. Raises SettingsError."""
    found: dict[str, float] = {}
    for pair in settings.source_weights.replace(",", " ").split():
        m = PAIR.fullmatch(pair)
        if m is None or not 0 < float(m["weight"]) <= MOST:
            raise SettingsError(f"NEWSLOOM_SOURCE_WEIGHTS: {pair!r} is not HOST=WEIGHT with a weight above 0, at most {MOST:g}")
        found.setdefault(m["host"].lower(), float(m["weight"]))
    return found

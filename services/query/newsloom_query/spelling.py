"""A name → how it may be written, as a pattern: for fields that the index keeps whole, without an analyser. Pure.

The pattern has for each character all that the tagger folds to it (case, width, script), so that what Elasticsearch finds with
it is what Python finds in the folded text.
"""

import re
from collections import defaultdict
from functools import cache
from typing import Final

import numpy as np
from newsloom_tagger.fold import fold, folded_codes
from newsloom_tagger.gazetteer import WORD

SPECIAL: Final = re.compile(r"[^0-9A-Za-z\u0080-\U0010ffff]")


@cache
def _written() -> dict[str, str]:
    """Return folded character → the others that fold to it."""
    codes = folded_codes()
    changed = np.flatnonzero(codes != np.arange(len(codes), dtype=np.uint32))
    others: dict[str, list[str]] = defaultdict(list)
    for code in changed.tolist():
        if not 0xD800 <= code < 0xE000:
            others[chr(codes[code])].append(chr(code))
    return {folded: "".join(found) for folded, found in others.items()}


def spelt(name: str) -> str:
    """Return a Lucene pattern for the name, however it is written."""
    return "".join(_one(c) for c in fold(name))


def _one(folded: str) -> str:
    others = _written().get(folded, "")
    plain = SPECIAL.sub(r"\\\g<0>", folded)
    return f"[{plain}{others}]" if others else plain


@cache
def _edge() -> str:
    return "".join(c + _written().get(c, "") for c in sorted(WORD))


def holding(name: str) -> str:
    """Return the Lucene pattern of a text with the name in it; a Latin letter or digit at its edge is the end of a word."""
    folded = fold(name)
    before = f"(.*[^{_edge()}])?" if folded[:1] in WORD else ".*"
    after = f"([^{_edge()}].*)?" if folded[-1:] in WORD else ".*"
    return before + spelt(folded) + after


def holds(name: str, text: str) -> bool:
    """Whether the text is one that ``holding`` finds."""
    return _holding(fold(name)).search(fold(text)) is not None


@cache
def _holding(folded: str) -> re.Pattern[str]:
    before = "(?<![0-9a-z])" if folded[:1] in WORD else ""
    after = "(?![0-9a-z])" if folded[-1:] in WORD else ""
    return re.compile(before + re.escape(folded) + after)


def hosted(host: str) -> str:
    """Return the Lucene pattern of an address on the host or a part of it; one without a dot is any label of a host."""
    label = "" if "." in host else r"(\.[^/?\#:]*)?"
    return rf"[^/]*://([^/?\#]*[.\@])?{spelt(host)}{label}(:[0-9]*)?([/?\#].*)?"


def is_hosted(host: str, address: str) -> bool:
    """Whether the address is one that ``hosted`` finds."""
    return _hosted(fold(host)).fullmatch(fold(address)) is not None


@cache
def _hosted(folded: str) -> re.Pattern[str]:
    label = "" if "." in folded else r"(?:\.[^/?#:]*)?"
    return re.compile(rf"[^/]*://(?:[^/?#]*[.@])?{re.escape(folded)}{label}(?::[0-9]*)?(?:[/?#].*)?", re.DOTALL)

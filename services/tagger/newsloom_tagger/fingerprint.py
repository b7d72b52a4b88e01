"""Title, content and address → what of them is enough to see that another article tells the same in the same words.

Bottom-k samples (Cohen, "Size-estimation framework with applications to transitive closure and reachability", 1997; Broder,
"On the resemblance and containment of documents", 1997): every run of ``RUN`` units is hashed, and the lowest hashes are kept.
Two texts that share a part of their runs share the same part of the lowest ones. A unit is a Latin word or number, or one
Chinese character; punctuation, spaces and case count for nothing, nor does the script.
"""

import re
from typing import Final
from urllib.parse import urlsplit
from zlib import crc32

import numpy as np
from msgspec.structs import replace
from newsloom_schemas.stories import FIGURES, SAMPLE
from newsloom_schemas.types import Fingerprint

from newsloom_tagger import hashing
from newsloom_tagger.columns import changes
from newsloom_tagger.fold import Codes, encoded
from newsloom_tagger.hashing import Hashes
from newsloom_tagger.signs import WORD, table

RUN: Final = 5  # units: in fewer, articles of one trade share too much; of more, each edit breaks more
FEWEST: Final = 12  # runs: of less text nothing can be said
LONGEST: Final = 100_000  # code points that are read
SHIFT: Final = np.uint64(24)  # 40 bits are kept: any JSON reader has them exactly, and no two runs of a year's news share them
MIX: Final = np.uint64(0xD6E8FEB86659FD93)  # odd, its bits in no order
HAN: Final = 0x2E80  # from here on there are scripts that part no words by spaces
# A number with what it is a number of, so far as one character tells: 12% is not 12 people, nor 12亿. No year, and no number in
# a name (H100, GPT-5).
FIGURE: Final = re.compile(r"[0-9](?<![a-z0-9.,-][0-9])(?!(?<=[12])[90][0-9][0-9](?![0-9]))[0-9]*(?:[.,:][0-9]+)*\s?[^\s0-9]?")
ALIKE: Final = str.maketrans("％", "%", ", \n")  # 3,245 is 3245
NO_WORD: Final = re.compile(r"\W+")
HOST: Final = re.compile(r"^(?:www|m|amp|mobile)\d?\.")


def of(title: str, content: str) -> Fingerprint | None:
    """Return the fingerprint of an article, given folded; None of a text that is too short to have one."""
    runs = _runs(encoded(content[:LONGEST]))
    if len(runs) < FEWEST:
        return None
    return Fingerprint(
        text=tuple(_lowest(runs).tolist()),
        figures=tuple(sorted({crc32(f.encode()) for f in numbers(content[:LONGEST])})[:FIGURES]),
        title=crc32(NO_WORD.sub("", title[:LONGEST]).encode()),
    )


def at(found: Fingerprint | None, url: str | None) -> Fingerprint | None:
    """Return the fingerprint with the site that its article is on."""
    return replace(found, site=site(url)) if found and url else found


def site(url: str) -> str:
    """Return the host of an address as readers know it, "" where there is none."""
    try:
        return HOST.sub("", urlsplit(url).hostname or "")
    except ValueError:
        return ""


def numbers(text: str) -> list[str]:
    """Return the numbers of a folded text, each with the sign or letter after it."""
    return [f.translate(ALIKE) for f in FIGURE.findall(text)]


def _lowest(runs: Hashes) -> Hashes:
    low = np.sort((runs ^ runs >> np.uint64(32)) * MIX >> SHIFT)
    return low[changes(low)][:SAMPLE]


def _runs(codes: Codes) -> Hashes:
    """Return the hash of each run of units."""
    units = _units(codes)
    first = np.arange(max(0, len(units) - RUN + 1))
    return hashing.stretches(units, first, first + RUN)


def _units(codes: Codes) -> Hashes:
    """Return the hash of each unit."""
    kept = table().take(codes) & WORD != 0
    alone = codes >= HAN
    begins = kept.copy()
    begins[1:] &= ~kept[:-1] | alone[1:] | alone[:-1]
    starts = begins[kept].nonzero()[0]
    ends = np.append(starts[1:], np.count_nonzero(kept))[: len(starts)]
    return hashing.stretches(hashing.digits(codes[kept]), starts, ends)

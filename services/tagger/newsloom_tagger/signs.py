"""Code point → all that reading has to know of it, in one number: so a text is classified by looking it up in a table once.

The low bits hold the code point as the rules read it, the high ones say what kind it is.
"""

import re
from functools import cache
from typing import Final

import numpy as np

from newsloom_tagger.fold import Codes, all_of, encoded, folded_codes

# A hyphen is as good as a space (sold-out, sold out), a line break too.
ALIKE: Final = {" ": "-‐‑‒–—―−\u00ad\u00a0\t\n\r\x0b\x0c\u2028\u3000", "'": "‘’＇`´"}
EDGES: Final = ' \t\r\n\u3000，。！？；：、,.;:!?—-()（）“”"‘’「」『』'  # no part of evidence at its ends
CODE: Final = np.uint32(0x1FFFFF)
STOP, CLOSE, CLAUSE, DOT, SPACE, OPEN, START, EDGE, SOLID, WORD, LATIN = (np.uint32(1 << n) for n in range(21, 32))
KINDS: Final = {  # of characters as they are written
    STOP: r"[。！？!?\n；;]",  # ends a sentence
    CLOSE: r"[”’」』\"']",  # may follow the end of a sentence and belongs to it
    CLAUSE: r"[，。！？；：、—\n;!?:()（）]",  # ends a clause
    DOT: r"[,.]",  # does so too before a space
    SPACE: r"\s",
    OPEN: r"[\"“‘'(\[]",  # may stand before the first letter of a sentence
    START: r"[A-Z0-9\u3400-\u9fff]",  # may begin a sentence after a full stop
    EDGE: f"[{re.escape(EDGES)}]",
}
FOLDED_KINDS: Final = {WORD: r"\w", LATIN: r"[a-z0-9]"}  # of characters as the rules read them; SOLID is all but space


@cache
def table() -> Codes:
    """Return the number of each code point."""
    codes = folded_codes().copy()
    for one, others in ALIKE.items():
        codes[encoded(others)] = ord(one)
    signs = codes.copy()
    for kind, pattern in KINDS.items():
        signs[all_of(pattern)] |= kind
    for kind, pattern in FOLDED_KINDS.items():
        signs[all_of(pattern, codes)] |= kind
    blank = all_of(r"\s", codes)
    signs |= SOLID
    signs[blank] &= ~SOLID
    return signs


def signs(text: str) -> Codes:
    """Return the number of each character of a text. Total."""
    return table().take(encoded(text))

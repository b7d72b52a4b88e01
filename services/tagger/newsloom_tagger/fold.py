"""text → the same text in one script and case, character for character: what is found in it has the original's offsets."""

import re
from functools import cache
from typing import Final

import numpy as np
import opencc
from numpy.typing import NDArray

from newsloom_tagger.columns import Ints

# Full-width letters and digits (Ｈ１００) stand for the plain ones. Full-width punctuation stays: it separates sentences.
WIDE: Final = {ord(c) + 0xFEE0: c for c in "0123456789abcdefghijklmnopqrstuvwxyz"}
# Forms that OpenCC decides by the word around them, or leaves to its regional tables, and the sigma that ends a Greek word.
# Folding is for comparing only, so both readings may become one.
ALSO: Final = {ord(old): new for old, new in zip("著\ufa5f瞭衞枱敍粧衹薴ς", "着着了卫台叙妆只苎σ", strict=True)}
CODES: Final = 0x110000  # code points that there are
ASSIGNED: Final = 0x40000  # from here on there is nothing to read
CASED: Final = 0x20000  # no letter from here on has a lower case
Codes = NDArray[np.uint32]


@cache
def table() -> dict[int, str]:
    """Return the map of OpenCC's Traditional characters, one by one, to Simplified ones, with full-width letters and digits.

    Only characters of the Basic Multilingual Plane: the few hundred beyond it stand in no newspaper. Half surrogates become
    U+FFFD: no text has them by intent, and code that encodes what it is given would fail at them.
    """
    characters = [chr(code) for first, last in ((0x3400, 0xA000), (0xF900, 0xFB00)) for code in range(first, last)]
    simplified = opencc.OpenCC("t2s").convert("\n".join(characters)).split("\n")
    han = {
        ord(old): new
        for old, new in zip(characters, simplified, strict=True)
        if old != new and len(new) == 1 and new < "\U00010000"
    }
    return han | WIDE | ALSO | dict.fromkeys(range(0xD800, 0xE000), "\ufffd")


@cache
def folded_codes() -> Codes:
    """Return what each code point folds to: its lower case, in Simplified Chinese.

    U+0130, the dotted capital I, is the only character whose lower case is longer than itself. The lines between the
    characters keep lower-casing from looking at neighbours, as it does at a sigma.
    """
    lined = np.full(2 * CASED, ord("\n"), np.uint32)
    lined[::2] = np.arange(CASED)
    codes = np.arange(CODES, dtype=np.uint32)
    codes[list(table())] = encoded("".join(table().values()))
    codes[:CASED] = codes[encoded(decoded(lined).replace("\u0130", "i").lower())[::2]]
    return codes


def all_of(pattern: str, codes: Codes | None = None) -> Ints:
    """Return all code points that a pattern of letters, digits, marks or spaces matches, or at which of ``codes`` it does."""
    text = decoded(np.arange(ASSIGNED, dtype=np.uint32) if codes is None else codes[:ASSIGNED])
    return np.fromiter((m.start() for m in re.finditer(pattern, text)), np.intp)


def encoded(text: str) -> Codes:
    """Return the code points of a text, half surrogates included."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def decoded(codes: Codes) -> str:
    """Return the text of code points."""
    return codes.tobytes().decode("utf-32-le", "surrogatepass")


def fold(text: str) -> str:
    """Return ``text`` in lower case and Simplified characters, as long as ``text``: offsets are the same in both.

    Total: any string will do. Folding twice changes nothing more.
    """
    return text.lower() if text.isascii() else decoded(folded_codes().take(encoded(text)))

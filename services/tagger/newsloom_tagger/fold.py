"""text → the same text in one script and case, character for character: what is found in it has the original's offsets."""

import re
from functools import cache
from typing import Final

import opencc

# Full-width letters and digits (Ｈ１００) stand for the plain ones. Full-width punctuation stays: it separates sentences.
WIDE: Final = {ord(c) + 0xFEE0: c for c in "0123456789abcdefghijklmnopqrstuvwxyz"}
# Forms that OpenCC decides by the word around them, or leaves to its regional tables. Folding is for comparing only, so
# both readings may become one.
ALSO: Final = {ord(old): new for old, new in zip("著\ufa5f瞭衞枱敍粧衹薴", "着着了卫台叙妆只苎", strict=True)}


@cache
def table() -> dict[int, str]:
    """Return the map of OpenCC's Traditional characters, one by one, to Simplified ones, with full-width letters and digits.

    Only characters of the Basic Multilingual Plane: the few hundred beyond it stand in no newspaper, and would make
    the search for something to fold a hundred times slower. Half surrogates become U+FFFD: no text has them by intent,
    and code that encodes what it is given would fail at them.
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
def _foldable() -> re.Pattern[str]:
    """Return a pattern of what the table changes: most texts have none of it, and looking is cheaper than translating."""
    return re.compile("[" + "".join(map(chr, table())) + "]")


def fold(text: str) -> str:
    """Return ``text`` in lower case and Simplified characters, as long as ``text``: offsets are the same in both.

    Total: any string will do. Folding twice changes nothing more.
    """
    # U+0130, the dotted capital I, is the only character whose lower case is longer than itself.
    lowered = text.replace("\u0130", "i").lower()
    return lowered.translate(table()) if _foldable().search(lowered) else lowered

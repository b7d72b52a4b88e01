"""What a person types → free words, phrases that must occur and what must not. Pure.

``"…"`` (also “…”, 「…」 and full-width quotes) is a phrase, ``-`` before a word or phrase is not, ``|`` is or, ``*`` after
a word is any ending. Total: whatever is typed can be read; a quotation mark without its other half is none.
"""

import re
from typing import Final, NamedTuple

QUOTES: Final = str.maketrans("“”„‟＂「」『』｜－", '"""""""""|-')
PART: Final = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))')
SIGNIFICANT: Final = re.compile(r"\w")


class Asked(NamedTuple):
    """One alternative of a question: its free words as they stand, and what must and must not occur."""

    words: str
    phrases: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


def read(text: str) -> tuple[Asked, ...]:
    """Return the alternatives of a question, at least one; each has something that is looked for, or is excluded."""
    found = tuple(a for part in _alternatives(text.translate(QUOTES)) if (a := _read(part)) != Asked(""))
    return found or (Asked(text.strip()),)


def _alternatives(text: str) -> list[str]:
    """Cut at each ``|`` outside of quotes."""
    parts, quoted = [""], False
    for character in text:
        quoted ^= character == '"'
        if character == "|" and not quoted:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def _read(text: str) -> Asked:
    words, phrases, endings, without = [], [], [], []
    for m in PART.finditer(text):
        said = (m["word"] if m["phrase"] is None else m["phrase"]).strip()
        if not SIGNIFICANT.search(said):
            continue
        if m["minus"]:
            without.append(said)
        elif m["phrase"] is not None:
            phrases.append(said)
        elif said.endswith("*"):
            endings.append(said.rstrip("*"))
        else:
            words.append(said)
    return Asked(" ".join(words), tuple(phrases), tuple(endings), tuple(without))

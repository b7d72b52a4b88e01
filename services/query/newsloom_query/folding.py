"""A word → the same in plain narrow lower-case letters, as the index has it: cjk_width, lowercase and asciifolding.

``folding.json`` says what the three make of each character: {plain: characters}. It is what Elasticsearch itself answered
(``python -m tests.query``), and a test asks it again.
"""

import json
import re
from functools import cache
from importlib.resources import files
from typing import Final
from unicodedata import normalize

VOICED: Final = re.compile("([\uff66-\uff9d\u30a6-\u30fd])([\uff9e\uff9f])")  # a half-width kana and its mark, which become one
MARKS: Final = {"\uff9e": "\u3099", "\uff9f": "\u309a"}


def folded(text: str) -> str:
    """Return the word as the index has it. Total."""
    return text.lower() if text.isascii() else VOICED.sub(_voiced, text).translate(_table())


@cache
def _table() -> dict[int, str]:
    known = json.loads(files("newsloom_query").joinpath("folding.json").read_text("utf-8"))
    return {ord(c): plain for plain, characters in known.items() for c in characters}


def _voiced(m: re.Match[str]) -> str:
    whole = normalize("NFC", normalize("NFKC", m[1]) + MARKS[m[2]])
    return whole if len(whole) == 1 else m.group()

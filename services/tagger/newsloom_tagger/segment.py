"""A text with Chinese in it → its words, for search. Latin words stand between spaces already; Chinese ones do not.

Segmented by jieba's dictionary and hidden Markov model (github.com/fxsjy/jieba, in Rust), in its search mode: a long word is
followed by the shorter ones in it, so that 人工智能 is found by 智能 too. The gazetteer's names are words as well.
"""

import re
from functools import cache
from typing import Final

import numpy as np
import rjieba
from newsloom_schemas.types import Words

from newsloom_tagger import gazetteer
from newsloom_tagger.fold import decoded, encoded, folded_codes
from newsloom_tagger.signs import WORD, table

CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
NAME: Final = re.compile(r"[\u4e00-\u9fff]{2,8}")
WITHIN: Final = np.isin(np.arange(128), [ord(mark) for mark in ".%+#-"])  # marks that belong to a word: 3.5, gpt-5
LONGEST: Final = 100_000  # code points of a field that are segmented
SPACE: Final = np.uint32(ord(" "))
FREQUENT: Final = 2_000  # as often as jieba's dictionary has a common company name: enough not to be cut


def words(text: str) -> str:
    """Return the words of a text, folded as the tagger folds (lower case, Simplified), parted by single spaces.

    A query is segmented by the same function. Punctuation is left out; what is no Chinese stays as it is between spaces.
    """
    return " ".join([word for word in _segmenter().cut_for_search(_plain(text[:LONGEST])) if word != " "])


def of(title: str, content: str) -> Words | None:
    """Return the words of an article, or None where no character of it is Chinese."""
    if not CHINESE.search(title) and not CHINESE.search(content, 0, LONGEST):
        return None
    return Words(title=words(title), content=words(content))


def _plain(text: str) -> str:
    """Return the text, folded, with a space for each mark that is not within a word."""
    written = encoded(text)
    codes, word = folded_codes().take(written), table().take(written) & WORD != 0
    beside = np.concatenate(([False], word, [False]))
    kept = word | WITHIN[np.minimum(codes, 127)] & beside[:-2] & beside[2:]
    return decoded(np.where(kept, codes, SPACE))


@cache
def _segmenter() -> rjieba.Jieba:
    segmenter = rjieba.Jieba()
    for name in sorted({n for n in gazetteer.load().patterns if NAME.fullmatch(n)}):
        if not segmenter.has_word(name):
            segmenter.add_word(name, FREQUENT, "nz")
    return segmenter

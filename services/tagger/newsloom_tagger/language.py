"""Text → the language it is mostly written in: zh, en, another ISO 639-1 code where sure, else und.

Scripts decide first: kana, hangul or Thai name one language. Among Latin texts the small words of each language decide, as in
Grefenstette, "Comparing two language identification schemes" (1995); so few languages need no model.
"""

import re
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from newsloom_tagger.fold import CODES, all_of, encoded
from newsloom_tagger.hashing import Known, digits, powers

SAMPLE: Final = 4000  # code points: a longer look has never changed the answer
ASCII: Final = 128
LEAST: Final = 2  # letters: below this there is nothing to tell
SURE: Final = 1.5  # times as many small words as the runner-up
DENSE: Final = 3  # a Chinese character says as much as three Latin letters, so mixed text goes to what says more
UNSAID: Final = re.compile(
    r"<[!-~][ -~]{0,300}?>|&#?[0-9A-Za-z]{1,20};|https?://[!-~]+"
)  # left-over markup, addresses: no words
SCRIPTS: Final = {
    "han": r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f]",
    "ja": r"[\u3041-\u30ff]",
    "ko": r"[\uac00-\ud7af\u1100-\u11ff]",
    "latin": r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]",
    "cyrillic": r"[\u0400-\u04ff]",
    "arabic": r"[\u0600-\u06ff]",
    "th": r"[\u0e01-\u0e5b]",
    "el": r"[\u0370-\u03ff]",
    "he": r"[\u0590-\u05ff]",
    "hi": r"[\u0900-\u097f]",
    "ta": r"[\u0b80-\u0bff]",
    "ka": r"[\u10a0-\u10ff]",
    "hy": r"[\u0530-\u058f]",
}
# Letters that only one language of a script has; a script without such letters stays undecided.
LETTERS: Final = {"uk": "іїєґ", "ru": "ыэё", "fa": "پچژگ", "ar": "ةىض"}
SMALL_WORDS: Final = {
    "en": "the of and to in a is that for it with as was on are by this from be has its at have an will not",
    "de": "der die und das von zu mit den ist auf nicht des ein eine im dem für sich auch wird sind bei einer nach",
    "fr": "le la les des et du un une que est dans pour qui sur pas au par avec sont plus ce il aux cette",
    "es": "el los las del que una por con para es se su como más al lo sus pero fue este entre ha sobre",
    "it": "il di che della per una del con non sono dei nel alla anche più gli si ha come delle ma questo",
    "pt": "os da do das dos em um uma para com não que por mais como foi ao pela são sua ou seu na no",
    "nl": "het een van en dat op te zijn voor met niet aan ook er maar om bij naar uit worden door deze",
    "sv": "och att det som en på är av för med den till inte har ett om de sig från kan var",
    "pl": "w i na że z się do jest nie to jak przez od po oraz dla są może tym przy",
    "tr": "ve bir bu için ile da de olarak olan daha çok gibi sonra kadar en ancak göre",
    "id": "yang dan di dengan untuk pada dari ini itu akan dalam tidak adalah oleh ke bisa",
    "vi": "và của là các trong cho được có một không với những người này đã để",
}
LANGUAGES: Final = tuple(SMALL_WORDS)
WORDS: Final = tuple(sorted({word for words in SMALL_WORDS.values() for word in words.split()}))
OWNERS: Final = np.array([[word in words.split() for words in SMALL_WORDS.values()] for word in WORDS], np.intp)
LETTER: Final = np.uint8(128)  # beside the number of the script
WEIGHTS: Final = np.array([0, *(DENSE if script in {"han", "ja", "ko"} else 1 for script in SCRIPTS)])


def detect(text: str) -> str:
    """Return the language's code. Total: any string will do, and only its first 4,000 code points are read."""
    sample = text[:SAMPLE]
    if "<" in sample or "&" in sample or "://" in sample:
        sample = UNSAID.sub(" ", sample)
    counted = np.bincount(_table().take(encoded(sample)) & ~LETTER, minlength=len(WEIGHTS))
    counts = dict(zip(SCRIPTS, counted[1:].tolist(), strict=True))
    script = tuple(SCRIPTS)[int((counted * WEIGHTS)[1:].argmax())]
    if counts[script] < LEAST and not counts["han"] + counts["ja"]:
        return "und"
    if script in {"han", "ja"}:
        return "ja" if counts["ja"] * 10 > counts["han"] else "zh"  # Japanese never goes long without kana
    if script == "latin":
        return _latin(sample)
    if script in {"cyrillic", "arabic"}:
        return _by_letters(sample, ("uk", "ru") if script == "cyrillic" else ("fa", "ar"))
    return script


@cache
def _table() -> NDArray[np.uint8]:
    """Return of each code point the number of its script, from 1, or 0; with LETTER where it is a letter."""
    scripts = np.zeros(CODES, np.uint8)
    for number, pattern in enumerate(SCRIPTS.values(), 1):
        scripts[all_of(pattern)] = number
    scripts[all_of(r"[^\W\d_]")] |= LETTER
    return scripts


@cache
def _known() -> Known:
    return Known(WORDS)


def _latin(sample: str) -> str:
    codes = encoded(sample.lower())
    letters = _table().take(codes) >= LETTER
    edges = (np.concatenate(([False], letters)) != np.concatenate((letters, [False]))).nonzero()[0]
    power, starts, ends = powers(len(codes).bit_length()), edges[::2], edges[1::2]
    _, small = _known().find(power.stretches(power.sums(digits(codes)), starts, ends))
    scores = np.bincount(small, minlength=len(WORDS)) @ OWNERS
    second, best = np.sort(scores)[-2:].tolist()
    if not best:  # a headline may have no small word at all; plain letters are more often English than not
        return "en" if len(starts) > 1 and codes[letters].max() < ASCII else "und"
    return LANGUAGES[int(scores.argmax())] if best >= second * SURE else "und"


def _by_letters(sample: str, codes: tuple[str, str]) -> str:
    counts = {code: sum(map(sample.lower().count, LETTERS[code])) for code in codes}
    return max(counts, key=lambda c: counts[c]) if any(counts.values()) else "und"

"""Any two strings give a result that keeps every promise, in time that grows with their length and no faster."""

import json
import re
import time
from functools import partial
from pathlib import Path

import opencc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from newsloom_schemas import codec
from newsloom_tagger.analysis import Analyser
from support.promises import kept

ANALYSER = Analyser()
LABELLED = Path(__file__).parents[2] / "quality" / "labelled"
SECONDS = 10  # of CPU time, for a megabyte
LINEAR = 14  # times as long as a tenth of it
MARKS = [
    "“",
    "”",
    "‘",
    "’",
    "「",
    "」",
    "『",
    "』",
    '"',
    "'",
    "«",
    "»",
    "——",
    "—",
    "(",
    "）",
    "。",
    "，",
    ". ",
    ": ",
    "：",
    "\n",
    "\n\n",
    "\u3000",
]
FIGURES = [
    "3",
    "９",
    "1,200",
    "1.",
    "五十",
    "两千万",
    "半",
    "亿",
    "万亿",
    "美元",
    "元",
    "$",
    "US$",
    "€",
    " bn",
    " million",
    " to ",
    "-",
    "至",
    "%",
]
FIGURES += [
    "逾",
    "nearly ",
    "融资3.2亿元",
    "raised $4bn",
    "$2 to 3 billion",
    "每月",
    "/month",
    "1e999",
    "9" * 400,
    "٣",
    "⑨",
    "½",
]
WORDS = [
    "GPU",
    "H100",
    "芯片",
    "短缺",
    "sold out",
    "不再缺货",
    "英伟达",
    "輝達",
    "Nvidia",
    "Meta",
    "苹果",
    "NVDA",
    "张三",
    "John Smith",
    "said",
    "表示",
    "他说",
]
STRANGE = [
    "\ud800",
    "\udfff",
    "\ud83d",
    "\x00",
    "\x1b[31m",
    "\x7f",
    "\x85",
    "\u2028",
    "\ufeff",
    "\ufffe",
    "\u202e",
    "\u200f",
    "שלום",
    "مرحبا",
    "🚀",
]
STRANGE += [
    "🧑‍🚀",
    "🇨🇳",
    "\u200d",
    "e\u0301",
    "\u0301",
    "\u0300" * 30,
    "İ",
    "ß",
    "ﬁ",
    "㍿",
    "Ⅷ",
    "ǅ",
    "가",
    "ไทย",
    "<p>",
    "&nbsp;",
    "<div class='x'>",
    "]]>",
]


def labelled(language: str) -> list[tuple[str, str]]:
    articles = [json.loads(line) for line in (LABELLED / f"{language}-train.jsonl").read_text("utf-8").splitlines()]
    return [(a["title"], a["text"]) for a in articles]


CHINESE, ENGLISH = labelled("zh"), labelled("en")
SENTENCES = [s for _, text in CHINESE[::8] + ENGLISH[::8] for s in re.split(r"(?<=[。！？\n])|(?<=\. )", text) if s]

words = st.sampled_from(MARKS) | st.sampled_from(FIGURES) | st.sampled_from(WORDS) | st.sampled_from(STRANGE)
anything = st.text(st.characters(codec=None), max_size=12)
runs = st.builds(lambda piece, times: piece * times, words | anything, st.integers(2, 300))
pieces = st.sampled_from(SENTENCES) | st.sampled_from(SENTENCES).map(str.upper) | words | words | anything | runs
mixed = st.lists(pieces, min_size=1, max_size=40).map("".join)


@settings(max_examples=300, deadline=None)
@given(title=mixed | anything, content=mixed)
def test_any_text_gives_a_result_that_keeps_every_promise(title: str, content: str) -> None:
    kept(ANALYSER, title, content)


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(codec=None), max_size=300), st.text(st.characters(codec=None), max_size=300))
def test_any_characters_do(title: str, content: str) -> None:
    kept(ANALYSER, title, content)


@pytest.mark.parametrize(
    ("content", "theme"),
    [
        ("", None),
        ("\x00\x01\x02" * 100, None),
        ("\ud800\udfff GPU短缺，算力不够 \udc00", "compute-scarcity"),
        ("<div class='x'>&nbsp;GPU短缺，算力不够&hellip;</div>", "compute-scarcity"),
        ("🚀" * 50 + "GPU短缺，算力不够", "compute-scarcity"),
        ("\u0301" * 1000, None),
        ("\u202eGPU短缺，算力不够\u202c", "compute-scarcity"),
    ],
)
def test_what_is_hardly_text_is_read_for_what_it_says(content: str, theme: str | None) -> None:
    found = kept(ANALYSER, "", content)
    assert theme is None or theme in {t.id for t in found.themes}
    assert theme or not found.themes


def repeated(piece: str, size: int) -> str:
    """The piece again and again, up to so many bytes."""
    return piece * (size // len(piece.encode("utf-8", "surrogatepass")))


def opened_and_closed(size: int) -> str:
    return repeated("“", size // 2) + repeated("”", size // 2)


def phrases(size: int) -> str:
    """Everything that the rules look for."""
    return repeated(" ".join(p for t in ANALYSER.taxonomy.themes for r in t.rules for p in (*r.any, *r.near)), size)


PIECES = ["9", '"', "“", "(", "亿", "\n", " ", "a", "一", "\u0301", "\ud800", "\x00", "$1", "1 to ", "1亿至", "GPU短缺"]
PIECES += [
    "——张三",
    "中——",
    "好。——",
    "“a” said John Smith, ",
    "张三表示：“好。”",
    "John Smith ",
    "王小明，",
    "苹果",
    "Meta ",
    "1e",
    "5%",
]
PIECES += ["CEO ", "don’t ", "he said ", CHINESE[0][1], ENGLISH[0][1].replace(".", "")]
HOSTILE = {ascii(p[:20]): partial(repeated, p) for p in PIECES}
HOSTILE |= {"quotes opened, then closed": opened_and_closed, "every phrase of the rules": phrases}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_megabyte_takes_seconds_and_ten_times_as_long_as_a_tenth_of_it(name: str) -> None:
    tenth, whole = (_seconds(HOSTILE[name](size)) for size in (100_000, 1_000_000))
    assert whole < SECONDS
    assert whole < max(3.0, LINEAR * tenth), f"{whole:.2f} s for a megabyte, {tenth:.2f} s for a tenth of it"


def _seconds(content: str) -> float:
    started = time.process_time()
    ANALYSER.analyse("GPU短缺", content)
    return time.process_time() - started


@pytest.mark.parametrize("content", ["x" * 1_000_000, "GPU短缺，H100断货。" * 40_000, "$1 bn, " * 20_000, ENGLISH[1][1] * 100])
def test_huge_articles_keep_the_promises_too(content: str) -> None:
    kept(ANALYSER, "GPU短缺", content)


def themes(title: str, content: str) -> set[str]:
    return {t.id for t in ANALYSER.analyse(title, content).themes}


def test_capitals_lose_no_theme() -> None:
    for title, content in ENGLISH[::5]:
        assert themes(title, content) <= themes(title.upper(), content.upper()), title


@pytest.mark.parametrize("script", ["s2t", "s2tw", "s2hk"])
def test_traditional_characters_have_the_themes_of_simplified_ones(script: str) -> None:
    traditional = opencc.OpenCC(script).convert
    some = CHINESE[::5]
    assert sum(traditional(content) != content for _, content in some) > len(some) // 2
    for title, content in some:
        assert themes(title, content) == themes(traditional(title), traditional(content)), title


def test_what_was_found_can_be_published_unless_it_holds_half_a_character() -> None:
    assert codec.encode(ANALYSER.analyse("GPU短缺", "H100一卡难求，算力不够。"))
    with pytest.raises(UnicodeEncodeError):
        codec.encode(ANALYSER.analyse("GPU短缺", "“算力不够\ud800。”他说，GPU短缺\ud800。"))

"""Any two strings give a result, with offsets that hold, in time that grows with their length and no faster."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from newsloom_schemas import codec
from newsloom_tagger.analysis import Analyser

ANALYSER = Analyser()
WORDS = [
    "GPU",
    "短缺",
    "芯片",
    "H100",
    "sold out",
    "。",
    "，",
    ". ",
    "\n",
    "\u3000",
    "\ud800",
    "\x00",
    "融资3.2亿元",
    "raised $4bn",
    "”",
    "İ",
    "ß",
    "e\u0301",
]
mixed = st.lists(st.sampled_from(WORDS) | st.text(max_size=8), max_size=60).map("".join)
everything = st.text(st.characters(codec=None), max_size=300)


def check(title: str, content: str) -> None:
    found = ANALYSER.analyse(title, content)
    fields = {"title": title, "content": content}
    spans = [*(e for t in found.themes for e in t.evidence), *found.amounts, *found.quotes]
    spans += [m for e in found.entities for m in e.mentions]
    assert all(fields[s.field][s.start : s.end] == s.text != "" for s in spans)
    assert all(0 <= t.score <= 1 and t.evidence for t in found.themes)
    ANALYSER.explain(title, content)


@settings(max_examples=150, deadline=None)
@given(title=mixed | everything, content=mixed | everything)
def test_any_text_gives_a_result_whose_spans_hold(title: str, content: str) -> None:
    check(title, content)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "\x00\x01\x02" * 100,
        "\ud800\udfff GPU短缺 \udc00",
        "GPU SHORTAGE HITS AI LABS AS H100 IS SOLD OUT",
        "<div class='x'>&nbsp;GPU&amp;短缺</div>",
        "🚀" * 500 + "GPU短缺",
        "a" * 1_000_000,
        "GPU短缺，H100断货。" * 80_000,
        "GPU短缺" * 200_000,
        "“" * 200_000,
        "\n" * 500_000,
        "$1" * 300_000,
    ],
)
def test_strange_articles_are_bounded(content: str) -> None:
    started = time.process_time()
    check("GPU短缺", content)
    assert time.process_time() - started < 20


def test_capitals_make_no_difference() -> None:
    text = "GPU shortage hits AI labs: accelerators are sold out and lead times grow."
    small, large = ({t.id for t in ANALYSER.analyse("", t).themes} for t in (text, text.upper()))
    assert "compute-scarcity" in small & large


def test_what_was_found_can_be_published() -> None:
    found = ANALYSER.analyse("GPU短缺", "H100一卡难求，算力不够。")
    assert codec.encode(found)

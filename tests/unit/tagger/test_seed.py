"""The seed, the first article of every stream, reads as a careful analyst would mark it."""

from functools import cache
from pathlib import Path

import pytest
from newsloom_schemas.types import Theme
from newsloom_tagger.analysis import Analyser

SEED = Path(__file__).parents[3] / "seeds" / "000_09419c7358869c74.txt"

# Words that the evidence of each theme has to hold: a reader would underline them.
EXPECTED = {
    "compute-scarcity": ["算力不够", "计算机芯片短缺正在阻碍 ChatGPT 的进步", "没有算力维持"],
    "commercialization": ["商业化难题", "没客户买单", "付费习惯"],
    "model-race": ["神话之战", "64个大模型问世", "同质化严重", "卷大模型没有意义"],
    "talent": ["抢人大战", "薪酬水平也急转直上", "一亿美元的薪酬"],
}
# What the seed tells in passing, near enough to be explained: shares bought back, and a market value.
NEAR = {"capital-markets": ["股票回购计划", "市值已经成功站上1万亿美元"]}
NONSENSE = {"embodied-ai", "copyright", "export-controls", "regulation", "safety", "partnerships-ma", "data-centers"}


@cache
def seed() -> tuple[str, str]:
    title, _, content = SEED.read_text("utf-8").partition("\n")
    return title, content


@cache
def themes() -> dict[str, Theme]:
    return {t.id: t for t in Analyser().analyse(*seed()).themes}


@pytest.mark.parametrize(("theme", "words"), EXPECTED.items())
def test_the_seed_is_about_these_and_shows_where(theme: str, words: list[str]) -> None:
    shown = [e.text for e in themes()[theme].evidence]
    assert [w for w in words if not any(w in text for text in shown)] == []


@pytest.mark.parametrize(("theme", "words"), NEAR.items())
def test_what_the_seed_tells_in_passing_is_explained(theme: str, words: list[str]) -> None:
    why = next(e for e in Analyser().explain(*seed()) if e.id == theme)
    assert why.score > 0.35
    assert [w for w in words if not any(w in e.text for e in why.for_)] == []


def test_the_seed_is_not_about_what_it_only_names() -> None:
    assert not NONSENSE & themes().keys()


def test_every_span_is_the_original_text_at_its_offsets() -> None:
    fields = dict(zip(("title", "content"), seed(), strict=True))
    spans = [e for t in themes().values() for e in t.evidence]
    assert len(spans) > 20
    assert all(fields[e.field][e.start : e.end] == e.text for e in spans)


def test_the_seed_is_chinese_and_traditional_characters_change_nothing() -> None:
    import opencc

    assert Analyser().analyse(*seed()).language == "zh"
    convert = opencc.OpenCC("s2t").convert
    title, content = (convert(text) for text in seed())
    assert EXPECTED.keys() <= {t.id for t in Analyser().analyse(title, content).themes}


def test_explaining_gives_the_tagged_themes_and_those_that_came_near() -> None:
    said = {e.id: e for e in Analyser().explain(*seed())}
    assert {i for i, e in said.items() if e.tagged} == themes().keys()
    near = said["open-models"]
    assert (near.tagged, bool(near.for_), near.score < near.threshold) == (False, True, True)

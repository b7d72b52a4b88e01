"""Articles that are analysed together are understood as if each were alone."""

import json
from functools import cache
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from newsloom_tagger.analysis import Analyser, Analysis

ANALYSER = Analyser()
LABELLED = Path(__file__).parents[2] / "quality" / "labelled"
FRENCH = ("GPU", "Les GPU H100 sont en rupture de stock et le prix des puces ne baisse pas pour les clients. GPU shortage.")
ODD = [("", ""), ("", " "), ("GPU短缺", ""), ("", "GPU短缺"), ("\x00", "\ud800 GPU shortage"), ("月饼", "月饼很好吃。"), FRENCH]


def labelled(name: str) -> list[tuple[str, str]]:
    lines = (LABELLED / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [(a["title"], a["text"]) for a in map(json.loads, lines)]


ARTICLES = labelled("zh-train") + labelled("en-train") + labelled("zh") + labelled("en")
LONG = [("\n".join(a[0] for a in ARTICLES[n::40]), "\n\n".join(a[1] for a in ARTICLES[n::40])) for n in range(4)]


@cache
def alone(title: str, content: str) -> Analysis:
    return ANALYSER.analyse(title, content)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(ARTICLES) | st.sampled_from(ODD) | st.sampled_from(LONG), max_size=40))
def test_in_any_mix_order_and_number(articles: list[tuple[str, str]]) -> None:
    assert ANALYSER.analyse_many(articles) == [alone(*article) for article in articles]


def test_all_labelled_articles_in_rows_of_sixteen() -> None:
    for first in range(0, len(ARTICLES), 16):
        some = ARTICLES[first : first + 16]
        assert ANALYSER.analyse_many(some) == [alone(*article) for article in some]


def test_without_models_too() -> None:
    rules = Analyser(models={})
    assert rules.analyse_many(ARTICLES[:40:5]) == [rules.analyse(*article) for article in ARTICLES[:40:5]]

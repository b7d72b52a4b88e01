"""The sentence around a piece of evidence, and the one sentence that tells most of a theme."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from newsloom_tagger.analysis import Analyser
from newsloom_tagger.columns import Floats
from newsloom_tagger.reading import read
from newsloom_tagger.scoring import Point
from newsloom_tagger.telling import telling

ANALYSER = Analyser()
LABELLED = Path(__file__).parents[2] / "quality" / "labelled"
ZH = (
    "云厂商公布新计划",
    "公司成立于2010年，总部在杭州。H100仍然一卡难求，客户要等十一个月才能拿到服务器，算力不够用。\n公司还说，食堂下周重新开放。",
)
EN = (
    "Cloud firm says",
    "It is in Leeds, U.K. and was founded in 2010. Customers wait eleven months for H100s, GPUs are sold out. Lunch is free.",
)


@pytest.mark.parametrize(
    ("text", "inner", "around"),
    [
        (ZH[1], "一卡难求", "H100仍然一卡难求，客户要等十一个月才能拿到服务器，算力不够用。"),
        (ZH[1], "食堂", "公司还说，食堂下周重新开放。"),
        (EN[1], "sold out", "Customers wait eleven months for H100s, GPUs are sold out."),
        (EN[1], "Leeds", "It is in Leeds, U.K. and was founded in 2010."),
        ("no stop at all ", "stop", "no stop at all"),
        ("One. Two. Three.", "Two. Th", "Two. Three."),
        ("“够了。”他说。", "够了", "“够了。”他说。"),
    ],
)
def test_the_sentence_around_a_stretch(text: str, inner: str, around: str) -> None:
    at = text.index(inner)
    found = read("content", text).whole.around(at, at + len(inner))
    assert text[found.start : found.end] == around


@pytest.mark.parametrize(("article", "words"), [(ZH, "一卡难求"), (EN, "sold out")])
def test_the_telling_sentence_is_where_most_of_the_evidence_is(article: tuple[str, str], words: str) -> None:
    theme = next(t for t in ANALYSER.analyse(*article).themes if t.id == "compute-scarcity")
    assert theme.telling
    assert words in theme.telling.text
    assert article[1][theme.telling.start : theme.telling.end] == theme.telling.text


def test_every_theme_has_one_and_evidence_lies_in_its_sentence() -> None:
    for line in (LABELLED / "zh.jsonl").read_text("utf-8").splitlines() + (LABELLED / "en.jsonl").read_text(
        "utf-8"
    ).splitlines():
        article = json.loads(line)
        fields = {"title": article["title"], "content": article["text"]}
        for theme in ANALYSER.analyse(article["title"], article["text"]).themes:
            assert theme.telling
            assert fields[theme.telling.field][theme.telling.start : theme.telling.end] == theme.telling.text.strip()
            for e in theme.evidence:
                assert e.sentence is None or e.sentence.start <= e.start < e.end <= e.sentence.end
                assert e.sentence is None or (e.sentence.start, e.sentence.end) != (e.start, e.end)


def test_a_headline_alone_tells_its_theme_itself() -> None:
    (theme,) = (t for t in ANALYSER.analyse("GPU短缺，H100一卡难求", "").themes if t.id == "compute-scarcity")
    assert theme.telling
    assert theme.telling.field == "title"


FIELDS = [read("title", "Chips are gone"), read("content", "Nobody has any chips left. Some wait for a whole year now. Sorry.")]
SILENT: Sequence[Floats] = [np.zeros(1), np.zeros(3)]


def point(words: str, points: float) -> Point:
    (field,) = (f for f in FIELDS if words in f.text)
    at = field.text.index(words)
    return Point("a rule", points, field, at, at + len(words))


def told(*points: Point, shares: Sequence[Floats] | None = None) -> str | None:
    (found,) = telling(FIELDS, [points], [row[None] for row in shares] if shares else None)
    return found.text if found else None


def test_points_of_one_sentence_are_added_up() -> None:
    assert told(point("wait", 1.0), point("year", 1.0), point("Nobody", 1.5)) == "Some wait for a whole year now."


def test_the_earlier_of_two_that_tell_as_much_is_chosen() -> None:
    assert told(point("wait", 1.0), point("Nobody", 1.0)) == "Nobody has any chips left."


def test_what_was_learned_has_a_voice_too_and_what_speaks_against_is_no_reason() -> None:
    both = point("wait", 1.0), point("Nobody", 1.2)
    assert told(*both, shares=[np.zeros(1), np.array([0.1, 0.3, 0.0])]) == "Some wait for a whole year now."
    assert told(*both, shares=[np.zeros(1), np.array([-0.5, -0.9, -0.1])]) == "Nobody has any chips left."
    assert told(shares=[np.ones(1), np.array([0.0, 0.2, 0.0])]) == "Some wait for a whole year now."


def test_a_short_sentence_is_chosen_only_for_much_more() -> None:
    assert told(point("Sorry", 2.0), point("Nobody", 1.0)) == "Nobody has any chips left."
    assert told(point("Sorry", 4.0), point("Nobody", 1.0)) == "Sorry."


def test_the_title_is_chosen_only_where_nothing_else_speaks() -> None:
    assert told(point("gone", 9.0), point("Sorry", 0.1)) == "Sorry."
    assert told(point("gone", 1.0), shares=SILENT) == "Chips are gone"
    assert told(shares=SILENT) is None

"""Floors under the quality of themes: a change that makes the tagger worse on the labelled articles fails here."""

import pytest

from . import themes as quality

# A bit below what was measured when they were set. Sets that the authors of the rules had read are a check against breakage;
# what they had not (train-c, and the hard sets en and zh) is the measure of what the rules are worth.
FLOORS = {
    "en-train+en-train-b": (0.83, 0.66),
    "zh-train+zh-train-b": (0.81, 0.75),
    "en-train-c": (0.64, 0.80),
    "zh-train-c": (0.72, 0.75),
    "en": (0.64, 0.70),
    "zh": (0.79, 0.70),
}


@pytest.mark.parametrize(("name", "floors"), FLOORS.items())
def test_themes_are_found_as_well_as_before(name: str, floors: tuple[float, float]) -> None:
    score = quality.score(name)
    macro, clean = floors
    assert score.macro(quality.themes()) >= macro, quality.table(name)
    assert score.clean / score.bare >= clean, quality.table(name)


@pytest.mark.parametrize("name", ["en-train+en-train-b", "zh-train+zh-train-b"])
def test_no_theme_is_forgotten(name: str) -> None:
    score = quality.score(name)
    assert {t: round(score.f1(t), 2) for t in quality.themes() if score.f1(t) < 0.6} == {}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_evidence_is_what_a_reader_marked_more_often_than_not(lang: str) -> None:
    """Of the themes that are found, how often does the strongest span overlap a passage that the labeller marked?"""
    hits = total = 0
    for article in quality.articles(f"{lang}-train+{lang}-train-b"):
        marked = {t: [(article["text"].find(e), len(e)) for e in spans] for t, spans in article["evidence"].items()}
        for theme in quality.analyser().analyse(article["title"], article["text"]).themes:
            spans = [e for e in theme.evidence if e.field == "content"]
            if theme.id in marked and spans:
                total += 1
                best = max(spans, key=lambda e: e.weight)
                hits += any(best.start < at + size and at < best.end for at, size in marked[theme.id])
    assert hits / total > 0.6, f"{hits} of {total}"


def test_labelled_articles_are_declared_invented() -> None:
    assert "invented" in (quality.FOLDER / "README.md").read_text("utf-8")

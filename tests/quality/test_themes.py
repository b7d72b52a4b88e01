"""Floors under the quality of themes: a change that makes the tagger worse on the labelled articles fails here."""

from functools import cache

import numpy as np
import pytest
from newsloom_tagger import fitting, learn
from newsloom_tagger.analysis import Analyser
from newsloom_tagger.combine import chance
from newsloom_tagger.forest import total
from newsloom_tagger.learned import Reader
from newsloom_tagger.model import FACTORS, Model, packaged
from newsloom_tagger.reading import read

from . import crossvalidation, evidence
from . import themes as quality

# Of the rules alone, a bit below what was measured when they were set. Sets that the authors of the rules had read are a check
# against breakage; what they had not (train-c, and the hard sets en and zh) is the measure of what the rules are worth.
FLOORS = {
    "en-train+en-train-b": (0.83, 0.66),
    "zh-train+zh-train-b": (0.81, 0.75),
    "en-train-c": (0.64, 0.80),
    "zh-train-c": (0.72, 0.75),
    "en": (0.64, 0.70),
    "zh": (0.79, 0.70),
}


@pytest.mark.parametrize(("name", "floors"), FLOORS.items())
def test_rules_alone_find_themes_as_well_as_before(name: str, floors: tuple[float, float]) -> None:
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


# With what is learned from the other four folds and judged on one: macro-F1, articles without a theme left untagged.
LEARNED = {"zh": (0.83, 0.68), "en": (0.82, 0.65)}
FOLD = 0


@cache
def learned_without_the_fold(lang: str) -> Model:
    return crossvalidation.fitted(lang, FOLD).model


@pytest.mark.parametrize(("lang", "floors"), LEARNED.items())
def test_rules_and_ngrams_find_more_than_rules_alone_on_articles_they_have_not_seen(
    lang: str, floors: tuple[float, float]
) -> None:
    analyser = Analyser(models={lang: learned_without_the_fold(lang)})
    together, rules = quality.Score(), quality.Score()
    for article in crossvalidation.in_fold(lang, FOLD):
        together.add(article, {t.id for t in analyser.analyse(article["title"], article["text"]).themes})
        rules.add(article, quality.predicted(article))
    macro, clean = floors
    assert together.macro(quality.themes()) >= max(macro, rules.macro(quality.themes()) + 0.03)
    assert together.clean / together.bare >= clean


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_learned_clauses_are_what_a_reader_marked_more_often_than_not(lang: str) -> None:
    """Of the themes that are required: does one of the learned clauses overlap a passage that the labeller marked?"""
    model, hits, total = learned_without_the_fold(lang), 0, 0
    reader = Reader(model)
    for article in crossvalidation.in_fold(lang, FOLD):
        learned = reader.read([read("title", article["title"]), read("content", article["text"])])
        for theme, spans in article["evidence"].items():
            marked = [(article["text"].find(e), len(e)) for e in spans]
            shown = [p for p in learned.clauses(model.themes.index(theme), 1) if p.field.name == "content"]
            if shown and theme in article["required"]:
                total += 1
                hits += any(p.start < at + size and at < p.end for p in shown for at, size in marked)
    assert total > 100
    assert hits / total > 0.6, f"{hits} of {total}"


def test_the_packaged_models_are_what_the_labelled_articles_give() -> None:
    """Learned from other articles, or by other code, the table of docs/quality.md would be about something else."""
    paths = sorted(quality.FOLDER.glob("*.jsonl"))
    assert len(paths) == 14
    for lang, model in packaged().items():
        fresh = fitting.fit(lang, quality.themes(), learn.examples(learn.load(learn.files(quality.FOLDER, lang)))).model
        assert fresh.themes == model.themes
        for ours, theirs in ((fresh.ngrams, model.ngrams), (fresh.said, model.said)):
            assert ours.features == theirs.features
            assert np.allclose(ours.weights, theirs.weights, atol=2e-3)
        known = np.random.default_rng(0).normal(-0.5, 1.0, (200, len(FACTORS)))
        assert np.abs(chance(total(fresh.forest, known)) - chance(total(model.forest, known))).mean() < 0.01
        assert np.allclose(fresh.bars, model.bars, atol=0.02)  # another machine's last digits may tip one


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_shown_of_a_theme_is_what_a_reader_marked(lang: str) -> None:
    a = evidence.agreement(lang)
    assert a.agreed / a.shown > 0.64
    assert a.near / a.shown > 0.65
    assert a.telling / a.themes > 0.84
    assert a.telling > a.first + 0.18 * a.themes, "the plainest choice does as well"


def test_labelled_articles_are_declared_invented() -> None:
    assert "invented" in (quality.FOLDER / "README.md").read_text("utf-8")

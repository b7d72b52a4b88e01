"""Rules and what was learned, together: who decides when, and that no theme comes without evidence."""

import json
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from newsloom_tagger.analysis import Analyser
from newsloom_tagger.combine import chance, factors, odds
from newsloom_tagger.forest import total
from newsloom_tagger.model import FACTORS, packaged
from newsloom_tagger.taxonomy import packaged as taxonomy

BOTH, RULES = Analyser(), Analyser(models={})
LABELLED = Path(__file__).parents[2] / "quality" / "labelled" / "zh.jsonl"
ARTICLES = [json.loads(line) for line in LABELLED.read_text("utf-8").splitlines()]


def test_a_theme_that_no_rule_speaks_for_shows_the_clauses_that_carry_it() -> None:
    silent = 0
    for title, text in ((a["title"], a["text"]) for a in ARTICLES):
        spoken = {e.id for e in RULES.explain(title, text) if e.for_}
        for theme in (t for t in BOTH.analyse(title, text).themes if t.id not in spoken):
            silent += 1
            assert {e.rule for e in theme.evidence} == {"learned"}
            assert all((title, text)[e.field == "content"][e.start : e.end] == e.text for e in theme.evidence)
            assert all(e.weight > 0 for e in theme.evidence)
    assert silent


def test_a_theme_that_rules_speak_for_keeps_their_evidence() -> None:
    article = ("GPU短缺", "云厂商说，H100一卡难求，算力不够，服务器要等十一个月。" * 3)
    tagged = next(t for t in BOTH.analyse(*article).themes if t.id == "compute-scarcity")
    ruled = next(e for e in RULES.explain(*article) if e.id == "compute-scarcity")
    assert tagged.evidence == ruled.for_


def test_explaining_shows_what_was_learned_too_and_the_threshold_that_counts() -> None:
    for article in ((ARTICLES[54]["title"], ARTICLES[54]["text"]), ("GPU短缺", "H100一卡难求，算力不够。")):
        said = BOTH.explain(*article)
        assert any(e.rule == "learned" for s in said for e in s.for_)
        assert {s.id for s in said if s.score >= s.threshold} == {s.id for s in said if s.tagged}
        assert {s.id for s in said if s.tagged} == {t.id for t in BOTH.analyse(*article).themes}


def test_where_it_overrules_the_rules_it_says_what_spoke_against() -> None:
    overruled = kept = 0
    for article in ARTICLES:
        ruled, said = ({e.id: e for e in a.explain(article["title"], article["text"])} for a in (RULES, BOTH))
        for theme in (i for i in ruled if ruled[i].tagged):
            against = any(e.rule == "learned" and e.weight < 0 for e in said[theme].against)
            assert not (against and said[theme].tagged)
            overruled += against
            kept += said[theme].tagged
    assert overruled > 5
    assert kept > 50


def test_a_theme_that_was_never_learned_and_other_languages_are_left_to_the_rules() -> None:
    renamed = msgspec.structs.replace(next(t for t in taxonomy().themes if t.id == "compute-scarcity"), id="no-chips")
    more = msgspec.structs.replace(taxonomy(), themes=(*taxonomy().themes, renamed))
    article = ("GPU短缺", "H100一卡难求，算力不够。")
    new = next(e for e in Analyser(more).explain(*article) if e.id == "no-chips")
    old = next(e for e in RULES.explain(*article) if e.id == "compute-scarcity")
    assert (new.score, new.threshold) == (old.score, old.threshold)
    french = ("GPU", "Les GPU H100 sont en rupture de stock et le prix des puces ne baisse pas pour les clients. GPU shortage.")
    assert BOTH.analyse(*french) == RULES.analyse(*french)


def test_a_headline_alone_and_a_whole_report_are_judged_almost_as_the_rules_do() -> None:
    for title, content in (("H100缺货", ""), ("GPU短缺", "H100一卡难求，算力不够。" * 6000)):
        ruled = {e.id: e.score for e in RULES.explain(title, content)}
        for e in BOTH.explain(title, content):
            assert abs(e.score - ruled.get(e.id, 0.0)) < 0.15


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["zh", "en"]), st.integers(0, 2**32 - 1), st.integers(0, 2), st.floats(0.0, 2.0))
def test_whatever_speaks_more_for_a_theme_never_lowers_its_score(language: str, seed: int, what: int, more: float) -> None:
    """The theme is not the article's best one: were it that, its own rise would change what the others are compared with."""
    forest, random = packaged()[language].forest, np.random.default_rng(seed)
    decisions, rules = random.normal(-0.7, 0.6, (2, 23)), random.choice([0.0, 0.2, 0.5, 0.8], 22)
    decisions[:, 5], rules[5] = 4.0, 1.0
    louder, ruled = decisions.copy(), rules.copy()
    if what == 2:
        ruled[0] = min(1.0, rules[0] + more / 4)
    else:
        louder[what, 0] = min(decisions[what, 0] + more, decisions[what, 1:5].max(initial=decisions[what, 0]))
    before, after = factors(decisions, rules)[0], factors(louder, ruled)[0]
    after[3] = before[3]  # how many themes are decided better
    assert total(forest, after) >= total(forest, before)


def test_factors_are_what_the_model_says_they_are() -> None:
    decisions = np.array([[0.5, -1.0, -0.2, 0.3], [-0.4, 0.1, -1.5, -0.6]])
    known = factors(decisions, np.array([0.0, 0.8, 0.5]))
    low, high = odds(np.array([0.0, 0.8]))
    assert known.shape == (3, len(FACTORS))
    assert known[1] == pytest.approx([-1.0, 0.5, -0.2, 2, 0.3, 0.1, 0.1, -0.6, high, high])
    assert known[0] == pytest.approx([0.5, 0.5, -0.2, 0, 0.3, -0.4, 0.1, -0.6, low, high])
    assert np.allclose(chance(odds(np.array([0.5]))), 0.5)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_article_about_nothing_here_has_its_themes_less_likely(language: str) -> None:
    decided, rules = np.full((2, 23), -0.3), np.full(22, 0.3)
    about, nothing = decided.copy(), decided.copy()
    about[:, -1], nothing[:, -1] = 0.5, -1.5
    forest = packaged()[language].forest
    assert (total(forest, factors(nothing, rules)) < total(forest, factors(about, rules))).all()


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from(["raised $4bn, ", "融资，", "robots ", "机器人。", "the ", "法院 ", "İ"]), max_size=80).map(
        "".join
    )
)
def test_every_tag_has_evidence_whose_offsets_hold(content: str) -> None:
    for theme in BOTH.analyse("", content).themes:
        assert theme.evidence
        assert all(content[e.start : e.end] == e.text != "" for e in theme.evidence)

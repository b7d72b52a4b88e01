"""Rules and what was learned, together: who decides when, and that no theme comes without evidence."""

import json
from pathlib import Path

import msgspec
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from newsloom_tagger.analysis import Analyser
from newsloom_tagger.combine import chance, factors, log_odds, odds
from newsloom_tagger.model import FACTORS, packaged
from newsloom_tagger.taxonomy import packaged as taxonomy

BOTH, RULES = Analyser(), Analyser(models={})
LABELLED = Path(__file__).parents[2] / "quality" / "labelled" / "zh.jsonl"
# One of the hard articles: it is about apps and what they earn, and uses none of the rules' words for that.
ARTICLES = [json.loads(line) for line in LABELLED.read_text("utf-8").splitlines()]
HARD = next(a for a in ARTICLES if a["id"] == "dev-zh-055")
NO_RULE_SPEAKS = (HARD["title"], HARD["text"])


def test_a_theme_that_no_rule_speaks_for_shows_the_clauses_that_carry_it() -> None:
    found = {t.id: t for t in BOTH.analyse(*NO_RULE_SPEAKS).themes}
    silent = found.keys() - {e.id for e in RULES.explain(*NO_RULE_SPEAKS) if e.for_}
    assert silent
    for theme in silent:
        assert {e.rule for e in found[theme].evidence} == {"learned"}
        assert all(NO_RULE_SPEAKS[e.field == "content"][e.start : e.end] == e.text for e in found[theme].evidence)
        assert all(e.weight > 0 for e in found[theme].evidence)


def test_a_theme_that_rules_speak_for_keeps_their_evidence() -> None:
    article = ("GPU短缺", "云厂商说，H100一卡难求，算力不够，服务器要等十一个月。" * 3)
    tagged = next(t for t in BOTH.analyse(*article).themes if t.id == "compute-scarcity")
    ruled = next(e for e in RULES.explain(*article) if e.id == "compute-scarcity")
    assert tagged.evidence == ruled.for_


def test_explaining_shows_what_was_learned_too_and_the_threshold_that_counts() -> None:
    for article in (NO_RULE_SPEAKS, ("GPU短缺", "H100一卡难求，算力不够。")):
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


def test_log_odds_grow_with_what_speaks_for_a_theme_and_shrink_where_another_is_stronger() -> None:
    m = packaged()["en"]
    quiet, rules = np.full((2, len(m.themes) + 1), -1.0), np.zeros(len(m.themes))
    base = log_odds(quiet, rules, m.combiner, m.biases)
    for kind in (0, 1):
        decided = quiet.copy()
        decided[kind, 0] = 0.5
        louder = log_odds(decided, rules, m.combiner, m.biases)
        assert louder[0] > base[0]
        assert louder[1] < base[1]
    ruled = rules.copy()
    ruled[0] = 0.8
    assert log_odds(quiet, ruled, m.combiner, m.biases)[0] > base[0]
    assert factors(quiet, ruled).shape == (len(m.themes), FACTORS)
    assert np.allclose(chance(odds(np.array([0.5]))), 0.5)


def test_an_article_about_nothing_here_has_every_theme_less_likely() -> None:
    m = packaged()["zh"]
    decided, rules = np.full((2, len(m.themes) + 1), -0.5), np.zeros(len(m.themes))
    about, nothing = decided.copy(), decided.copy()
    about[:, -1], nothing[:, -1] = 0.5, -1.5
    assert (log_odds(nothing, rules, m.combiner, m.biases) < log_odds(about, rules, m.combiner, m.biases)).all()


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

"""From what was said to a score: the title weighs more, repetition less, long articles ask for more, mentions fade."""

from typing import NamedTuple

import numpy as np
import pytest
from newsloom_tagger import scoring
from newsloom_tagger.analysis import Analyser
from newsloom_tagger.evidence import Sayings, Speaking
from newsloom_tagger.reading import Field, page, read
from newsloom_tagger.scoring import Verdict, Verdicts, evidence, judge, need

PAGE = page(
    [
        ("title", "One clause here, another clause there"),
        ("content", "First clause, second clause, third clause, fourth clause. " * 40),
    ]
)
TITLE, BODY = PAGE.fields
AFTER = 10 * len("First clause, second clause, third clause, fourth clause. ")  # well past the first sentences


class Said(NamedTuple):
    """A rule that speaks, offsets within its field."""

    start: int
    end: int
    weight: float
    rule: str
    field: Field


def said(start: int, end: int, weight: float = 1.0, rule: str = "r", field: Field = BODY) -> Said:
    past = AFTER if field is BODY else 0
    return Said(start + past, end + past, weight, rule, field)


def judged(themes: dict[int, list[Said]]) -> dict[int, Verdict]:
    """Return the verdicts on themes, by number, where a whole point is a score of 0.5."""
    rows = [(theme, one) for theme, several in themes.items() for one in several]
    rules = tuple(dict.fromkeys(one.rule for _, one in rows))
    numbers = np.array([rules.index(one.rule) for _, one in rows])
    begins = [PAGE.begins[int(one.field is BODY)] for _, one in rows]
    nowhere = np.zeros(len(rules), np.intp)
    sayings = Sayings(np.arange(len(rules)).astype(np.uint64), PAGE.folded, rules, np.arange(len(rules)), nowhere, nowhere)
    spoken = Speaking(
        page=PAGE,
        themes=tuple(map(str, range(9))),
        rules=rules,
        labels=rules,
        sayings=sayings,
        article=np.zeros(len(rows), np.intp),
        theme=np.array([theme for theme, _ in rows]),
        rule=numbers,
        said=numbers,
        weight=np.array([one.weight for _, one in rows]),
        start=np.array([one.start for _, one in rows]) + begins,
        end=np.array([one.end for _, one in rows]) + begins,
    )
    return {int(theme): verdict for theme, verdict in Verdicts(judge(spoken, [1.0]), 0).items()}


def total(*speaking: Said) -> float:
    verdict = judged({0: list(speaking)})[0]
    return sum(p.points for p in (*verdict.for_, *verdict.against))


def test_one_point_is_half_sure_and_each_further_one_halves_the_doubt() -> None:
    one = judged({0: [said(0, 5)]})[0]
    three = judged({0: [said(0, 5, 1.0, "a"), said(14, 20, 1.0, "b"), said(29, 34, 1.0, "c")]})[0]
    assert one.score == 0.5
    assert three.score == 0.875


def test_title_and_lead_weigh_more() -> None:
    assert total(said(0, 3, field=TITLE)) == scoring.TITLE > scoring.LEAD > 1.0
    assert total(Said(0, 5, 1.0, "r", BODY)) == scoring.LEAD
    assert total(said(0, 5)) == 1.0


def test_a_rule_that_repeats_itself_counts_less_each_time() -> None:
    assert total(said(0, 5), said(14, 20), said(29, 34)) == 1.0 + 0.5 + 0.25


def test_spans_that_touch_count_once_by_the_strongest_rule() -> None:
    verdict = judged({0: [said(0, 5, 0.3, "weak"), said(3, 11, 0.9, "strong"), said(50, 55, -0.4, "against")]})[0]
    assert [(p.rule, p.points) for p in verdict.for_] == [("strong", 0.9)]
    assert [(p.rule, p.points) for p in verdict.against] == [("against", -0.4)]


def test_a_longer_article_needs_more_and_chinese_is_denser() -> None:
    short, long = need([read("content", "a" * 900)], on_subject=True), need([read("content", "a" * 8000)], on_subject=True)
    assert (short, round(long, 2)) == (1.0, round(1 + 3 * scoring.GROWTH, 2))
    assert need([read("content", "字" * 2667)], on_subject=True) == pytest.approx(long, abs=0.01)
    assert need([read("content", "a")], on_subject=False) == scoring.OFF_SUBJECT
    assert need([], on_subject=True) == 1.0


def test_a_theme_that_another_one_dwarfs_is_a_mention_in_passing() -> None:
    strong = [said(n * 14, n * 14 + 5, 1.5, f"r{n}") for n in range(4)]
    weak = [said(0, 5, 1.0)]
    assert judged({0: weak})[0].score == 0.5
    assert judged({0: weak, 1: strong})[0].score < 0.5
    assert judged({0: weak, 1: strong})[1].score > 0.9


def test_evidence_is_the_best_spans_in_reading_order() -> None:
    many = [said(n * 58, n * 58 + 5, 0.5 + n / 10, f"r{n}") for n in range(12)]
    spans = evidence(judged({0: [*many, said(0, 3, field=TITLE)]})[0].for_)
    assert 1 < len(spans) <= scoring.SPANS
    assert spans[0].field == "title"
    assert [s.start for s in spans[1:]] == sorted(s.start for s in spans[1:])
    assert all(s.text == {"title": TITLE, "content": BODY}[s.field].text[s.start : s.end] for s in spans)
    assert min(s.weight for s in spans) >= scoring.WORTH * max(s.weight for s in spans)


def test_what_speaks_against_can_bring_a_score_to_nothing_but_not_below() -> None:
    assert judged({0: [said(0, 5), said(14, 20, -3.0, "against")]})[0].score == 0.0


def test_where_nothing_was_said_there_is_no_verdict() -> None:
    nothing = Analyser(models={}).verdicts("", "It rained all day in the hills.")
    assert dict(nothing) == {}
    assert list(nothing.said()) == []


def test_all_that_was_said_is_in_the_verdicts_points() -> None:
    verdicts = Analyser(models={}).verdicts("GPU短缺", "H100一卡难求，算力不够，服务器要等十一个月。比特币算力也涨了。")
    points = [f"{theme}:{p.rule}" for theme, v in verdicts.items() for p in (*v.for_, *v.against)]
    assert sorted(label for label, _ in verdicts.said()) == sorted(points)
    said = list(verdicts.said())
    assert ("chips:words of the field", "gpu") in said, "a phrase that counts for itself"
    assert ("compute-scarcity:compute is short", "compute is short") in said, "any phrase of a rule"
    assert all(p.points > 0 for v in verdicts.values() for p in v.for_)
    assert all(p.points < 0 for v in verdicts.values() for p in v.against)
    assert any(v.against for v in verdicts.values())


def test_points_are_made_one_by_one_or_several_at_once() -> None:
    points = judged({0: [said(0, 5, 1.0, "a"), said(14, 20, 0.7, "b"), said(29, 34, 0.3, "c")]})[0].for_
    assert [p.rule for p in points] == [p.rule for p in points[:3]] == ["a", "b", "c"]
    assert [p.rule for p in points[1:]] == ["b", "c"]
    assert points[-1].rule == "c"
    assert points[0].field is BODY

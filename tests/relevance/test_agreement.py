"""What the second judge's grades are made into, and that they are what they say they are."""

import pytest

from . import agreement, drawing, judged, judges, measuring, metrics, stream

ROWS = [  # of 3 graded 0 there are 30, of 1 graded 3 there are 2
    *(agreement.Twice("name", 0, second, 10.0) for second in (0, 0, 1)),
    agreement.Twice("name", 3, 3, 2.0),
]


def test_pairs_are_counted_as_drawn_or_as_what_they_stand_for():
    assert agreement.counts(ROWS)[0].tolist() == [2, 1, 0, 0]
    assert agreement.counts(ROWS, weighted=True)[0].tolist() == [20, 10, 0, 0]
    assert agreement.near(agreement.counts(ROWS), 0) == pytest.approx(3 / 4)
    assert agreement.near(agreement.counts(ROWS, weighted=True), 0) == pytest.approx(22 / 32)
    assert agreement.near(agreement.counts(ROWS), 1) == 1


def test_at_least_400_pairs_of_every_kind_and_grade_were_judged_twice():
    rows = agreement.twice()
    assert len(rows) >= 400
    cells = {(row.kind, row.first) for row in rows}
    assert cells == {(q.kind, g) for q in judged.queries() for g in judged.first()[q.id].values()}
    assert sum(row.weight for row in rows) == pytest.approx(sum(len(g) for g in judged.first().values()))


def test_the_second_judge_graded_only_what_the_first_had_and_from_0_to_3():
    for query, grades in judged.second().items():
        assert grades.keys() <= judged.first()[query].keys()
        assert set(grades.values()) <= {0, 1, 2, 3}


def test_each_pair_two_steps_apart_is_settled_with_a_reason_and_no_other():
    first, second = judged.first(), judged.second()
    apart = {(q, a) for q, grades in second.items() for a, g in grades.items() if abs(g - first[q][a]) >= 2}
    settled = [s for folder in (judged.OPEN, judged.HELD_OUT) for s in stream.lines(folder / "settled.jsonl")]
    assert {(s["query"], s["document"]) for s in settled} == apart
    for s in settled:
        assert (s["first"], s["second"]) == (first[s["query"]][s["document"]], second[s["query"]][s["document"]])
        assert s["why"]
        assert judged.grades()[s["query"]][s["document"]] == s["settled"]


def test_all_judges_grade_the_same_articles_of_the_drawn_queries():
    by = agreement.grades()
    assert by.keys() == set(agreement.JUDGES)
    for query in drawing.queries():
        assert len({frozenset(grades[query.id]) for grades in by.values()}) == 1
        assert by["first judge"][query.id]


def test_queries_of_every_kind_are_drawn_from_both_halves():
    drawn = drawing.queries()
    assert len({q.id for q in drawn}) == len(drawn) == 3 * len(measuring.kinds())
    assert sum(q.held_out for q in drawn) == len(measuring.kinds())


def test_a_sheet_shows_an_article_once_with_its_queries_and_no_grade():
    query = judged.queries()[0]
    document, other = list(judged.first()[query.id])[:2]
    text = "".join(drawing.sheets([drawing.Pair(query.id, document), drawing.Pair(query.id, other)]))
    assert text.count("===") == 2
    assert text.count(f"[{query.query}] {query.need}\n") == 2
    article = next(a for a in stream.articles() if a.id == document)
    assert text.count(article.content) == 1
    assert "(1)\n" in text


def test_searches_stand_in_the_order_of_what_a_judge_gave():
    best = {q.id: sorted(g, key=lambda a, g=g: -g[a]) for q in drawing.queries() for g in [agreement.grades()["settled"][q.id]]}
    worst = {query: list(reversed(ranking)) for query, ranking in best.items()}
    measured = {name: measuring.Search("", rankings, {}) for name, rankings in (("worse", worst), ("newsloom", best))}
    assert judges.order(measured, "settled") == ("newsloom", "worse")
    assert metrics.ndcg(best["q001"], agreement.grades()["settled"]["q001"], 10) == pytest.approx(1)
    assert agreement.covered(measured) == 1

"""The measures, against values worked out by hand."""

from math import log2

import pytest

from . import metrics

GRADES = {"a": 3, "b": 2, "c": 1, "d": 0, "e": 3}


def test_a_grade_counts_less_the_later_it_comes():
    # 3/log2(2) + 2/log2(3) + 0/log2(4) + 1/log2(5) = 3 + 1.2619 + 0 + 0.4307
    assert metrics.dcg([3, 2, 0, 1]) == pytest.approx(4.6925, abs=1e-4)
    assert metrics.dcg([]) == 0


def test_ndcg_is_the_share_of_the_best_order():
    best = 3 + 3 / log2(3) + 2 / 2 + 1 / log2(5)
    assert metrics.ndcg(["a", "e", "b", "c"], GRADES, 10) == pytest.approx(1)
    assert metrics.ndcg(["d", "a"], GRADES, 10) == pytest.approx((3 / log2(3)) / best)
    assert metrics.ndcg(["d", "a"], GRADES, 1) == 0
    assert metrics.ndcg([], GRADES, 10) == 0


def test_what_nobody_judged_is_worth_nothing_and_is_counted():
    assert metrics.ndcg(["x", "a"], GRADES, 10) == metrics.ndcg(["d", "a"], GRADES, 10)
    assert metrics.judged(["x", "a"], GRADES, 10) == 0.5
    assert metrics.judged(["a", "b"], GRADES, 10) == 1
    assert metrics.judged([], GRADES, 10) == 1


def test_of_use_is_what_at_least_touches_the_question_of_what_is_shown():
    assert metrics.useful(["a", "c", "d", "x"], GRADES, 10) == 0.5
    assert metrics.useful(["a", "x", "x"], GRADES, 1) == 1
    assert metrics.useful([], GRADES, 10) == 1


def test_the_first_relevant_article_sets_the_reciprocal_rank_and_a_mention_is_not_relevant():
    assert metrics.reciprocal_rank(["c", "d", "b"], GRADES) == pytest.approx(1 / 3)
    assert metrics.reciprocal_rank(["c", "d"], GRADES) == 0


def test_recall_is_of_the_relevant_ones_or_of_as_many_as_could_be_shown():
    assert metrics.recall(["a", "c", "x"], GRADES, 20) == pytest.approx(1 / 3)
    assert metrics.recall(["a"], GRADES, 1) == 1
    assert metrics.recall(["a"], {"c": 1}, 20) == 0


def test_nothing_found_is_nothing():
    assert metrics.scores([], GRADES) == metrics.Scores(ndcg=0, rr=0, recall=0, nothing=1, judged=1, useful=1)
    assert metrics.mean([metrics.scores([], GRADES), metrics.scores(["a", "e", "b", "c"], GRADES)]).nothing == 0.5


def test_a_difference_that_is_the_same_for_every_query_has_no_spread():
    d = metrics.difference([0.5, 0.7, 0.9], [0.4, 0.6, 0.8])
    assert d == pytest.approx((0.1, 0.1, 0.1))


def test_a_difference_that_chance_explains_has_an_interval_around_nothing():
    d = metrics.difference([1, 0, 1, 0, 1, 0, 1, 0], [0, 1, 0, 1, 0, 1, 0, 1])
    assert d.mean == 0
    assert d.low < 0 < d.high


def kappa(first, second, weights=None):
    return metrics.weighted_kappa(metrics.confusion(first, second, weights))


def test_kappa_is_one_for_agreement_nothing_for_chance_and_kinder_to_near_misses():
    assert kappa([0, 1, 2, 3], [0, 1, 2, 3]) == pytest.approx(1)
    assert kappa([0, 0, 3, 3], [0, 3, 0, 3]) == pytest.approx(0)
    # by hand: seen Σw·o = 1; by chance, rows (2,0,0,2)/4, columns (1,1,0,2): (0·1+1·1+0+9·2)·.5 + (9·1+4·1+0+0)·.5 = 16
    assert kappa([0, 0, 3, 3], [0, 1, 3, 3]) == pytest.approx(1 - 1 / 16)


def test_kappa_punishes_two_steps_four_times_as_much_as_one():
    # by hand: six pairs, first (0,0,1,1,2,2), second (0,1,1,1,2,0): Σw·o = 1 + 4 = 5; rows (2,2,2), columns (2,3,1):
    # 2/6 · [(0·2+1·3+4·1) + (1·2+0·3+1·1) + (4·2+1·3+0·1)] = 2/6 · (7 + 3 + 11) = 7
    assert kappa([0, 0, 1, 1, 2, 2], [0, 1, 1, 1, 2, 0]) == pytest.approx(1 - 5 / 7)


def test_a_pair_that_stands_for_three_counts_three_times():
    assert kappa([0, 1, 3], [0, 2, 3], [3, 1, 2]) == pytest.approx(kappa([0, 0, 0, 1, 3, 3], [0, 0, 0, 2, 3, 3]))


def test_judges_who_disagree_wholly_are_worse_than_chance():
    assert kappa([0, 0, 3, 3], [3, 3, 0, 0]) == pytest.approx(-1)

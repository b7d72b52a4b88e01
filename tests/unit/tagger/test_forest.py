"""Trees that add up: asked together, they answer as one would by hand, and as what grew them does."""

import numpy as np
import pytest
from newsloom_tagger import fitting
from newsloom_tagger.combine import factors
from newsloom_tagger.forest import DEPTH, Forest, total
from newsloom_tagger.model import FACTORS

# Whether factor 0 is more than 1, then factor 1 more than 2 or 3, then factor 2 more than 4, 5, 6 or 7.
TREE = Forest(
    np.array([[0, 1, 1, 2, 2, 2, 2]]), np.array([[1.0, 2, 3, 4, 5, 6, 7]]), np.array([[10.0, 11, 12, 13, 14, 15, 16, 17]]), 0.5
)


@pytest.mark.parametrize(
    ("known", "leaf"), [((1, 2, 4), 10), ((1, 2, 4.5), 11), ((0, 9, 5), 12), ((2, 3, 7), 15), ((2, 9, 7), 16), ((2, 9, 8), 17)]
)
def test_a_leaf_is_reached_by_its_answers(known: tuple[float, ...], leaf: float) -> None:
    assert total(TREE, np.array(known)) == leaf + 0.5


def test_trees_add_up_for_every_row() -> None:
    asked, thresholds, leaves = (np.concatenate([a, a]) for a in (TREE.factors, TREE.thresholds, TREE.leaves))
    twice = Forest(asked, thresholds, leaves, 0.0)
    assert total(twice, np.array([[[1.0, 2, 4], [2, 9, 8]]])).tolist() == [[20.0, 34.0]]


def test_a_forest_says_what_the_trees_that_were_grown_say() -> None:
    random = np.random.default_rng(0)
    decisions, rules = random.normal(-0.5, 0.7, (150, 2, 23)), random.random((150, 22))
    labels = (decisions[:, 0, :-1] + rules + random.normal(0, 0.3, rules.shape) > 0.6).astype(np.int8)
    known = factors(decisions, rules).reshape(-1, len(FACTORS))
    grown = fitting.grow(known, labels.ravel())
    forest = fitting.forest(grown)
    assert forest.leaves.shape == (grown.n_iter_, 2**DEPTH)
    assert np.allclose(total(forest, known), grown.decision_function(known), atol=1e-6)

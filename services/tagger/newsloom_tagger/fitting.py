"""Labelled articles of one language → a model. Needs scikit-learn, which reading with a model does not.

For each theme a linear support vector machine over tf-idf of n-grams (Joachims, "Text categorization with support vector
machines", 1998) and one over what the rules said; one more of each kind for whether an article is about any theme at all.
For all themes together one forest that combines their decisions with the rules' score: gradient-boosted trees (Friedman,
"Greedy function approximation: a gradient boosting machine", 2001) that know no theme by name, and in which more of what
speaks for a theme never lowers its score. They are grown on decisions about articles that the machines had not seen
(stacking: Wolpert, "Stacked generalization", 1992).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any, Final, NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.preprocessing import normalize
from sklearn.svm import LinearSVC

from newsloom_tagger.combine import chance, factors
from newsloom_tagger.forest import DEPTH, Floats, Forest, total
from newsloom_tagger.learned import beginning, times
from newsloom_tagger.model import FACTORS, Machines, Model
from newsloom_tagger.ngrams import is_word
from newsloom_tagger.ngrams import ngrams as ngrams_of
from newsloom_tagger.reading import Field

FOLDS: Final = 5
MOST: Final = 20_000  # n-grams, by the number of articles that have them: twice as many are no better
LEAST: Final = 2  # articles that an n-gram has to be in
TEXT, SAID = 0.5, 0.3  # the C of the machines over n-grams and over what the rules said: smaller is shrunk more
# Many shallow trees, each grown on half of the factors; 80 or 250 of them are about as good.
TREES: Final = {"max_iter": 150, "learning_rate": 0.06, "l2_regularization": 5.0, "min_samples_leaf": 30, "max_features": 0.5}
FREE: Final = 0.002  # macro-F1 that it may cost to keep more of the articles without a theme clean
NOISE: Final = 0.005  # macro-F1: smaller differences between thresholds say nothing
ORDINARY: Final = (5, 99)  # percentiles of the lengths that are ordinary; short texts are the harder ones
BARS: Final = tuple(round(0.3 + 0.02 * n, 2) for n in range(25))
Matrix = Any  # a sparse matrix: articles by n-grams


class Example(NamedTuple):
    """A labelled article: its fields as read, the themes it must have or may have, the rules' scores and what they said."""

    id: str
    fields: tuple[Field, ...]
    required: frozenset[str]
    allowed: frozenset[str]
    rules: dict[str, float]
    said: tuple[str, ...]


class Fitted(NamedTuple):
    """A model, and by article the labels, and the probabilities and decisions of models that were fitted without it."""

    model: Model
    probabilities: Floats
    decisions: Floats
    labels: NDArray[np.int8]


class Bag(NamedTuple):
    """Articles as counts of features, a row each. ``words`` are those that make a vector of their own."""

    features: NDArray[Any]
    counts: Matrix
    words: NDArray[np.bool_]
    softness: float


def fit(language: str, themes: Sequence[str], examples: Sequence[Example]) -> Fitted:
    """Return the model of a language. The same examples give the same model."""
    labels, rules = label(themes, examples), np.array([[e.rules.get(t, 0.0) for t in themes] for e in examples])
    folds = np.array([fold(e.id) for e in examples])
    bags, targets = _bags(language, examples), _with_any(labels)
    decisions = np.stack([_unseen(bag, targets, folds) for bag in bags], axis=1)
    odds = _crossed(decisions, rules, labels, folds)
    ngrams, said = (_machines(bag, targets) for bag in bags)
    ends = (_bars(odds, labels), _lengths(examples))
    model = Model(language, tuple(themes), ngrams, said, _forest(decisions, rules, labels), *ends)
    return Fitted(model, odds, decisions, labels)


def fold(article: str) -> int:
    """Return the number of the fold that an article belongs to within fitting, by its id."""
    return crc32(article.encode()) // FOLDS % FOLDS


def label(themes: Sequence[str], examples: Sequence[Example]) -> NDArray[np.int8]:
    """Return 1 where a theme is required, -1 where it may be left out of account, else 0; a row for each example."""
    rows = [[1 if t in e.required else -(t in e.allowed) for t in themes] for e in examples]
    return np.array(rows, np.int8)


def macro_f1(predicted: NDArray[np.bool_], labels: NDArray[np.int8]) -> float:
    """Return the plain mean of the themes' F1."""
    found = 2 * (predicted & (labels == 1)).sum(0)
    wrong = (predicted & (labels == 0)).sum(0) + (~predicted & (labels == 1)).sum(0)
    return float(np.mean(found / np.maximum(1, found + wrong)))


def clean(predicted: NDArray[np.bool_], labels: NDArray[np.int8]) -> float:
    """Return the share of the articles without any theme that are predicted to have none."""
    bare = ~labels.any(1)
    return float(1 - predicted[bare].any(1).mean()) if bare.any() else 1.0


def tagged(odds: Floats, bars: tuple[float, float]) -> NDArray[np.bool_]:
    """Return which themes an article gets: the thresholds of its first and of its further ones."""
    first, further = bars
    predicted: NDArray[np.bool_] = (odds >= further) & (odds.max(1, keepdims=True) >= first)
    return predicted


def _lengths(examples: Sequence[Example]) -> tuple[float, float]:
    shortest, longest = np.percentile([sum(len(f.text) for f in e.fields) for e in examples], ORDINARY)
    return float(shortest), float(longest)


def _bags(language: str, examples: Sequence[Example]) -> tuple[Bag, Bag]:
    """Return the articles as n-grams of their text, and as what the rules said of them."""
    text, said = _bag(_analyzer(language), examples, TEXT), _bag(attrgetter("said"), examples, SAID)
    words = [language == "en" and is_word(n) for n in text.features]
    return text._replace(words=np.array(words)), said


def _bag(analyzer: Callable[[Example], Iterable[str]], examples: Sequence[Example], softness: float) -> Bag:
    vectorizer = CountVectorizer(analyzer=analyzer, min_df=LEAST)
    counts = vectorizer.fit_transform(examples).astype(float)
    features = vectorizer.get_feature_names_out()
    return Bag(features, counts, np.zeros(len(features), bool), softness)


def _analyzer(language: str) -> Callable[[Example], Iterator[str]]:
    def all_ngrams(example: Example) -> Iterator[str]:
        for field in example.fields:
            found = list(ngrams_of(language, beginning(field)))
            yield from found * times(field)

    return all_ngrams


def _with_any(labels: NDArray[np.int8]) -> NDArray[np.int8]:
    """Return the labels with one more column: whether an article is about any theme."""
    any_theme = np.where((labels == 1).any(1), 1, np.where((labels == -1).any(1), -1, 0))
    return np.column_stack([labels, any_theme]).astype(np.int8)


def _unseen(bag: Bag, labels: NDArray[np.int8], folds: NDArray[Any]) -> Floats:
    """Return decisions about each article by machines that were fitted on the other folds."""
    decisions = np.zeros(labels.shape)
    for number in range(FOLDS):
        out = folds == number
        columns, m = _fitted(bag, labels, ~out)
        decisions[out] = _tfidf(bag.counts[out][:, columns], bag.words[columns], m.idf) @ m.weights + m.intercepts
    return decisions


def _machines(bag: Bag, labels: NDArray[np.int8]) -> Machines:
    return _fitted(bag, labels, np.ones(len(labels), bool))[1]


def _fitted(bag: Bag, labels: NDArray[np.int8], rows: NDArray[np.bool_]) -> tuple[NDArray[np.intp], Machines]:
    """Return machines fitted on some of the articles, and the columns of the features that they use."""
    counts = bag.counts[rows]
    articles = np.bincount(counts.indices, minlength=counts.shape[1])
    common = np.argsort(-articles, kind="stable")[:MOST]
    columns = np.sort(common[articles[common] >= LEAST])
    idf = TfidfTransformer().fit(counts[:, columns]).idf_
    vectors = _tfidf(counts[:, columns], bag.words[columns], idf)
    machines = [_machine(vectors, y, bag.softness) for y in labels[rows].T]
    weights, intercepts = np.array([m.coef_[0] for m in machines]).T, np.array([m.intercept_[0] for m in machines])
    return columns, Machines(tuple(map(str, bag.features[columns])), idf, weights, intercepts)


def _machine(vectors: Matrix, labels: NDArray[np.int8], softness: float) -> LinearSVC:
    known = labels >= 0
    return LinearSVC(C=softness, class_weight="balanced", random_state=0).fit(vectors[known], labels[known])


def _tfidf(counts: Matrix, words: NDArray[np.bool_], idf: Floats) -> Matrix:
    """Return the vectors: words and parts of words, where there are both, each of length 1."""
    values = counts.copy()
    values.data = 1 + np.log(values.data)
    values = values.multiply(idf).tocsr()
    blocks = [sparse.diags(block.astype(float)) for block in (words, ~words)]
    return sum(normalize(values @ block) for block in blocks).tocsr()


def _forest(decisions: Floats, rules: Floats, labels: NDArray[np.int8]) -> Forest:
    """Return the trees that tell required themes from others."""
    known = labels >= 0
    return forest(grow(factors(decisions, rules)[known], labels[known]))


def grow(known: Floats, labels: NDArray[np.int8]) -> HistGradientBoostingClassifier:
    """Return the trees, as scikit-learn grows them: a row of FACTORS and a label for each article and theme."""
    rising = [int(rises) for rises in FACTORS.values()]
    return HistGradientBoostingClassifier(**TREES, max_depth=DEPTH, monotonic_cst=rising, random_state=0).fit(known, labels)


def forest(grown: HistGradientBoostingClassifier) -> Forest:
    """Return the same trees as data."""
    trees = [_tree(predictors[0].nodes) for predictors in grown._predictors]  # noqa: SLF001 - scikit-learn has no public way
    asked, thresholds, leaves = (np.array(part) for part in zip(*trees, strict=True))
    return Forest(asked, thresholds, leaves, float(grown._baseline_prediction.item()))  # noqa: SLF001


def _tree(nodes: NDArray[Any]) -> tuple[list[int], list[float], list[float]]:
    """Return a tree as a complete one: where it ends early, questions follow whose answer makes no difference."""
    level, asked, thresholds = [nodes[0]], [], []
    for _ in range(DEPTH):
        asked += [0 if node["is_leaf"] else int(node["feature_idx"]) for node in level]
        thresholds += [0.0 if node["is_leaf"] else float(node["num_threshold"]) for node in level]
        level = [
            n for node in level for n in ((node, node) if node["is_leaf"] else (nodes[node["left"]], nodes[node["right"]]))
        ]
    return asked, thresholds, [float(node["value"]) for node in level]


def _crossed(decisions: Floats, rules: Floats, labels: NDArray[np.int8], folds: NDArray[Any]) -> Floats:
    """Return the probabilities of each article by a forest that was grown on the other folds."""
    odds = np.zeros(labels.shape)
    for number in range(FOLDS):
        out = folds == number
        trees = _forest(decisions[~out], rules[~out], labels[~out])
        odds[out] = chance(total(trees, factors(decisions[out], rules[out])))
    return odds


def _bars(odds: Floats, labels: NDArray[np.int8]) -> tuple[float, float]:
    """Return the highest first threshold that costs next to nothing, and the best further one below it.

    The higher the first one, the fewer articles without any theme get one. The best further one is the middle of those that
    are about as good: the very best is so by chance.
    """
    scores = {(first, bar): macro_f1(tagged(odds, (first, bar)), labels) for first in BARS for bar in BARS if bar <= first}
    best = {first: max(score for (one, _), score in scores.items() if one == first) for first in BARS}
    first = max(bar for bar, score in best.items() if score >= max(best.values()) - FREE)
    good = [bar for (one, bar), score in scores.items() if one == first and score >= best[first] - NOISE]
    return first, round(float(np.mean(good)), 2)

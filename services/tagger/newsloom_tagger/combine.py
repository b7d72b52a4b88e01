"""The rules' verdicts and the learned decisions → one judgement a theme: a score, its threshold and the evidence. Pure.

Where a model knows the language and the theme, the score is the probability that small decision trees give to both together.
Whatever speaks more for a theme never lowers its score: the trees are grown so (``fitting``).

The first theme of an article has to reach more than its further ones: an article that is about nothing here should stay
without any, while one that is surely about something may be about more. Elsewhere the rules decide alone.

A headline alone, or a text much longer than those learned from, is nothing that was learned: the further its length is
from theirs, the more of the score and of the threshold is the rules' own.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
from newsloom_schemas.types import Evidence, Mention, Theme

from newsloom_tagger.forest import Floats, total
from newsloom_tagger.learned import Learned, Reader
from newsloom_tagger.model import FACTORS
from newsloom_tagger.said import Listener
from newsloom_tagger.scoring import SPANS, Board, Point, Verdict, Verdicts, evidence
from newsloom_tagger.taxonomy import ThemeRules
from newsloom_tagger.telling import telling

SAYS_YES: Final = 0.5  # a rule score from here on is a yes
SOFT: Final = 0.02  # added on both sides of a rule score: a 0 is no certainty
HEADLINE: Final = 0.2  # of the shortest ordinary length: a text that is no longer is left to the rules
NEAR: Final = 0.1  # a theme without a rule that speaks came near from this score on
SILENT: Final = Verdict(0.0, (), ())


class Judgement(NamedTuple):
    """What is thought of one theme. ``learned`` is the article as the model read it and the theme's number there."""

    theme: ThemeRules
    score: float
    threshold: float
    rules: Verdict = SILENT
    learned: tuple[Learned, int] | None = None

    @property
    def tagged(self) -> bool:
        """Say whether the article is tagged with the theme."""
        return self.score >= self.threshold and bool(self.points)

    @property
    def near(self) -> bool:
        """Say whether there is anything to explain."""
        return self.rules is not SILENT or self.score >= NEAR

    @property
    def for_(self) -> tuple[Evidence, ...]:
        """Return all that speaks for the theme."""
        return evidence(self.rules.for_) + evidence(self._clauses(1))

    @property
    def against(self) -> tuple[Evidence, ...]:
        """Return what speaks against it: the rules', and the learned clauses where the rules alone would have tagged it."""
        return evidence(self.rules.against) + evidence(self._clauses(-1) if self._contradicted else ())

    @property
    def _contradicted(self) -> bool:
        return self.score < self.threshold and self.rules.score >= SAYS_YES

    @property
    def points(self) -> Sequence[Point]:
        """Return what speaks for the theme: the rules', or what was learned where none of them does."""
        return self.rules.for_ or self._clauses(1)

    def _clauses(self, sign: int) -> tuple[Point, ...]:
        return self.learned[0].clauses(self.learned[1], sign) if self.learned else ()


def found(judged: Sequence[Judgement]) -> Iterator[Theme]:
    """Yield some of an article's themes with their evidence; without those that nothing speaks for."""
    shown = [(j, points) for j in judged if (points := j.points[:SPANS])]
    for known in (True, False):
        some = [one for one in shown if (one[0].learned is not None) is known]
        for (j, points), told in zip(some, _told(some), strict=True):
            yield Theme(id=j.theme.id, score=j.score, evidence=evidence(points), telling=told)


def _told(shown: Sequence[tuple[Judgement, Sequence[Point]]]) -> list[Mention | None]:
    """Return the telling sentences of themes, all of which a model has read the article for, or none."""
    points, learned = [own for _, own in shown], [j.learned for j, _ in shown if j.learned]
    if not learned:
        return telling(list({p.field.name: p.field for own in points for p in own}.values()), points)
    read = learned[0][0]
    return telling(read.fields, points, read.sentences([number for _, number in learned]))


class Learnt(NamedTuple):
    """What a model says of some articles: of each how it was read, and a row of scores and one of thresholds.

    ``columns`` has the numbers of the themes in the taxonomy, ``numbers`` those that they have in the model.
    """

    articles: Sequence[int]
    read: Sequence[Learned]
    scores: Floats
    bars: Floats
    columns: Sequence[int]
    numbers: Sequence[int]


class Combiner:
    """A language's model, ready to judge the themes of a taxonomy with; built once, then read only."""

    def __init__(self, reader: Reader, themes: Sequence[ThemeRules]) -> None:
        self._reader = reader
        self._model = reader.model
        self._listener = Listener(self._model.said)
        known = {theme: number for number, theme in enumerate(self._model.themes)}
        self._columns = [column for column, t in enumerate(themes) if t.id in known]
        self._numbers = [known[themes[column].id] for column in self._columns]
        self._thresholds = np.array([themes[column].threshold for column in self._columns])

    def judge(self, board: Board, articles: Sequence[int]) -> Learnt:
        """Return what the model says of articles of its language, where the board has what the rules say of them."""
        read = [self._reader.read(board.table.spoken.page.of(n)) for n in articles]
        trust = np.array([self._trust(sum(len(f.text) for f in one.fields)) for one in read])[:, None]
        ruled = np.zeros((len(articles), len(self._model.themes)))
        ruled[:, self._numbers] = board.scores[np.ix_(articles, self._columns)]
        decisions = np.stack([[one.decisions for one in read], self._listener.decisions(board, articles)], axis=1)
        scores = self._scores(decisions, ruled, trust)[:, self._numbers]
        first, further = (trust * bar + (1 - trust) * self._thresholds for bar in self._model.bars)
        bars = np.where((scores >= first).any(1, keepdims=True), further, first).round(4)
        return Learnt(articles, read, scores, bars, self._columns, self._numbers)

    def _trust(self, length: int) -> float:
        """Return how far a text of so many code points is like those learned from: 1 for most, then less and less."""
        shortest, longest = self._model.lengths
        more_than_headline = (length / shortest - HEADLINE) / (1 - HEADLINE)
        return max(0.0, min(1.0, more_than_headline, longest / max(1, length)))

    def _scores(self, decisions: Floats, ruled: Floats, trust: Floats) -> Floats:
        logits = total(self._model.forest, factors(decisions, ruled))
        scores: Floats = chance(trust.astype(logits.dtype) * logits + (1 - trust) * odds(ruled)).round(4)
        return scores


class Opinion(NamedTuple):
    """What is thought of some articles: of each a row of scores and one of thresholds, a column for each theme.

    Where rules and model have nothing to say of a theme its score is 0. ``learned`` is each article as the model of its
    language read it, with the themes' numbers there by their columns.
    """

    themes: Sequence[ThemeRules]
    board: Board
    scores: Floats
    bars: Floats
    learned: dict[int, tuple[Learned, dict[int, int]]]

    def judgements(self, article: int, columns: Iterable[int]) -> list[Judgement]:
        """Return the judgements on some themes of an article."""
        ruled, scores, bars = Verdicts(self.board, article), self.scores[article].tolist(), self.bars[article].tolist()
        return [
            Judgement(theme, scores[n], bars[n], ruled.get(theme.id, SILENT), self._read(article, n))
            for n, theme in ((n, self.themes[n]) for n in columns)
        ]

    def tagged(self, article: int) -> list[Judgement]:
        """Return the judgements on those themes that reach their threshold."""
        return self.judgements(article, (self.scores[article] >= self.bars[article]).nonzero()[0].tolist())

    def _read(self, article: int, column: int) -> tuple[Learned, int] | None:
        read = self.learned.get(article)
        return (read[0], read[1][column]) if read and column in read[1] else None


def opinion(themes: Sequence[ThemeRules], board: Board, bars: Floats, learnt: Iterable[Learnt]) -> Opinion:
    """Return what is thought of the articles of a board: what models say of them, and of what no model knows what the rules do.

    ``bars`` are the thresholds for the rules' scores, a row for each article.
    """
    scores, bars = board.scores, bars.copy()
    learned: dict[int, tuple[Learned, dict[int, int]]] = {}
    for one in learnt:
        places = np.ix_(one.articles, one.columns)
        scores[places], bars[places] = one.scores, one.bars
        numbers = dict(zip(one.columns, one.numbers, strict=True))
        learned |= {article: (read, numbers) for article, read in zip(one.articles, one.read, strict=True)}
    return Opinion(themes, board, scores, bars, learned)


def chance(logits: Floats) -> Floats:
    """Return log-odds as probabilities."""
    return 1 / (1 + np.exp(-logits))


def odds(rules: Floats) -> Floats:
    """Return rule scores as log-odds, without certainty."""
    logits: Floats = np.log((rules + SOFT) / (1 + SOFT - rules))
    return logits


def factors(decisions: Floats, rules: Floats) -> Floats:
    """Return what is known of each theme, on a new last axis, as FACTORS names it.

    ``rules`` has the rules' scores (last axis: themes); ``decisions`` those of both kinds of machines (last axes: the kind, the
    themes and a last one for any theme at all).
    """
    (text, said), ruled = np.moveaxis(decisions, -2, 0), odds(rules)
    themes, heard = text[..., :-1], said[..., :-1]
    ranked = -np.sort(-themes, axis=-1)
    places = (themes[..., None, :] > themes[..., :, None]).sum(-1)
    known = np.empty((*rules.shape, len(FACTORS)))
    columns = (
        themes, ranked[..., :1], ranked[..., 1:2], places, text[..., -1:],
        heard, heard.max(-1, keepdims=True), said[..., -1:], ruled, ruled.max(-1, keepdims=True),
    )  # fmt: skip
    for number, column in enumerate(columns):
        known[..., number] = column
    return known

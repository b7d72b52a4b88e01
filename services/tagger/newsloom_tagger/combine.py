"""The rules' verdicts and the learned decisions → one judgement a theme: a score, its threshold and the evidence. Pure.

Where a model knows the language and the theme, the score is the probability that small decision trees give to both together.
Whatever speaks more for a theme never lowers its score: the trees are grown so (``fitting``).

The first theme of an article has to reach more than its further ones: an article that is about nothing here should stay
without any, while one that is surely about something may be about more. Elsewhere the rules decide alone.

A headline alone, or a text much longer than those learned from, is nothing that was learned: the further its length is
from theirs, the more of the score and of the threshold is the rules' own.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from newsloom_schemas.types import Evidence, Mention, Theme

from newsloom_tagger.forest import Floats, total
from newsloom_tagger.learned import Learned, Reader
from newsloom_tagger.model import FACTORS
from newsloom_tagger.reading import Field
from newsloom_tagger.said import Listener
from newsloom_tagger.scoring import SPANS, Point, Verdict, Verdicts, evidence
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
        return self.score >= self.threshold and bool(self._points)

    @property
    def near(self) -> bool:
        """Say whether there is anything to explain."""
        return self.rules is not SILENT or self.score >= NEAR

    @property
    def found(self) -> Theme | None:
        """Return the theme with its evidence: the rules', or the learned one where none speaks for it; None where none does."""
        points = self._points[:SPANS]
        if not points:
            return None
        return Theme(id=self.theme.id, score=self.score, evidence=evidence(points), telling=self._telling(points))

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

    def _telling(self, points: Sequence[Point]) -> Mention | None:
        if self.learned is None:
            return telling(list({p.field.name: p.field for p in points}.values()), points)
        learned, number = self.learned
        return telling(learned.fields, points, learned.sentences(number))

    @property
    def _points(self) -> Sequence[Point]:
        return self.rules.for_ or self._clauses(1)

    def _clauses(self, sign: int) -> tuple[Point, ...]:
        return self.learned[0].clauses(self.learned[1], sign) if self.learned else ()


class Combiner:
    """A language's model, ready to judge with; built once, then read only."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._model = reader.model
        self._listener = Listener(self._model.said)
        self._numbers = {theme: number for number, theme in enumerate(self._model.themes)}

    def judge(self, themes: Sequence[ThemeRules], fields: Sequence[Field], rules: Verdicts) -> dict[str, Judgement]:
        """Return a judgement on each of the themes that the model knows."""
        known = [(t, self._numbers[t.id]) for t in themes if t.id in self._numbers]
        learned = self._reader.read(fields)
        trust = self._trust(sum(len(f.text) for f in fields))
        scores = self._scores(learned, rules, trust).tolist()
        first, further = ([trust * bar + (1 - trust) * t.threshold for t, _ in known] for bar in self._model.bars)
        any_first = any(scores[n] >= bar for (_, n), bar in zip(known, first, strict=True))
        bars = np.round(further if any_first else first, 4).tolist()
        return {
            t.id: Judgement(t, scores[n], bar, rules.get(t.id, SILENT), (learned, n))
            for (t, n), bar in zip(known, bars, strict=True)
        }

    def _trust(self, length: int) -> float:
        """Return how far a text of so many code points is like those learned from: 1 for most, then less and less."""
        shortest, longest = self._model.lengths
        more_than_headline = (length / shortest - HEADLINE) / (1 - HEADLINE)
        return max(0.0, min(1.0, more_than_headline, longest / max(1, length)))

    def _scores(self, learned: Learned, rules: Verdicts, trust: float) -> Floats:
        ruled = np.array([rules.get(t, SILENT).score for t in self._model.themes])
        decisions = np.stack([learned.decisions, self._listener.decisions(rules)])
        logits = total(self._model.forest, factors(decisions, ruled))
        scores: Floats = chance(trust * logits + (1 - trust) * odds(ruled)).round(4)
        return scores


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

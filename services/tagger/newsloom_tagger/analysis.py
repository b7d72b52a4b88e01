"""Title and content → all that newsloom understands of them: language, themes, entities, numbers, quotes. Pure and total."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from msgspec import Struct
from newsloom_schemas.types import Amount, Entity, FieldName, Fingerprint, Quantity, Quote, Theme, Words

from newsloom_tagger import amounts, entities, fingerprint, language, model, quantities, quotes, segment
from newsloom_tagger.bounded import first, mentioned
from newsloom_tagger.combine import Combiner, Opinion, found, opinion
from newsloom_tagger.evidence import Rules
from newsloom_tagger.explain import Explanation, explanation
from newsloom_tagger.fold import fold
from newsloom_tagger.learned import Reader
from newsloom_tagger.model import Model
from newsloom_tagger.reading import page
from newsloom_tagger.scoring import Board, Verdicts, judge, needs
from newsloom_tagger.taxonomy import Taxonomy, packaged
from newsloom_tagger.version import identity

OURS: Final = frozenset({"zh", "en"})  # the languages that rules are written in
SURE: Final = 0.85  # what a theme must score in any other language, where a phrase may mean something else
LONGEST: Final = 100_000  # code points of a field that themes are looked for in: by then an article has said what it is about
ROW: Final = 16  # articles analysed at once: from here on nothing more is gained
FIELDS: Final[tuple[FieldName, FieldName]] = ("title", "content")


Texts = Sequence[tuple[FieldName, str, str]]  # of one article: the name of a field, its text, and that folded


class Analysis(Struct, frozen=True, kw_only=True):
    """What was understood of an article, in the contract's own types: of the facts the first ones, as ``bounded`` says."""

    language: str
    themes: tuple[Theme, ...]
    entities: tuple[Entity, ...]
    amounts: tuple[Amount, ...]
    quantities: tuple[Quantity, ...]
    quotes: tuple[Quote, ...]
    words: Words | None
    fingerprint: Fingerprint | None


class Analyser:
    """A taxonomy and the learned models, ready to read articles with. Built once, then read only: threads may share it.

    ``models`` by language; the packaged ones if none are given, and none at all if empty: then the rules decide alone.
    """

    def __init__(self, taxonomy: Taxonomy | None = None, models: Mapping[str, Model] | None = None) -> None:
        self.taxonomy = packaged() if taxonomy is None else taxonomy
        self.identity = identity(self.taxonomy)
        self._rules = Rules(self.taxonomy)
        models = model.packaged() if models is None else models
        self._combiners = {language: Combiner(Reader(m), self.taxonomy.themes) for language, m in models.items()}
        thresholds = np.array([t.threshold for t in self.taxonomy.themes])
        self._bars = {True: thresholds, False: np.maximum(thresholds, SURE)}  # by whether the language is one of ours

    def analyse(self, title: str, content: str) -> Analysis:
        """Return the analysis. Any two strings will do; the time it takes grows with their length and no faster."""
        return self.analyse_many([(title, content)])[0]

    def analyse_many(self, articles: Sequence[tuple[str, str]]) -> list[Analysis]:
        """Return the analysis of each article, given as title and content, as if it were alone.

        Several at once take less time: much is done once for all of them, with code and tables that the processor has at hand.
        """
        rows = (articles[first : first + ROW] for first in range(0, len(articles), ROW))
        return [one for row in rows for one in self._row(row)]

    def _row(self, articles: Sequence[tuple[str, str]]) -> list[Analysis]:
        spoken = [language.detect(f"{title}\n{content}") for title, content in articles]
        judged = self.opinion(self.board(articles), spoken)
        abouts = [themes(judged, n) for n in range(len(articles))]
        folded = [(fold(title), fold(content)) for title, content in articles]
        named = [mentioned(entities.find(*article, folded=plain)) for article, plain in zip(articles, folded, strict=True)]
        fields = [list(zip(FIELDS, article, plain, strict=True)) for article, plain in zip(articles, folded, strict=True)]
        counted = [_figures(texts) for texts in fields]
        said = [_said(texts, known) for texts, known in zip(fields, named, strict=True)]
        words = [segment.of(*article) for article in articles]
        prints = [fingerprint.of(*plain) for plain in folded]
        found = zip(spoken, abouts, named, counted, said, words, prints, strict=True)
        return [
            Analysis(
                language=code,
                themes=about,
                entities=who,
                amounts=sums,
                quantities=many,
                quotes=quoted,
                words=cut,
                fingerprint=sample,
            )
            for code, about, who, (sums, many), quoted, cut, sample in found
        ]

    def explain(self, title: str, content: str) -> list[Explanation]:
        """Return every theme that came near, best first, with what spoke for and against it."""
        judged = self.opinion(self.board([(title, content)]), [language.detect(f"{title}\n{content}")])
        every = judged.judgements(0, range(len(self.taxonomy.themes)))
        return sorted((explanation(j) for j in every if j.near), key=lambda e: (-e.score, e.id))

    def verdicts(self, title: str, content: str) -> Verdicts:
        """Return what the rules alone think of each theme that any of them speaks of, in every language."""
        return Verdicts(self.board([(title, content)]), 0)

    def board(self, articles: Sequence[tuple[str, str]]) -> Board:
        """Return what the rules alone think of some articles, at least one."""
        read = ([(name, text[:LONGEST]) for name, text in zip(FIELDS, article, strict=True) if text] for article in articles)
        heard = self._rules.lay(page(*read))
        return judge(heard.speaking, needs(heard))

    def opinion(self, board: Board, spoken: Sequence[str]) -> Opinion:
        """Return what rules and models think of the articles of a board, of which the languages are given."""
        theirs = {code: [n for n, other in enumerate(spoken) if other == code] for code in self._combiners.keys() & set(spoken)}
        learnt = (self._combiners[code].judge(board, numbers) for code, numbers in theirs.items())
        return opinion(self.taxonomy.themes, board, np.array([self._bars[code in OURS] for code in spoken]), learnt)


def themes(judged: Opinion, article: int) -> tuple[Theme, ...]:
    """Return the themes of an article with their evidence, best first."""
    return tuple(sorted(found(judged.tagged(article)), key=lambda t: (-t.score, t.id)))


def _figures(texts: Texts) -> tuple[tuple[Amount, ...], tuple[Quantity, ...]]:
    """Return an article's sums of money and its quantities; field by field, as both are found from the same anchors."""
    both = [(amounts.find(*text), quantities.find(*text)) for text in texts]
    return first([a for sums, _ in both for a in sums]), first([q for _, many in both for q in many])


def _said(texts: Texts, known: Sequence[Entity]) -> tuple[Quote, ...]:
    return first([q for field, text, folded in texts for q in quotes.find(field, text, known, folded)])

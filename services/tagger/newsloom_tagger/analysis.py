"""Title and content → all that newsloom understands of them: language, themes, entities, numbers, quotes. Pure and total."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct
from newsloom_schemas.types import Amount, Entity, FieldName, Quantity, Quote, Theme, Words

from newsloom_tagger import amounts, entities, language, model, quantities, quotes, segment
from newsloom_tagger.combine import Combiner, Judgement
from newsloom_tagger.evidence import Rules
from newsloom_tagger.explain import Explanation, explanation
from newsloom_tagger.learned import Reader
from newsloom_tagger.model import Model
from newsloom_tagger.reading import Page, page
from newsloom_tagger.scoring import Verdicts, judge, need
from newsloom_tagger.taxonomy import Taxonomy, ThemeRules, packaged

OURS: Final = frozenset({"zh", "en"})  # the languages that rules are written in
SURE: Final = 0.85  # what a theme must score in any other language, where a phrase may mean something else
LONGEST: Final = 100_000  # code points of a field that themes are looked for in: by then an article has said what it is about
FIELDS: Final[tuple[FieldName, FieldName]] = ("title", "content")


class Analysis(Struct, frozen=True, kw_only=True):
    """What was understood of an article, in the contract's own types."""

    language: str
    themes: tuple[Theme, ...]
    entities: tuple[Entity, ...]
    amounts: tuple[Amount, ...]
    quantities: tuple[Quantity, ...]
    quotes: tuple[Quote, ...]
    words: Words | None


class Analyser:
    """A taxonomy and the learned models, ready to read articles with. Built once, then read only: threads may share it.

    ``models`` by language; the packaged ones if none are given, and none at all if empty: then the rules decide alone.
    """

    def __init__(self, taxonomy: Taxonomy | None = None, models: Mapping[str, Model] | None = None) -> None:
        self.taxonomy = packaged() if taxonomy is None else taxonomy
        self._rules = Rules(self.taxonomy)
        models = model.packaged() if models is None else models
        self._combiners = {language: Combiner(Reader(m)) for language, m in models.items()}

    def analyse(self, title: str, content: str) -> Analysis:
        """Return the analysis. Any two strings will do; the time it takes grows with their length and no faster."""
        spoken = language.detect(f"{title}\n{content}")
        texts = list(zip(FIELDS, (title, content), strict=True))
        named = entities.find(title, content)
        return Analysis(
            language=spoken,
            themes=self._themes(title, content, spoken),
            entities=named,
            amounts=tuple(a for field, text in texts for a in amounts.find(field, text)),
            quantities=tuple(q for field, text in texts for q in quantities.find(field, text)),
            quotes=tuple(q for field, text in texts for q in quotes.find(field, text, named)),
            words=segment.of(title, content),
        )

    def explain(self, title: str, content: str) -> list[Explanation]:
        """Return every theme that came near, best first, with what spoke for and against it."""
        spoken = language.detect(f"{title}\n{content}")
        judged = self._judge(title, content, spoken)
        return sorted((explanation(j) for j in judged if j.near), key=lambda e: (-e.score, e.id))

    def verdicts(self, title: str, content: str) -> Verdicts:
        """Return what the rules alone think of each theme that any of them speaks of, in every language."""
        return self._verdicts(_read(title, content))

    def _themes(self, title: str, content: str, spoken: str) -> tuple[Theme, ...]:
        found = (j.found for j in self._judge(title, content, spoken) if j.score >= j.threshold)
        return tuple(sorted((theme for theme in found if theme), key=lambda t: (-t.score, t.id)))

    def _judge(self, title: str, content: str, spoken: str) -> list[Judgement]:
        """Return a judgement on every theme that rules or a model have something to say of."""
        laid = _read(title, content)
        verdicts = self._verdicts(laid)
        combiner = self._combiners.get(spoken)
        combined = combiner.judge(self.taxonomy.themes, laid.fields, verdicts) if combiner else {}
        ruled = ((t, verdicts[t.id]) for t in self.taxonomy.themes if t.id in verdicts and t.id not in combined)
        return [*combined.values(), *(Judgement(t, v.score, _bar(t, spoken), v) for t, v in ruled)]

    def _verdicts(self, laid: Page) -> Verdicts:
        heard = self._rules.lay(laid)
        return judge(heard.speaking, need(laid.fields, on_subject=heard.on_subject))


def _read(title: str, content: str) -> Page:
    return page([(name, text[:LONGEST]) for name, text in zip(FIELDS, (title, content), strict=True) if text])


def _bar(theme: ThemeRules, spoken: str) -> float:
    return theme.threshold if spoken in OURS else max(theme.threshold, SURE)

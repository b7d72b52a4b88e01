"""Title and content → all that newsloom understands of them: language, themes, entities, amounts, quotes. Pure and total."""

from typing import Final

from msgspec import Struct
from newsloom_schemas.types import Amount, Entity, FieldName, Quote, Theme

from newsloom_tagger import amounts, entities, language, quotes
from newsloom_tagger.evidence import Rules
from newsloom_tagger.explain import Explanation, explanation
from newsloom_tagger.reading import Field, read
from newsloom_tagger.scoring import Verdict, evidence, judge, need
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
    quotes: tuple[Quote, ...]


class Analyser:
    """A taxonomy, ready to read articles with. Built once, then read only: threads may share it."""

    def __init__(self, taxonomy: Taxonomy | None = None) -> None:
        self.taxonomy = packaged() if taxonomy is None else taxonomy
        self._rules = Rules(self.taxonomy)

    def analyse(self, title: str, content: str) -> Analysis:
        """Return the analysis. Any two strings will do; the time it takes grows with their length and no faster."""
        spoken = language.detect(f"{title}\n{content}")
        texts = list(zip(FIELDS, (title, content), strict=True))
        return Analysis(
            language=spoken,
            themes=self._themes(title, content, spoken),
            entities=entities.find(title, content),
            amounts=tuple(a for field, text in texts for a in amounts.find(field, text)),
            quotes=tuple(q for field, text in texts for q in quotes.find(field, text)),
        )

    def explain(self, title: str, content: str) -> list[Explanation]:
        """Return every theme that came near, best first, with what spoke for and against it."""
        spoken = language.detect(f"{title}\n{content}")
        near = [explanation(t, v, _bar(t, spoken)) for t, v in self._verdicts(title, content)]
        return sorted(near, key=lambda e: (-e.score, e.id))

    def _themes(self, title: str, content: str, spoken: str) -> tuple[Theme, ...]:
        kept = [(t, v) for t, v in self._verdicts(title, content) if v.for_ and v.score >= _bar(t, spoken)]
        kept.sort(key=lambda tv: (-tv[1].score, tv[0].id))
        return tuple(Theme(id=t.id, score=v.score, evidence=evidence(v.for_)) for t, v in kept)

    def _verdicts(self, title: str, content: str) -> list[tuple[ThemeRules, Verdict]]:
        fields = _read(title, content)
        heard = self._rules.lay(fields)
        verdicts = judge(heard.said, need(fields, on_subject=heard.on_subject))
        return [(self.taxonomy.themes[number], verdict) for number, verdict in verdicts.items()]


def _read(title: str, content: str) -> list[Field]:
    return [read(name, text[:LONGEST]) for name, text in zip(FIELDS, (title, content), strict=True) if text]


def _bar(theme: ThemeRules, spoken: str) -> float:
    return theme.threshold if spoken in OURS else max(theme.threshold, SURE)

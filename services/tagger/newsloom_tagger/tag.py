"""RawArticle → TaggedArticle: the article as it came, with what the analyser understood of it."""

from datetime import datetime

from newsloom_schemas.types import RawArticle, TaggedArticle, Tagger

from newsloom_tagger.analysis import Analyser
from newsloom_tagger.version import VERSION


def tag(raw: RawArticle, analyser: Analyser, now: datetime) -> TaggedArticle:
    """Return the article, tagged at ``now``."""
    found = analyser.analyse(raw.title, raw.content)
    return TaggedArticle(
        article=raw,
        language=found.language,
        themes=found.themes,
        entities=found.entities,
        amounts=found.amounts,
        quantities=found.quantities,
        quotes=found.quotes,
        words=found.words,
        tagger=Tagger(version=VERSION, taxonomy=analyser.taxonomy.version),
        tagged_at=now,
    )

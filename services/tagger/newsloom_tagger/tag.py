"""RawArticle → TaggedArticle: the article as it came, with what the analyser understood of it."""

from collections.abc import Sequence
from datetime import datetime

from newsloom_schemas.types import RawArticle, TaggedArticle

from newsloom_tagger import fingerprint
from newsloom_tagger.analysis import Analyser, Analysis


def tag(raw: RawArticle, analyser: Analyser, now: datetime) -> TaggedArticle:
    """Return the article, tagged at ``now``."""
    return tag_many([raw], analyser, now)[0]


def tag_many(raws: Sequence[RawArticle], analyser: Analyser, now: datetime) -> list[TaggedArticle]:
    """Return the articles, each tagged at ``now`` as if it were alone."""
    found = analyser.analyse_many([(raw.title, raw.content) for raw in raws])
    return [_tagged(raw, one, analyser, now) for raw, one in zip(raws, found, strict=True)]


def _tagged(raw: RawArticle, found: Analysis, analyser: Analyser, now: datetime) -> TaggedArticle:
    return TaggedArticle(
        article=raw,
        language=found.language,
        themes=found.themes,
        entities=found.entities,
        amounts=found.amounts,
        quantities=found.quantities,
        quotes=found.quotes,
        words=found.words,
        fingerprint=fingerprint.at(found.fingerprint, raw.url),
        tagger=analyser.identity,
        tagged_at=now,
    )

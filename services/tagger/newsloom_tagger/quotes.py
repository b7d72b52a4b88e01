"""text → direct speech with its speaker; terms, titles and scare quotes in quotation marks are left alone."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from newsloom_schemas.types import Entity, FieldName, Quote

from newsloom_tagger import marks, speech_en, speech_zh
from newsloom_tagger.article import Article

HAN: Final = re.compile("[一-龥]")
SPEAKERS: Final = frozenset({"person", "company"})
MOST: Final = 2_000  # passages of one text that are judged: no article has as many, and a hostile one must not cost seconds


def find(field: FieldName, text: str, known: Iterable[Entity] | None = None, folded: str | None = None) -> tuple[Quote, ...]:
    """Return the direct speech in ``text`` in order, without its marks. Total: any string will do.

    ``known`` are the article's entities, ``folded`` is the text as ``fold`` returns it, for who has them already.
    """
    quoted = list(marks.find(text))
    if not quoted and "—" not in text and "─" not in text:
        return ()
    article = Article(text, None if known is None else tuple(_in_field(field, known)), folded)
    article.quoted = quoted
    marked = list(_marked(article))
    dashed = [s for s in speech_zh.dashed(article) if all(s[1] <= start or end <= s[0] for start, end, _ in marked)]
    return tuple(
        Quote(field=field, start=start, end=end, text=text[start:end], speaker=speaker or None)
        for start, end, speaker in sorted([*marked, *dashed], key=lambda s: s[0])
    )


def _in_field(field: FieldName, known: Iterable[Entity]) -> Iterator[Entity]:
    """Yield the people and companies with their mentions in the field."""
    for e in known:
        if e.type in SPEAKERS:
            yield Entity(id=e.id, name=e.name, type=e.type, mentions=tuple(m for m in e.mentions if m.field == field))


def _marked(article: Article) -> Iterator[tuple[int, int, str | None]]:
    """Yield the speech in quotation marks, and remember who spoke."""
    for q in article.quoted[:MOST]:
        inner = article.text[q.start : q.end]
        language = speech_zh if HAN.search(article.folded, q.start, q.end) else speech_en
        attribution = language.attribute(article, q) if inner.strip() else None
        if attribution:
            article.speaker, article.previous = attribution.speaker or article.speaker, q
            start = q.start + len(inner) - len(inner.lstrip())
            yield start, start + len(inner.strip()), attribution.speaker

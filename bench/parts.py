"""The analysis, its peer, and what the analysis consists of, each as something that can be measured alone.

Each works on a row of articles, as many as a worker analyses at once.
"""

from collections.abc import Sequence
from functools import partial

from newsloom_schemas.types import FieldName
from newsloom_tagger import amounts, entities, language, quantities, quotes, segment
from newsloom_tagger.analysis import FIELDS, Analyser, themes
from newsloom_tagger.combine import Opinion

from bench.articles import Article
from bench.measuring import Part, Work
from bench.peer import WordLists


def whole(analyser: Analyser) -> Part:
    """Return the whole analysis."""
    return lambda row: partial(analyser.analyse_many, row)


def alone(analyser: Analyser) -> Part:
    """Return the whole analysis, one article after the other."""
    return lambda row: lambda: [analyser.analyse(*article) for article in row]


def word_lists(peer: WordLists) -> Part:
    """Return the peer's way with articles: all that it knows is one text each."""
    return lambda row: lambda: [peer.tag(f"{article.title}\n{article.content}") for article in row]


def parts(analyser: Analyser) -> dict[str, Part]:
    """Return the parts of the analysis by name, in its order."""
    return {
        "language": lambda row: partial(_spoken, row),
        "themes, by rules": lambda row: partial(analyser.board, row),
        "themes, as learned": lambda row: partial(analyser.opinion, analyser.board(row), _spoken(row)),
        "themes, evidence": lambda row: partial(_evidence, analyser.opinion(analyser.board(row), _spoken(row)), len(row)),
        "entities": lambda row: partial(_entities, [Article(f"{a.title} ", f"{a.content} ") for a in row]),  # not seen before
        "numbers": lambda row: lambda: [(amounts.find(*field), quantities.find(*field)) for a in row for field in _fields(a)],
        "quotes": _quotes,
        "words": lambda row: lambda: [segment.of(*article) for article in row],
    }


def _spoken(row: Sequence[Article]) -> list[str]:
    return [language.detect(f"{a.title}\n{a.content}") for a in row]


def _evidence(judged: Opinion, count: int) -> list[object]:
    return [themes(judged, n) for n in range(count)]


def _entities(row: Sequence[Article]) -> list[object]:
    return [entities.find(*article) for article in row]


def _quotes(row: Sequence[Article]) -> Work:
    named = [entities.find(*article) for article in row]
    return lambda: [quotes.find(*field, known) for a, known in zip(row, named, strict=True) for field in _fields(a)]


def _fields(article: Article) -> list[tuple[FieldName, str]]:
    return list(zip(FIELDS, article, strict=True))

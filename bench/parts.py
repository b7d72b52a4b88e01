"""The analysis, its peer, and what the analysis consists of, each as something that can be measured alone."""

from collections.abc import Callable, Iterable
from functools import partial

from newsloom_schemas.types import FieldName
from newsloom_tagger import amounts, entities, language, quantities, quotes, segment
from newsloom_tagger.analysis import FIELDS, Analyser
from newsloom_tagger.combine import Combiner, Judgement
from newsloom_tagger.learned import Reader
from newsloom_tagger.model import packaged
from newsloom_tagger.reading import page

from bench.articles import Article
from bench.measuring import Part, Work
from bench.peer import WordLists


def whole(analyser: Analyser) -> Part:
    """Return the whole analysis."""
    return lambda article: partial(analyser.analyse, article.title, article.content)


def word_lists(peer: WordLists) -> Part:
    """Return the peer's way with an article: all that it knows is one text."""
    return lambda article: partial(peer.tag, f"{article.title}\n{article.content}")


def parts(analyser: Analyser) -> dict[str, Part]:
    """Return the parts of the analysis by name, in its order."""
    judge = _judge(analyser)
    return {
        "language": lambda a: partial(language.detect, f"{a.title}\n{a.content}"),
        "themes, by rules": lambda a: partial(analyser.verdicts, a.title, a.content),
        "themes, as learned": judge,
        "themes, evidence": lambda a: partial(_evidence, judge(a)().values()),
        "entities": lambda a: partial(entities.find, f"{a.title} ", f"{a.content} "),  # not the very text it has just seen
        "amounts": _in_each_field(amounts.find),
        "quantities": _in_each_field(quantities.find),
        "quotes": _quotes,
        "words": lambda a: partial(segment.of, a.title, a.content),
    }


def _judge(analyser: Analyser) -> Callable[[Article], Callable[[], dict[str, Judgement]]]:
    combiners = {spoken: Combiner(Reader(model)) for spoken, model in packaged().items()}

    def ready(article: Article) -> Callable[[], dict[str, Judgement]]:
        fields = page(list(zip(FIELDS, article, strict=True))).fields
        combiner = combiners[language.detect(f"{article.title}\n{article.content}")]
        return partial(combiner.judge, analyser.taxonomy.themes, fields, analyser.verdicts(article.title, article.content))

    return ready


def _evidence(judged: Iterable[Judgement]) -> list[object]:
    return [j.found for j in judged if j.score >= j.threshold]


def _in_each_field(find: Callable[[FieldName, str], object]) -> Part:
    return lambda article: lambda: [find(name, text) for name, text in zip(FIELDS, article, strict=True)]


def _quotes(article: Article) -> Work:
    named = entities.find(article.title, article.content)
    return lambda: [quotes.find(name, text, named) for name, text in zip(FIELDS, article, strict=True)]

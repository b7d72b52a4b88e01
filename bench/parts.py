"""The analysis, its peer, and what the analysis consists of, each as something that can be measured alone."""

from functools import partial

from newsloom_tagger import amounts, entities, language, quotes
from newsloom_tagger.analysis import FIELDS, Analyser
from newsloom_tagger.combine import Combiner
from newsloom_tagger.learned import Reader
from newsloom_tagger.model import packaged
from newsloom_tagger.reading import read

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
    return {
        "language": lambda a: partial(language.detect, f"{a.title}\n{a.content}"),
        "themes by rules": lambda a: partial(analyser.verdicts, a.title, a.content),
        "themes, learned": _learned(analyser),
        "entities": lambda a: partial(entities.find, a.title, a.content),
        "amounts": lambda a: lambda: [amounts.find(name, text) for name, text in zip(FIELDS, a, strict=True)],
        "quotes": _quotes,
    }


def _learned(analyser: Analyser) -> Part:
    combiners = {spoken: Combiner(Reader(model)) for spoken, model in packaged().items()}

    def ready(article: Article) -> Work:
        fields = [read(name, text) for name, text in zip(FIELDS, article, strict=True)]
        combiner = combiners[language.detect(f"{article.title}\n{article.content}")]
        return partial(combiner.judge, analyser.taxonomy.themes, fields, analyser.verdicts(article.title, article.content))

    return ready


def _quotes(article: Article) -> Work:
    entities.find(article.title, article.content)  # the analysis has looked for them by then, and they are kept
    return lambda: [quotes.find(name, text) for name, text in zip(FIELDS, article, strict=True)]

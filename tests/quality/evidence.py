"""What is shown of a theme → how often a careful reader marked the same: ``python -m tests.quality.evidence``.

Of every theme that an article has to have and gets, by the packaged rules and models: the share of the spans shown as its
evidence whose sentence lies where the reader marked, and of its most telling sentence. Beside it what the plainest choice
gives, the sentence of the first piece of evidence. The models have seen these articles' themes, but never their marks.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from newsloom_schemas.types import Theme
from newsloom_tagger.analysis import Analyser

from . import themes as quality

LANGUAGES = ("zh", "en")
Place = tuple[int, int]


@dataclass
class Agreement:
    """Counts: spans shown and of them in the reader's places; themes, and their sentences there, telling and first."""

    shown: int = 0
    agreed: int = 0
    themes: int = 0
    telling: int = 0
    first: int = 0


@cache
def agreement(language: str) -> Agreement:
    total, analyser = Agreement(), Analyser()
    for article in quality.articles("+".join(_sets(language))):
        for theme in analyser.analyse(article["title"], article["text"]).themes:
            marked = list(_marked(article, theme.id))
            if theme.id in article["required"] and marked:
                _count(total, theme, marked)
    return total


def _sets(language: str) -> list[str]:
    return sorted(path.stem for path in quality.FOLDER.glob(f"{language}*.jsonl"))


def _marked(article: dict[str, Any], theme: str) -> Iterator[Place]:
    """Where in the content the reader marked a theme."""
    for text in article.get("evidence", {}).get(theme, ()):
        at = article["text"].find(text)
        if at >= 0:
            yield at, at + len(text)


def _count(total: Agreement, theme: Theme, marked: list[Place]) -> None:
    spans = [
        (e.sentence.start, e.sentence.end) if e.sentence else (e.start, e.end) for e in theme.evidence if e.field == "content"
    ]
    total.shown += len(spans)
    total.agreed += sum(_meets(span, marked) for span in spans)
    if spans and theme.telling and theme.telling.field == "content":
        total.themes += 1
        total.telling += _meets((theme.telling.start, theme.telling.end), marked)
        total.first += _meets(spans[0], marked)


def _meets(span: Place, marked: list[Place]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in marked)


def table() -> list[str]:
    rows = ["| | spans shown | in the reader's sentences | telling sentence is | first one would be |", "|---|---|---|---|---|"]
    for language in LANGUAGES:
        a = agreement(language)
        rates = (a.agreed / a.shown, a.telling / a.themes, a.first / a.themes)
        rows.append(f"| {language} | {a.shown} | " + " | ".join(f"{rate:.2f}" for rate in rates) + " |")
    return rows


if __name__ == "__main__":
    print("\n".join(table()))

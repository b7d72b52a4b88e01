"""What is shown of a theme → how often a careful reader marked the same: ``python -m tests.quality.evidence``.

Of every theme that an article has to have and gets, by the packaged rules and models: the share of the spans shown as its
evidence that touch what the reader marked, of those whose sentence does, and of its most telling sentence. Beside it what the
plainest choice gives, the sentence of the first piece of evidence. The title counts for nothing: readers marked the text
only. The models have seen these articles' themes, but never their marks.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from newsloom_schemas.types import Evidence, Theme
from newsloom_tagger.analysis import Analyser

from . import themes as quality

LANGUAGES = ("zh", "en")
Place = tuple[int, int]


@dataclass
class Agreement:
    """Counts: spans shown, of them in the reader's places and in their sentences; themes, and their sentences there."""

    shown: int = 0
    agreed: int = 0
    near: int = 0
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
    spans = [e for e in theme.evidence if e.field == "content"]
    around = [_around(e) for e in spans]
    total.shown += len(spans)
    total.agreed += sum(_meets((e.start, e.end), marked) for e in spans)
    total.near += sum(_meets(place, marked) for place in around)
    if around and theme.telling and theme.telling.field == "content":
        total.themes += 1
        total.telling += _meets((theme.telling.start, theme.telling.end), marked)
        total.first += _meets(around[0], marked)


def _around(e: Evidence) -> Place:
    return (e.sentence.start, e.sentence.end) if e.sentence else (e.start, e.end)


def _meets(span: Place, marked: list[Place]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in marked)


def table() -> list[str]:
    rows = [
        "| | spans shown | touch the marked text | their sentences do | the telling sentence does | the first one would |",
        "|---|---|---|---|---|---|",
    ]
    for language in LANGUAGES:
        a = agreement(language)
        rates = (a.agreed / a.shown, a.near / a.shown, a.telling / a.themes, a.first / a.themes)
        rows.append(f"| {language} | {a.shown} | " + " | ".join(f"{rate:.2f}" for rate in rates) + " |")
    return rows


if __name__ == "__main__":
    print("\n".join(table()))

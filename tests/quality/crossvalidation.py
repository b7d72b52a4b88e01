"""The labelled articles → what rules, n-grams and both together are worth on articles that nothing was fitted on.

``python -m tests.quality.crossvalidation`` prints the tables and writes docs/quality.md; it takes a few minutes.

Ordinary and press articles are judged in five folds, each by models fitted on the other four, thresholds included. The hard
and the fresh ones are judged by models fitted on all ordinary and press articles. Everything goes through the real tagger.
"""

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

from newsloom_tagger import fitting, learn
from newsloom_tagger.analysis import Analyser
from newsloom_tagger.learned import Reader
from newsloom_tagger.reading import read

from . import evidence, facts
from . import themes as quality

LANGUAGES = ("zh", "en")
FOLDS = 5
PAGE = Path(__file__).parents[2] / "docs" / "quality.md"
INTRODUCTION = Path(__file__).with_name("quality.md")
WAYS = ("rules alone", "n-grams alone", "together")


class Judged(NamedTuple):
    """The scores of the three ways on the same articles."""

    rules: quality.Score
    ngrams: quality.Score
    together: quality.Score


@cache
def ordinary(language: str) -> list[dict[str, Any]]:
    paths = sorted(quality.FOLDER.glob(f"{language}-*.jsonl"))
    return [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines()]


@cache
def examples(language: str) -> dict[str, fitting.Example]:
    return {e.id: e for e in learn.examples(learn.load(sorted(quality.FOLDER.glob(f"{language}-*.jsonl"))))}


def fitted(language: str, without: int | None) -> fitting.Fitted:
    """What is learned from all ordinary and press articles but those of a fold."""
    kept = [e for e in examples(language).values() if fold(e.id) != without]
    return fitting.fit(language, quality.themes(), kept)


def in_fold(language: str, number: int) -> list[dict[str, Any]]:
    return [a for a in ordinary(language) if fold(a["id"]) == number]


def fold(article: str) -> int:
    """The fold of an article; fitting has folds of its own, which cut across these."""
    return crc32(article.encode()) % FOLDS


def judge(model: fitting.Fitted, articles: list[dict[str, Any]], judged: Judged) -> None:
    analyser, reader = Analyser(models={model.model.language: model.model}), Reader(model.model)
    bar = best_bar(model)
    for article in articles:
        fields = [read("title", article["title"]), read("content", article["text"])]
        decided = zip(model.model.themes, reader.read(fields).decisions[:-1], strict=True)
        judged.rules.add(article, quality.predicted(article))
        judged.ngrams.add(article, {theme for theme, decision in decided if decision >= bar})
        judged.together.add(article, {t.id for t in analyser.analyse(article["title"], article["text"]).themes})


def best_bar(model: fitting.Fitted) -> float:
    """The threshold for the n-grams' decisions with the best macro-F1 on the articles they were fitted on, fold by fold."""
    decisions = model.decisions[:, 0, :-1]
    return max((n / 50 for n in range(-50, 26)), key=lambda bar: fitting.macro_f1(decisions >= bar, model.labels))


def empty() -> Judged:
    return Judged(quality.Score(), quality.Score(), quality.Score())


@cache
def crossvalidated(language: str) -> Judged:
    judged = empty()
    for number in range(FOLDS):
        judge(fitted(language, number), in_fold(language, number), judged)
    return judged


@cache
def hard(language: str) -> Judged:
    judged = empty()
    judge(fitted(language, None), quality.articles(language), judged)
    return judged


@cache
def fresh(language: str) -> Judged:
    """Articles written last, apart from rules and models: nothing is ever fitted on them."""
    judged = empty()
    judge(fitted(language, None), quality.articles(f"fresh/{language}"), judged)
    return judged


def summary() -> list[str]:
    rows = ["| macro-F1 (articles without a theme left untagged) | " + " | ".join(WAYS) + " |", "|---|---|---|---|"]
    for name, judge_all in (("ordinary and press", crossvalidated), ("hard", hard), ("fresh", fresh)):
        for language in LANGUAGES:
            cells = [f"{s.macro(quality.themes()):.3f} ({s.clean} of {s.bare})" for s in judge_all(language)]
            rows.append(f"| {language}, {name} | {' | '.join(cells)} |")
    return rows


def by_theme() -> list[str]:
    head = (
        "| theme | " + " | ".join(f"{n} {lang}" for lang in LANGUAGES for n in ("precision", "recall", "F1", "hard F1")) + " |"
    )
    rows = [head, "|---" * (1 + 4 * len(LANGUAGES)) + "|"]
    for theme in quality.themes():
        cells = []
        for language in LANGUAGES:
            s, h = crossvalidated(language).together, hard(language).together
            cells += [s.precision(theme), s.recall(theme), s.f1(theme), h.f1(theme)]
        rows.append(f"| {theme} | " + " | ".join(f"{c:.2f}" for c in cells) + " |")
    return rows


def errors(found: Iterable[quality.Error]) -> list[str]:
    """A row for each article that was tagged otherwise than by its labels."""
    rows = ["| article | | missed | wrong |", "|---|---|---|---|"]
    return rows + [f"| {e.id} | {e.title} | {', '.join(e.missed)} | {', '.join(e.false)} |" for e in sorted(found)]


def remaining() -> dict[str, list[str]]:
    """The errors of rules and models together: all on hard articles, and on the others those where nothing should be found."""
    of_hard = [e for language in LANGUAGES for e in hard(language).together.errors]
    of_bare = [e for language in LANGUAGES for e in crossvalidated(language).together.errors if e.bare]
    return {"HARD-ERRORS": errors(of_hard), "BARE-ERRORS": errors(of_bare)}


def main() -> None:
    tables = {
        "SUMMARY": summary(),
        "BY-THEME": by_theme(),
        "EVIDENCE": evidence.table(),
        "FACTS": facts.tables(),
        **remaining(),
    }
    page = INTRODUCTION.read_text("utf-8")
    for name, rows in tables.items():
        page = page.replace(f"{{{name}}}", "\n".join(rows))
    print("\n".join(["", *summary(), "", *by_theme(), "", *evidence.table()]))
    PAGE.write_text(page, "utf-8")


if __name__ == "__main__":
    main()

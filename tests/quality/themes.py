"""The labelled articles → precision, recall and F1 of every theme by rules alone: ``python tests/quality/themes.py [SET …]``.

What the tagger is worth with what it has learned, ``crossvalidation`` says: the packaged models have seen these articles.

A set is files joined by "+": ``en-train+en-train-b``. NEWSLOOM_LABELLED names another folder of such files.
"""

import json
import os
import sys
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from newsloom_tagger.analysis import Analyser

FOLDER = Path(os.environ.get("NEWSLOOM_LABELLED", Path(__file__).with_name("labelled")))
SETS = ("en-train+en-train-b", "zh-train+zh-train-b", "en-train-c", "zh-train-c", "en", "zh")


class Error(NamedTuple):
    """An article that was tagged otherwise than by its labels, and whether it is one without any theme."""

    id: str
    title: str
    bare: bool
    missed: tuple[str, ...]
    false: tuple[str, ...]


@dataclass
class Score:
    """Counts of one set. ``clean`` of ``bare`` articles without any theme were left untagged; ``errors`` has those with any."""

    found: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    false: Counter[str] = field(default_factory=Counter)
    clean: int = 0
    bare: int = 0
    errors: list[Error] = field(default_factory=list)

    def add(self, article: dict[str, Any], predicted: set[str]) -> None:
        required, allowed = set(article["required"]), set(article["allowed"])
        self.found.update(required & predicted)
        self.missed.update(required - predicted)
        self.false.update(predicted - required - allowed)
        bare = not required | allowed
        self.bare += bare
        self.clean += bare and not predicted
        missed, false = required - predicted, predicted - required - allowed
        if missed or false:
            self.errors.append(Error(article["id"], article["title"], bare, tuple(sorted(missed)), tuple(sorted(false))))

    def precision(self, theme: str) -> float:
        return self.found[theme] / max(1, self.found[theme] + self.false[theme])

    def recall(self, theme: str) -> float:
        return self.found[theme] / max(1, self.found[theme] + self.missed[theme])

    def f1(self, theme: str) -> float:
        found = 2 * self.found[theme]
        return found / max(1, found + self.false[theme] + self.missed[theme])

    def macro(self, themes: tuple[str, ...]) -> float:
        return sum(map(self.f1, themes)) / len(themes)


@cache
def analyser() -> Analyser:
    return Analyser(models={})


def themes() -> tuple[str, ...]:
    return tuple(t.id for t in analyser().taxonomy.themes)


def articles(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for part in name.split("+") for line in (FOLDER / f"{part}.jsonl").read_text("utf-8").splitlines()]


def predicted(article: dict[str, Any]) -> set[str]:
    return {t.id for t in analyser().analyse(article["title"], article["text"]).themes}


@cache
def score(name: str) -> Score:
    total = Score()
    for article in articles(name):
        total.add(article, predicted(article))
    return total


def table(name: str) -> str:
    s = score(name)
    rows = [f"| {t} | {s.precision(t):.2f} | {s.recall(t):.2f} | {s.f1(t):.2f} |" for t in themes()]
    head = [f"### {name}: macro-F1 {s.macro(themes()):.3f}, {s.clean} of {s.bare} articles without a theme untagged", ""]
    return "\n".join([*head, "| theme | precision | recall | F1 |", "|---|---|---|---|", *rows, ""])


if __name__ == "__main__":
    for wanted in sys.argv[1:] or SETS:
        print(table(wanted))

"""The labelled articles → precision and recall of amounts, quotes, companies and quantities.

``python tests/quality/facts.py`` prints it.

How they are counted:

- an amount is right when value and currency are, at a span that overlaps the labelled one; ``also`` is the share whose span
  is exactly the labelled one.
- a quote is right when its text is the labelled one up to a fifth; ``also`` is the share of those with the right speaker,
  where one name may hold the other (Dr Lowri Pugh).
- a quantity is right when value and unit are, at a span that overlaps the labelled one; ``also`` is the share whose span,
  upper end and approximation are the labelled ones too. The articles have no labels of quantities: these are sentences in
  ``quantities.jsonl``, labelled before there was code that finds them.
- companies: recall over the labelled ones that the gazetteer knows, which are the real ones; most are invented.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from newsloom_schemas.types import Amount, Quantity, Quote
from newsloom_tagger import amounts, entities, quantities, quotes
from newsloom_tagger.fold import fold
from newsloom_tagger.gazetteer import load

FOLDER = Path(os.environ.get("NEWSLOOM_LABELLED", Path(__file__).with_name("labelled")))
QUANTITIES = Path(__file__).with_name("quantities.jsonl")
SETS = ("zh", "zh-train", "zh-train-b", "zh-train-c", "en", "en-train", "en-train-b", "en-train-c")
ALIKE = 0.8  # of the longer text: a quote's closing comma may stand inside or outside


@dataclass
class Score:
    """Counts of one kind of fact in one set; ``exact`` of the right ones are right in the second respect too."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    exact: int = 0

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)

    @property
    def also(self) -> float:
        return self.exact / max(1, self.right)

    def __str__(self) -> str:
        return (
            f"P {self.precision:.3f}  R {self.recall:.3f}  also {self.also:.3f}  ({self.right} / {self.wrong} / {self.missed})"
        )


@cache
def articles(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text("utf-8").splitlines()]


def score_amounts(name: str) -> Score:
    score = Score()
    for article in articles(name):
        gold = list(article["facts"]["money"])
        for amount in amounts.find("content", article["text"]):
            match = next((g for g in gold if same_amount(amount, g)), None)
            if match is None:
                score.wrong += 1
                continue
            gold.remove(match)
            score.right += 1
            score.exact += match["text"] == amount.text
        score.missed += len(gold)
    return score


def same_amount(found: Amount, gold: dict[str, Any]) -> bool:
    overlap = gold["text"] in found.text or found.text in gold["text"]
    return overlap and found.currency == gold["currency"] and abs(found.value - gold["amount"]) <= 1e-9 * found.value


def score_quotes(name: str) -> Score:
    score = Score()
    for article in articles(name):
        gold = list(article["facts"]["quotes"])
        for quote in quotes.find("content", article["text"]):
            match = next((g for g in gold if same_quote(quote, g)), None)
            if match is None:
                score.wrong += 1
                continue
            gold.remove(match)
            score.right += 1
            said, speaker = quote.speaker or "", match["speaker"]
            score.exact += bool(said) and (said in speaker or speaker in said)
        score.missed += len(gold)
    return score


def same_quote(found: Quote, gold: dict[str, Any]) -> bool:
    shorter, longer = sorted((found.text, gold["text"]), key=len)
    return shorter in longer and len(shorter) >= ALIKE * len(longer)


def score_quantities() -> Score:
    score = Score()
    sentences = [json.loads(line) for line in QUANTITIES.read_text("utf-8").splitlines()]
    for sentence in sentences:
        gold = list(sentence["quantities"])
        for quantity in quantities.find("content", sentence["text"]):
            match = next((g for g in gold if same_quantity(quantity, g)), None)
            if match is None:
                score.wrong += 1
                continue
            gold.remove(match)
            score.right += 1
            written = (match["text"], match.get("high"), match.get("about"))
            score.exact += written == (quantity.text, quantity.high, quantity.about)
        score.missed += len(gold)
    return score


def same_quantity(found: Quantity, gold: dict[str, Any]) -> bool:
    overlap = gold["text"] in found.text or found.text in gold["text"]
    return overlap and found.unit == gold["unit"] and abs(found.value - gold["value"]) <= 1e-9 * found.value


@cache
def known_companies() -> frozenset[str]:
    gazetteer = load()
    named = zip(gazetteer.patterns, gazetteer.names, strict=True)
    return frozenset(p for p, names in named if any(n.entity.kind == "company" for n in names))


def score_companies(name: str) -> Score:
    """``wrong`` are companies found in articles whose labels do not have them: a few are there all the same."""
    score = Score()
    for article in articles(name):
        found = [e for e in entities.find(article["title"], article["text"]) if e.type == "company"]
        texts = [{fold(m.text) for m in e.mentions} for e in found]
        gold = {fold(c) for c in article["facts"]["companies"]}
        for company in gold & known_companies():
            hit = any(company in t or t in company for mentions in texts for t in mentions)
            score.right += hit
            score.missed += not hit
        score.wrong += sum(not any(t in c or c in t for t in mentions for c in gold) for mentions in texts)
    return score


KINDS = {"amounts": score_amounts, "quotes": score_quotes, "companies": score_companies}


def pooled(scores: Iterable[Score]) -> Score:
    """The counts of several sets together."""
    return Score(*(sum(counts) for counts in zip(*((s.right, s.wrong, s.missed, s.exact) for s in scores), strict=True)))


def tables() -> list[str]:
    """Rows for docs/quality.md: all sets of a language together; of companies, the sets that are labelled with them."""
    rows = ["| | right | wrong | missed | precision | recall |", "|---|---|---|---|---|---|"]
    for kind, score in KINDS.items():
        for language in ("zh", "en"):
            sets = [s for s in SETS if s.startswith(language) and (kind != "companies" or s in {language, f"{language}-train"})]
            rows.append(_row(f"{kind}, {language}", pooled(map(score, sets))))
    return [*rows, _row("quantities, sentences in both", score_quantities())]


def _row(name: str, s: Score) -> str:
    return f"| {name} | {s.right} | {s.wrong} | {s.missed} | {s.precision:.3f} | {s.recall:.3f} |"


def main() -> None:
    for kind, score in KINDS.items():
        for name in SETS:
            print(f"{kind:10} {name:11} {score(name)}")
    print(f"{'quantities':10} {'sentences':11} {score_quantities()}")


if __name__ == "__main__":
    main()

"""What changed themes do to articles, on the terminal."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from newsloom_cli.look import words
from newsloom_cli.look.tables import table

SIGNS: Final = {"gained": ("+", "green"), "lost": ("−", "red"), "changed": ("±", "yellow")}
SPAN: Final = 80  # characters of a reason
Line = Mapping[str, Any]


def difference(lines: Sequence[Line], total: Line) -> RenderableType:
    """Return the table of themes, samples of each that changes, and the sums."""
    made = table("theme", "before", "after", "gained", "lost", "score", "")
    for line in lines:
        made.add_row(words.theme(line["theme"]), *(_number(line, k) for k in ("before", "after", *SIGNS)), Text())
    samples = [block for line in lines if line["samples"] for block in _samples(line)]
    return Group(made, Text(), *samples, *_sums(total))


def _number(line: Line, key: str) -> Text:
    sign, colour = SIGNS.get(key, ("", ""))
    number = line[key]
    return Text(f"{sign}{number:,}" if number and sign else f"{number:,}", colour if number else "dim", justify="right")


def _samples(line: Line) -> list[RenderableType]:
    return [words.theme(line["theme"]), *(Padding(_sample(s), (0, 0, 0, 2)) for s in line["samples"]), Text()]


def _sample(sample: Line) -> RenderableType:
    sign, colour = SIGNS[sample["kind"]]
    head = Text.assemble((f"{sign} ", colour), words.plain(sample["title"], "bold"))
    return Group(head, Padding(words.joined([_score(sample), *_reasons(sample), sample["url"]]), (0, 0, 0, 2)))


def _score(sample: Line) -> str:
    if sample["kind"] == "lost" and "threshold" in sample:
        return f"{sample['score']:.2f}, and {sample['threshold']:.2f} is asked for"
    return " → ".join(f"{sample[k]:.2f}" for k in ("before", "after") if sample[k] is not None)


def _reasons(sample: Line) -> list[str]:
    told = [str(sample["reason"])] if "reason" in sample else []
    for side, sign in (("against", "against it"), ("for", "for it")):
        told += [f"{sign}: {span['rule']}: “{_short(span['text'])}”" for span in sample.get(side, ())[:1]]
    return told


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= SPAN else flat[:SPAN] + "…"


def _sums(total: Line) -> list[RenderableType]:
    skipped = [f"{n:,} {why}" for why, n in total["skipped"].items()]
    bad = [Text(f"{total[k]:,} {k}", "red") for k in ("failed", "refused") if total.get(k)]
    told = f"{total['read']:,} articles read anew, {total['differ']:,} differ"
    if not total.get("dry_run"):
        told += f", {total['published']:,} published as version {total['version']} (run {total['run']})"
    return [Text(told, "bold"), *([words.joined(["not looked at", *skipped])] if skipped else []), *bad]

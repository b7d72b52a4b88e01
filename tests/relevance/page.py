"""What was measured → docs/relevance.md. Of the held-out queries nothing but means is written."""

from collections.abc import Iterable, Mapping
from itertools import product

from . import judged, judges, measuring, stream
from .measuring import INDEX, OURS, RIVALS, Group, Search
from .metrics import Scores, confusion, weighted_kappa
from .ways import SIZE, ways

Measured = Mapping[str, Search]
PAGE = stream.HERE.parents[1] / "docs" / "relevance.md"
INTRODUCTION = stream.HERE / "relevance.md"
WORST, SHOWN = 15, 3
SAYS = {
    "words-zh": "words, Chinese",
    "words-en": "words, English",
    "mixed": "Chinese and English mixed",
    "name": "names: tickers, other language, alias",
    "phrase": "phrases in quotation marks",
    "number": "numbers and sums as written",
    "question-zh": "questions, Chinese",
    "question-en": "questions, English",
    "traditional": "Traditional characters",
    "width": "full-width letters",
    "typo": "mistyped",
    "tail": "two rare words",
    "theme": "words for a theme",
}


def tables(measured: Measured) -> dict[str, list[str]]:
    return {
        "INDEX": [INDEX],
        "DOCUMENTS": [str(len(stream.articles()))],
        "QUERIES": [str(len(judged.queries()))],
        "KIND-COUNT": [str(len(SAYS))],
        "WAYS": [str(len(ways()))],
        "WORST-COUNT": [str(WORST)],
        "READING": reading(measured),
        "SUMMARY": summary(measured),
        "DIFFERENCES": differences(measured),
        "ASKED": [f"- {name}: {search.asked}" for name, search in measured.items()],
        "KINDS": by_kind(measured),
        "NOTHING": nothing(measured) or ["- none: there is no such query"],
        "FEW": few(measured),
        "FEW-COUNT": [str(measuring.FEW)],
        "WORST": worst(measured),
        "JUDGED": judgements(),
        "SECOND": [second_pass()],
        "JUDGES": [judges.reading(measured)],
        "AGREED": judges.kinds(SAYS),
        "CONFUSION": judges.confusion(),
        "BY-JUDGE": judges.searches(measured),
        "SETTLED": judges.settled(),
        **judges.numbers(measured),
    }


def write(measured: Measured) -> str:
    """Write the page, and return its first tables for a terminal."""
    page = INTRODUCTION.read_text("utf-8")
    for name, rows in tables(measured).items():
        page = page.replace(f"{{{name}}}", "\n".join(rows))
    PAGE.write_text(page, "utf-8")
    shown = (summary(measured), differences(measured), by_kind(measured), [judges.reading(measured)], judges.searches(measured))
    return "\n\n".join("\n".join(rows) for rows in shown)


def reading(measured: Measured) -> list[str]:
    """Return a sentence that says how search stands beside the better of its rivals, and beside its own index."""
    everything = measuring.halves()[0].queries
    mean, asked = (measured[name].mean(everything) for name in (OURS, INDEX))
    rival = max(RIVALS, key=lambda name: measured[name].mean(everything).ndcg)
    best = measured[rival].mean(everything)
    ours = f"`newsloom search` reaches an nDCG@10 of {mean.ndcg:.3f} and finds nothing for {mean.nothing:.1%} of the queries"
    theirs = f"`{rival}`, the better of the rivals, {best.ndcg:.3f} and {best.nothing:.1%}"
    return [f"{ours}; {theirs}; the same index asked as a peer {asked.ndcg:.3f}."]


def summary(measured: Measured) -> list[str]:
    head = ["| queries | search | nDCG@10 | MRR | recall@20 | nothing found | of the first ten, judged |", "|---" * 7 + "|"]
    return head + [
        f"| {group.name} ({len(group.queries)}) | {name} | {_cells(search.mean(group.queries))} |"
        for group in measuring.halves()
        for name, search in measured.items()
    ]


def _cells(scores: Scores) -> str:
    return f"{scores.ndcg:.3f} | {scores.rr:.3f} | {scores.recall:.3f} | {scores.nothing:.0%} | {scores.judged:.0%}"


def differences(measured: Measured) -> list[str]:
    rows = ["| nDCG@10 | queries | difference | 95 in 100 draws |", "|---|---|---|---|"]
    pairs = [(OURS, INDEX), *product((OURS, INDEX), RIVALS)]
    return rows + [_difference(measured, *pair, group) for pair in pairs for group in measuring.halves()]


def _difference(measured: Measured, ours: str, theirs: str, group: Group) -> str:
    d = measuring.difference(measured[ours], measured[theirs], group.queries)
    return f"| {ours} − {theirs} | {group.name} | {d.mean:+.3f} | {d.low:+.3f} to {d.high:+.3f} |"


def by_kind(measured: Measured) -> list[str]:
    head = [
        f"| kind | queries | nothing found by newsloom | nDCG@10 {' | '.join(measured)} |",
        "|---" * (3 + len(measured)) + "|",
    ]
    return head + [_kind(group, measured) for group in measuring.kinds()]


def _kind(group: Group, measured: Measured) -> str:
    cells = [f"{search.mean(group.queries).ndcg:.2f}" for search in measured.values()]
    nothing = measured[OURS].mean(group.queries).nothing
    return f"| {SAYS[group.name]} | {len(group.queries)} | {nothing:.0%} | {' | '.join(cells)} |"


def few(measured: Measured) -> list[str]:
    """Return how much of what is shown is of any use: for all queries, and for those with few answers."""
    rows = ["| queries | " + " | ".join(measured) + " |", "|---" * (1 + len(measured)) + "|"]
    groups = (measuring.halves()[0], *measuring.few())
    return rows + [
        f"| {g.name} ({len(g.queries)}) | {' | '.join(f'{s.mean(g.queries).useful:.2f}' for s in measured.values())} |"
        for g in groups
    ]


def _open() -> list[judged.Query]:
    return [q for q in judged.queries() if not q.held_out]


def nothing(measured: Measured) -> list[str]:
    """Return the open queries to which we say nothing although there is something, by kind."""
    found = measured[OURS].rankings
    lost = [q for q in _open() if not found[q.id]]
    return [f"- {SAYS[kind]}: {' · '.join(f'`{q.query}`' for q in lost if q.kind == kind)}" for kind in _kinds(lost)]


def _kinds(queries: Iterable[judged.Query]) -> list[str]:
    return list(dict.fromkeys(q.kind for q in queries))


def worst(measured: Measured) -> list[str]:
    """Return the open queries that we answer worst, of those that we answer at all, and what stands first instead."""
    scores = measured[OURS].scores
    answered = [q for q in _open() if measured[OURS].rankings[q.id]]
    head = ["| query | nDCG@10 | ranked first (grade) | best, and where we have it |", "|---|---|---|---|"]
    return head + [
        f"| `{q.query}` | {scores[q.id].ndcg:.2f} | {_first(q, measured)} | {_best(q, measured)} |"
        for q in sorted(answered, key=lambda q: scores[q.id].ndcg)[:WORST]
    ]


def _first(query: judged.Query, measured: Measured) -> str:
    grades = judged.grades()[query.id]
    return "<br>".join(f"{_title(a)} ({grades.get(a, '–')})" for a in measured[OURS].rankings[query.id][:SHOWN])


def _best(query: judged.Query, measured: Measured) -> str:
    grades, found = judged.grades()[query.id], list(measured[OURS].rankings[query.id])
    best = sorted(grades, key=lambda a: -grades[a])[:SHOWN]
    places = (f"place {found.index(a) + 1}" if a in found else f"not among the first {SIZE}" for a in best)
    return "<br>".join(f"{_title(a)}: {place}" for a, place in zip(best, places, strict=True))


def _title(article: str) -> str:
    titles = {a.id: a.title for a in stream.articles()}
    return titles[article].replace("|", "/")


def judgements() -> list[str]:
    rows = ["| | queries | judgements | 3 | 2 | 1 | 0 | relevant a query, half have up to |", "|---" * 8 + "|"]
    return rows + [_judgements(group) for group in measuring.halves()]


def _judgements(group: Group) -> str:
    each = [judged.grades()[q.id] for q in group.queries]
    counts = [sum(g == grade for grades in each for g in grades.values()) for grade in (3, 2, 1, 0)]
    relevant = sorted(sum(g >= 2 for g in grades.values()) for grades in each)
    cells = [len(group.queries), sum(counts), *counts, relevant[len(relevant) // 2]]
    return f"| {group.name} | {' | '.join(map(str, cells))} |"


def second_pass() -> str:
    """Return how far the second judgements agree with the first."""
    lines = [line for folder in (judged.OPEN, judged.HELD_OUT) for line in stream.lines(folder / "second.jsonl")]
    first, second = [line["first"] for line in lines], [line["second"] for line in lines]
    same = sum(a == b for a, b in zip(first, second, strict=True)) / len(lines)
    near = sum(abs(a - b) <= 1 for a, b in zip(first, second, strict=True)) / len(lines)
    kappa = f"weighted kappa {weighted_kappa(confusion(first, second)):.2f}"
    return f"{len(lines)} judgements a second time: {same:.1%} the same, {near:.1%} at most one grade apart, {kappa}"

"""How far the judges agree → tables of docs/relevance.md. Of the held-out queries, too, nothing but counts and means."""

from collections.abc import Mapping, Sequence

from . import agreement, judged, metrics, stream
from .agreement import JUDGES, Twice
from .measuring import OURS, Search


def reading(measured: Mapping[str, Search]) -> str:
    """Return in a sentence how far they agree, and whether searches stand in the same order."""
    rows = agreement.twice()
    drawn, whole = (metrics.weighted_kappa(agreement.counts(rows, weighted)) for weighted in (False, True))
    orders = {judge: order(measured, judge) for judge in JUDGES}
    same = "in the same order" if len(set(orders.values())) == 1 else "not in the same order"
    return (
        f"Weighted kappa is {drawn:.2f} over {len(rows)} pairs drawn evenly over kinds and grades, {whole:.2f} if all were "
        f"graded twice; by the first judge's grades, the second's and the settled ones, the searches stand {same}."
    )


def order(measured: Mapping[str, Search], judge: str) -> tuple[str, ...]:
    """Return the searches, best first."""
    means = {name: _mean(search, judge) for name, search in measured.items()}
    return tuple(sorted(means, key=lambda name: -means[name]))


def kinds(says: Mapping[str, str]) -> list[str]:
    head = ["| kind | pairs | the same | at most one apart | weighted kappa | mean grade, first | second |", "|---" * 7 + "|"]
    rows = agreement.twice()
    by_kind = [_agreed(says[kind], [row for row in rows if row.kind == kind]) for kind in says]
    return [*head, *by_kind, _agreed("all", rows), _agreed("all, weighted back to all that is graded", rows, weighted=True)]


def _agreed(name: str, rows: Sequence[Twice], weighted: bool = False) -> str:
    seen = agreement.counts(rows, weighted)
    same, near = (agreement.near(seen, steps) for steps in (0, 1))
    first, second = (sum(grade * n for grade, n in enumerate(seen.sum(axis=axis))) / seen.sum() for axis in (1, 0))
    kappa = metrics.weighted_kappa(seen)
    return f"| {name} | {len(rows)} | {same:.0%} | {near:.1%} | {kappa:.2f} | {first:.2f} | {second:.2f} |"


def confusion() -> list[str]:
    seen = agreement.counts(agreement.twice())
    head = ["| first judge | second: 3 | 2 | 1 | 0 |", "|---" * 5 + "|"]
    return head + [f"| {i} | {' | '.join(f'{seen[i, j]:.0f}' for j in (3, 2, 1, 0))} |" for i in (3, 2, 1, 0)]


def searches(measured: Mapping[str, Search]) -> list[str]:
    """Return what each search is worth by each judge, and by how much ours is ahead."""
    ahead = [name for name in measured if name != OURS]
    titles = [*measured, *(f"{OURS} − {name}" for name in ahead)]
    head = [f"| nDCG@10 by the grades of | {' | '.join(titles)} |", "|---" * (1 + len(titles)) + "|"]
    return head + [_by(measured, judge, ahead) for judge in JUDGES]


def _by(measured: Mapping[str, Search], judge: str, ahead: Sequence[str]) -> str:
    cells = [f"{_mean(search, judge):.3f}" for search in measured.values()]
    return f"| {judge} | {' | '.join([*cells, *(_ahead(measured, judge, name) for name in ahead)])} |"


def _ahead(measured: Mapping[str, Search], judge: str, name: str) -> str:
    by = agreement.grades()[judge]
    d = metrics.difference(agreement.ndcgs(measured[OURS], by), agreement.ndcgs(measured[name], by))
    return f"{d.mean:+.3f} ({d.low:+.3f} to {d.high:+.3f})"


def _mean(search: Search, judge: str) -> float:
    values = agreement.ndcgs(search, agreement.grades()[judge])
    return sum(values) / len(values)


def settled() -> list[str]:
    """Return the open pairs that were looked at a third time, with the reason, and how many held-out ones were."""
    head = ["| query | article | first | second | settled | why |", "|---" * 6 + "|"]
    texts, titles = {q.id: q.query for q in judged.queries()}, {a.id: a.title for a in stream.articles()}
    rows = [
        f"| `{texts[s['query']]}` | {titles[s['document']]} | {s['first']} | {s['second']} | {s['settled']} | {s['why']} |"
        for s in stream.lines(judged.OPEN / "settled.jsonl")
    ]
    return head + rows


def numbers(measured: Mapping[str, Search]) -> dict[str, list[str]]:
    """Return what the text of the page says in numbers."""
    graded = sum(len(grades) for grades in judged.second().values())
    return {
        "TWICE": [str(graded)],
        "TWICE-DRAWN": [str(len(agreement.twice()))],
        "TWICE-QUERIES": [str(len(agreement.grades()[JUDGES[0]]))],
        "TWICE-SHOWN": [f"{agreement.covered(measured):.0%}"],
        "SETTLED-HIDDEN": [str(len(stream.lines(judged.HELD_OUT / "settled.jsonl")))],
    }

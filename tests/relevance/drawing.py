"""Which pairs a second judge reads, and the sheets they are read from: ``python -m tests.relevance.drawing FOLDER``.

Two draws, both by a hash, so that grades added later change little. **Pairs**: of each kind of query and each grade of the
first judge as many, to see where two judges differ. **Queries**: of each kind some open ones and one held out, and of these
all that any search has among its first ten, to see whether the order of the searches holds. A sheet shows an article once,
and under it each query that it is to be graded for, never a grade. It is answered by a line an article: its number, and its
grades in the order of the sheet.
"""

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from elasticsearch import Elasticsearch
from newsloom_native import running

from . import judged, measuring, pooling, stream

CELL, OPEN, HELD_OUT = 9, 2, 1  # pairs of a kind and grade; queries of a kind
DEPTH = 10
SHEET = 45_000  # characters, about


class Pair(NamedTuple):
    query: str
    document: str


def lot(*names: str) -> str:
    """Return what decides a draw: the lowest are taken. Nothing but the names is in it."""
    return sha256("\t".join(("second judge", *names)).encode()).hexdigest()


def pairs() -> set[Pair]:
    """Return the pairs drawn evenly over kinds and the first judge's grades."""
    cells: dict[tuple[str, int], list[Pair]] = defaultdict(list)
    for query in judged.queries():
        for document, grade in judged.first()[query.id].items():
            cells[query.kind, grade].append(Pair(query.id, document))
    return {pair for cell in cells.values() for pair in sorted(cell, key=lambda p: lot(*p))[:CELL]}


def queries() -> list[judged.Query]:
    drawn = sorted(judged.queries(), key=lambda q: lot(q.id))
    halves = ((False, OPEN), (True, HELD_OUT))
    kinds = [(kind.name, held_out, n) for kind in measuring.kinds() for held_out, n in halves]
    return [q for kind, side, n in kinds for q in [q for q in drawn if (q.kind, q.held_out) == (kind, side)][:n]]


def shown(measured: Mapping[str, measuring.Search]) -> set[Pair]:
    """Return what any search has among its first ten for the queries drawn."""
    found = [search.rankings for search in measured.values()]
    return {Pair(q.id, a) for q in queries() for rankings in found for a in rankings[q.id][:DEPTH]}


def sheets(drawn: Iterable[Pair]) -> Iterator[str]:
    """Yield sheets of about SHEET characters. Articles and queries come in an order that tells nothing."""
    asked, sheet = defaultdict(list), ""
    for pair in sorted(drawn, key=lambda p: lot(p.query)):
        asked[pair.document].append(pair.query)
    for number, document in enumerate(sorted(asked, key=lot), 1):
        sheet += _entry(number, document, asked[document])
        if len(sheet) > SHEET:
            yield sheet
            sheet = ""
    if sheet:
        yield sheet


def _entry(number: int, document: str, queries: list[str]) -> str:
    article = {a.id: a for a in stream.articles()}[document]
    known = {q.id: q for q in judged.queries()}
    asked = "".join(f"  {name} [{known[name].query}] {known[name].need}\n" for name in queries)
    return f"=== {number} {document} ({len(queries)})\n{article.title}\n{article.content}\n{asked}\n"


def main(folder: Path) -> None:
    with running.elasticsearch() as engine, Elasticsearch(engine.address, request_timeout=60) as client:
        drawn = pairs() | shown(measuring.measure(client))
        missing = {Pair(q, a) for q, found in pooling.pools(client, judged.queries()).items() for a in found}
    drawn |= {pair for pair in missing if pair.document not in judged.first()[pair.query]}
    for number, sheet in enumerate(sheets(drawn), 1):
        (folder / f"sheet-{number:02}.txt").write_text(sheet, "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

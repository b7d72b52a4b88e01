"""Several rankers → which articles to judge for a query: ``python -m tests.relevance.pooling`` lists those not judged yet.

The pool is the first 15 of our search, of each analyser of Elasticsearch (any word, best field), of BM25 over pairs of
characters, and of BM25 for the query in other words and in the other language (``also``); and the first 10 of our index where
any word will do, and of every way in which the peers are asked for any word. After a change of ranking, run it: what the new
ranking brings up has to be judged before its nDCG can be believed. ``--held-out`` lists the held-out queries instead, for
somebody who has no part in the ranking.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from math import log

from elasticsearch import Elasticsearch
from newsloom_native import running

from . import engines, judged, stream, ways

DEPTH, LOOSE = 15, 10
K1, B = 1.2, 0.75  # Lucene's
WORD = re.compile(r"[a-z0-9]+|[\u4e00-\u9fff]+")
SIMPLE = ways.Way("best_fields", "or", 3)
ANY_WORD = [way for way in ways.ways() if way.words == "or"]


def terms(text: str) -> Iterator[str]:
    """Yield English words, and Chinese as overlapping pairs."""
    for run in WORD.findall(text.lower()):
        if run[0] < "\u4e00" or len(run) == 1:
            yield run
        else:
            yield from (run[n : n + 2] for n in range(len(run) - 1))


class BM25:
    """Robertson's ranking in plain Python: nothing of Elasticsearch's is in it."""

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        self._counts = {name: Counter(terms(text)) for name, text in texts}
        self._rarity = Counter(term for counts in self._counts.values() for term in counts)
        self._length = sum(c.total() for c in self._counts.values()) / len(self._counts)

    def ranked(self, query: str) -> list[str]:
        wanted = set(terms(query))
        scored = {name: sum(self._weight(term, counts) for term in wanted) for name, counts in self._counts.items()}
        return sorted((n for n in scored if scored[n]), key=lambda name: -scored[name])

    def _weight(self, term: str, counts: Counter[str]) -> float:
        if not counts[term]:
            return 0.0
        n = self._rarity[term]
        idf = log(1 + (len(self._counts) - n + 0.5) / (n + 0.5))
        return idf * counts[term] * (K1 + 1) / (counts[term] + K1 * (1 - B + B * counts.total() / self._length))


def pools(client: Elasticsearch, queries: Sequence[judged.Query]) -> dict[str, list[str]]:
    """Return query id → the pool, without an order that would tell who ranked an article how high."""
    texts = {q.id: q.query for q in queries}
    pairs = BM25((a.id, f"{a.title} {a.title} {a.content}") for a in stream.articles())
    found = [engines.ours(client, texts), *(engines.theirs(client, texts, name, SIMPLE) for name in ways.ANALYSERS)]
    found += [{q.id: pairs.ranked(text(q)) for q in queries} for text in (lambda q: q.query, lambda q: q.also)]
    loose = [engines.loosely(client, texts, way) for way in ANY_WORD]
    loose += [engines.theirs(client, texts, name, way) for name in ways.ANALYSERS for way in ANY_WORD]
    deep = {q.id: {a for rankings in found for a in rankings[q.id][:DEPTH]} for q in queries}
    return {q.id: sorted(deep[q.id] | {a for rankings in loose for a in rankings[q.id][:LOOSE]}) for q in queries}


def main() -> None:
    titles = {a.id: a.title for a in stream.articles()}
    asked = [q for q in judged.queries() if q.held_out is ("--held-out" in sys.argv[1:])]
    with running.elasticsearch() as engine, Elasticsearch(engine.address, request_timeout=60) as client:
        engines.fill(client)
        found = pools(client, asked)
    for q in asked:
        for article in [a for a in found[q.id] if a not in judged.grades().get(q.id, {})]:
            sys.stdout.write(f"{q.id}\t{q.query}\t{article}\t{titles[article]}\n")


if __name__ == "__main__":
    main()

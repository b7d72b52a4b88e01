"""The loop that ends only with a final verdict on every document, against a store that behaves like Elasticsearch."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsloom_indexer import bulk
from newsloom_indexer.bulk import Answer, Outcome
from newsloom_indexer.document import Document
from newsloom_indexer.writing import write
from newsloom_schemas.dead import Origin

FINAL = {Outcome.INDEXED, Outcome.DUPLICATE, Outcome.STALE, Outcome.REJECTED}


class MemoryStore:
    """External versions as Elasticsearch keeps them; ``fail`` lists what the next requests meet instead."""

    def __init__(self, fail=(), limit=10**9, poison=()):
        self.kept, self.fail, self.limit, self.poison, self.requests = {}, list(fail), limit, set(poison), 0

    def send(self, body):
        self.requests += 1
        trouble = self.fail.pop(0) if self.fail else None
        if isinstance(trouble, Answer):
            return trouble
        if len(body) > self.limit:
            return Answer(413, "too large")
        lines = [json.loads(line) for line in body.splitlines()]
        items = [self._put(a["index"], s) for a, s in zip(lines[::2], lines[1::2], strict=True)]
        return Answer(0, "connection lost") if trouble == "lose the answer" else Answer(200, {"items": items})

    def _put(self, action, source):
        if action["_id"] in self.poison:
            return {"index": {"status": 400, "error": {"type": "document_parsing_exception", "reason": "poison"}}}
        if action["version"] <= self.kept.get(action["_id"], (0, None))[0]:
            return {"index": {"_index": "i", "status": 409, "error": {"type": "version_conflict_engine_exception"}}}
        self.kept[action["_id"]] = (action["version"], source)
        return {"index": {"status": 201}}

    def look(self, docs):
        found = [self.kept[d["_id"]] for d in docs]
        return Answer(200, {"docs": [{"found": True, "_version": v, "_source": s} for v, s in found]})


def document(name, version=1, offset=0):
    record = {"topic": "t", "partition": 0, "offset": offset}
    lines = [{"index": {"_id": name, "version": version}}, {"record": record}]
    return Document(
        Origin("t", 0, offset, None, b"", ()), name, version, b"".join(json.dumps(x).encode() + b"\n" for x in lines)
    )


def some(n):
    return [document(f"d{i}", offset=i) for i in range(n)]


def outcomes(documents, store, wait=lambda reason, attempt: None):
    return [v.outcome for v in write(documents, store, wait)]


def test_an_answer_that_is_lost_counts_as_indexed_not_as_duplicate():
    store = MemoryStore(["lose the answer"])
    assert outcomes(some(3), store) == [Outcome.INDEXED] * 3
    assert store.requests == 2


def test_it_waits_as_often_as_the_store_is_away_and_says_why():
    waits = []
    store = MemoryStore([Answer(0, "refused"), Answer(503, "starting"), Answer(429, "busy")])
    assert outcomes(some(2), store, lambda reason, attempt: waits.append((reason, attempt))) == [Outcome.INDEXED] * 2
    assert waits == [("no answer: refused", 0), ("503: starting", 1), ("429: busy", 2)]


def test_what_waiting_raises_ends_the_work():
    def give_up(reason, attempt):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        write(some(1), MemoryStore([Answer(503, "")]), give_up)


def test_only_what_was_turned_away_is_sent_again():
    busy = {"index": {"status": 429, "error": {"type": "es_rejected_execution_exception", "reason": "full"}}}
    store = MemoryStore([Answer(200, {"items": [{"index": {"status": 201}}, busy, {"index": {"status": 201}}]})])
    assert outcomes(some(3), store) == [Outcome.INDEXED] * 3
    assert list(store.kept) == ["d1"]


def test_the_one_that_is_too_large_is_rejected_and_the_others_are_written():
    large = document("large" * 100, offset=9)
    documents = [*some(3), large, *[document(f"e{i}") for i in range(3)]]
    found = outcomes(documents, MemoryStore(limit=500))
    assert found == [Outcome.INDEXED] * 3 + [Outcome.REJECTED] + [Outcome.INDEXED] * 3


def test_a_document_twice_in_one_request_is_indexed_once():
    assert outcomes([document("a", 1, 0), document("a", 1, 1)], MemoryStore()) == [Outcome.INDEXED, Outcome.DUPLICATE]


def test_an_older_revision_never_replaces_a_newer_one():
    store = MemoryStore()
    assert outcomes([document("a", 2, 0), document("a", 1, 1)], store) == [Outcome.INDEXED, Outcome.STALE]
    assert store.kept["a"][0] == 2


TROUBLES = st.lists(st.sampled_from([None, "lose the answer", Answer(0, ""), Answer(429, ""), Answer(503, "")]), max_size=8)
ARRIVALS = st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(1, 4)), max_size=30)


@given(TROUBLES, ARRIVALS, st.integers(100, 1000))
def test_whatever_happens_each_ends_once_and_the_highest_version_stays(troubles, arrivals, limit):
    documents = [document(name, version, offset) for offset, (name, version) in enumerate(arrivals)]
    store = MemoryStore(troubles, limit=limit, poison="f")
    found = outcomes(documents, store) if documents else []
    assert len(found) == len(documents)
    assert set(found) <= FINAL
    highest = {n: max(v for m, v in arrivals if m == n) for n, _ in arrivals if n != "f"}
    assert {n: v for n, (v, _) in store.kept.items()} == highest
    assert [d.id for d, o in zip(documents, found, strict=True) if o is Outcome.REJECTED] == [
        n for n, _ in arrivals if n == "f"
    ]


def lanes(batch):
    return bulk.lanes(batch, 2, 10**6, 3)


def test_two_requests_are_under_way_at_once_and_each_waits_for_neither():
    class Meeting(MemoryStore):
        together = Barrier(2, timeout=30)

        def send(self, body):
            self.together.wait()  # BrokenBarrierError where they come one after the other
            return super().send(body)

    store = Meeting()
    with ThreadPoolExecutor(2) as pool:
        verdicts = write([document("n0"), document("n4"), document("n5")], store, None, lanes, pool.map)
    assert [v.outcome for v in verdicts] == [Outcome.INDEXED] * 3
    assert set(store.kept) == {"n0", "n4", "n5"}


def test_while_it_waits_nothing_is_under_way_and_afterwards_lanes_go_on():
    requests = sum(map(len, lanes(some(20))))
    waits = []
    store = MemoryStore([Answer(503, "away")] * 3)
    with ThreadPoolExecutor(2) as pool:
        verdicts = write(some(20), store, lambda reason, attempt: waits.append((store.requests, attempt)), lanes, pool.map)
    assert [v.outcome for v in verdicts] == [Outcome.INDEXED] * 20
    assert waits == [(requests, 0)]
    assert store.requests > requests
    assert len(store.kept) == 20


@given(st.lists(st.tuples(st.sampled_from(["n0", "n3", "n4"]), st.integers(1, 4)), min_size=1, max_size=20))
def test_lanes_write_the_same_as_one_request(revisions):
    documents = [document(name, version, offset=n) for n, (name, version) in enumerate(revisions)]
    one, two = MemoryStore(), MemoryStore()
    whole, parted = write(documents, one, None), write(documents, two, None, lanes)
    assert [v.outcome is Outcome.INDEXED for v in whole] == [v.outcome is Outcome.INDEXED for v in parted]
    assert one.kept == two.kept

"""Documents → final verdicts: send, halve, look, wait, until none is left open. The world comes in as arguments."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from newsloom_indexer import bulk
from newsloom_indexer.bulk import Answer, Outcome, Verdict
from newsloom_indexer.document import Document

Wait = Callable[[str, int], None]
Request = Sequence[int]  # places of its documents in the batch
Lanes = Callable[[Sequence[Document]], Sequence[Sequence[Request]]]


class Run(Protocol):
    """A map, which may take several at once."""

    def __call__(
        self, work: Callable[[Sequence[Request]], list[tuple[int, Verdict]]], lanes: Sequence[Sequence[Request]], /
    ) -> Iterable[list[tuple[int, Verdict]]]: ...


class Store(Protocol):
    """Elasticsearch, as far as writing needs it."""

    def send(self, body: bytes) -> Answer:
        """Send a bulk request."""

    def look(self, docs: list[dict[str, Any]]) -> Answer:
        """Send a multi-get."""


def _whole(batch: Sequence[Document]) -> list[list[Request]]:
    """Return one request of everything."""
    return [[range(len(batch))]]


def write(batch: Sequence[Document], store: Store, wait: Wait, lanes: Lanes = _whole, run: Run = map) -> list[Verdict]:
    """Return a final verdict on each document.

    ``lanes`` parts documents into lanes of requests. The requests of a lane follow each other; ``run``, a map, may take
    several lanes at once. ``wait(reason, attempt)`` is called before each repetition, ``attempt`` counting from 0, while
    nothing is under way; what it raises ends the work, and nothing is lost by that, for the documents that were sent are
    recognised when they come again.
    """
    found = _sent(batch, store, lanes, run)
    attempt = 0
    while waiting := [i for i, v in enumerate(found) if v.outcome is Outcome.RETRY]:
        wait(found[waiting[0]].reason, attempt)
        attempt += 1
        for i, verdict in zip(waiting, _sent([batch[i] for i in waiting], store, lanes, run), strict=True):
            found[i] = verdict
    return found


def _sent(batch: Sequence[Document], store: Store, lanes: Lanes, run: Run) -> list[Verdict]:
    def lane(requests: Sequence[Request]) -> list[tuple[int, Verdict]]:
        return [one for places in requests for one in zip(places, _once([batch[i] for i in places], store), strict=True)]

    found = dict(one for sent in run(lane, lanes(batch)) for one in sent)
    return [found[i] for i in range(len(batch))]


def _once(batch: Sequence[Document], store: Store) -> list[Verdict]:
    answer = store.send(bulk.body(batch))
    if bulk.divisible(answer, len(batch)):
        half = len(batch) // 2
        return _once(batch[:half], store) + _once(batch[half:], store)
    return _look(batch, bulk.verdicts(answer, len(batch)), store)


def _look(batch: Sequence[Document], found: list[Verdict], store: Store) -> list[Verdict]:
    taken = [i for i, v in enumerate(found) if v.outcome is Outcome.CONFLICT]
    if taken:
        ours = [batch[i] for i in taken]
        answer = store.look(bulk.look(ours, [found[i] for i in taken]))
        for i, verdict in zip(taken, bulk.compared(ours, answer), strict=True):
            found[i] = verdict
    return found

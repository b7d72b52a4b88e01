"""Documents → final verdicts: send, halve, look, wait, until none is left open. The world comes in as arguments."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from newsloom_indexer import bulk
from newsloom_indexer.bulk import Answer, Outcome, Verdict
from newsloom_indexer.document import Document

Wait = Callable[[str, int], None]


class Store(Protocol):
    """Elasticsearch, as far as writing needs it."""

    def send(self, body: bytes) -> Answer:
        """Send a bulk request."""

    def look(self, docs: list[dict[str, Any]]) -> Answer:
        """Send a multi-get."""


def write(batch: Sequence[Document], store: Store, wait: Wait) -> list[Verdict]:
    """Return a final verdict on each document.

    ``wait(reason, attempt)`` is called before each repetition, ``attempt`` counting from 0; what it raises ends the work,
    and nothing is lost by that, for the documents that were sent are recognised when they come again.
    """
    found = _once(batch, store)
    attempt = 0
    while waiting := [i for i, v in enumerate(found) if v.outcome is Outcome.RETRY]:
        wait(found[waiting[0]].reason, attempt)
        attempt += 1
        for i, verdict in zip(waiting, _once([batch[i] for i in waiting], store), strict=True):
            found[i] = verdict
    return found


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

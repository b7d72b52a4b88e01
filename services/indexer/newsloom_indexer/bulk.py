"""Documents → bulk requests; what Elasticsearch answers → a verdict on each document.

Which answer means what was measured on Elasticsearch 9.4 and compared with Kafka Connect's sink. An error that lies in the
document is Rejected; one that lies in the cluster, its state or its set-up is Retry, for the same document will do tomorrow.
"""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any, Final, NamedTuple
from zlib import crc32

from newsloom_common import batching

from newsloom_indexer.document import Document, coordinates


class Outcome(StrEnum):
    """What became of a record. The first six are final; the others ask for another request."""

    INDEXED = "indexed"
    DUPLICATE = "duplicate"
    STALE = "stale"
    REJECTED = "rejected"
    EXPIRED = "expired"  # older than the index keeps articles
    RETAGGED = "retagged"  # tagged anew: no news, whatever became of it
    RETRY = "retry"
    CONFLICT = "conflict"  # something is there already: only a look tells what


class Verdict(NamedTuple):
    """An outcome, its reason, and the index behind the alias that spoke."""

    outcome: Outcome
    reason: str = ""
    where: str = ""


class Answer(NamedTuple):
    """What came back: an HTTP status and the decoded body. Status 0: nothing came, and ``body`` says why."""

    status: int
    body: Any


class RefusedError(Exception):
    """Elasticsearch will not serve us, now or later, until somebody changes something; the text says what."""


NO_ANSWER: Final = 0
OVERLOADED_OR_AWAY: Final = frozenset({NO_ANSWER, 408, 429, 500, 502, 503, 504})
UNWELCOME: Final = frozenset({401, 403})
DIVISIBLE: Final = frozenset({400, 413})  # one document's fault or size spoils the whole request: find it by halving
# Statuses of 400, 403 and 404 that speak of the index, not of the document. A strict mapping that lacks one of our own fields
# is older than this indexer, because fields unknown to the contract are dropped on decoding.
INDEX_FAULTS: Final = {
    "index_not_found_exception": "run set-up",
    "strict_dynamic_mapping_exception": "the index is older than this indexer, run set-up",
    "index_closed_exception": "open the index",
    "cluster_block_exception": "lift the block; where `newsloom index migrate` or `rollback` was killed, run it again",
}
# 429 of Elasticsearch's indexing pressure: what is being written already, what this operation takes, and how much all may take
# together (https://www.elastic.co/docs/reference/elasticsearch/index-settings/pressure). A request is among what is being
# written, with its own length, which is a quarter of what its operation takes (measured on 9.4).
PRESSURE: Final = re.compile(
    r"coordinating_and_primary_bytes=(\d+), .*(?:coordinating|primary)_operation_bytes=(\d+), max_\w+=(\d+)"
)
ALONE: Final = 0.26  # of an operation: where no more is being written, the request is all there is
NO_WRITE_INDEX: Final = "no write index is defined"


def lanes(documents: Sequence[Document], at_once: int, max_bytes: int, max_count: int) -> list[list[list[int]]]:
    """Part documents, by their places, into so many lanes of requests; a document larger than ``max_bytes`` goes alone.

    Those with the same id are in the same lane, in order: of an article's revisions none overtakes another.
    """
    shared: list[list[int]] = [[] for _ in range(at_once)]
    for place, document in enumerate(documents):
        shared[crc32(document.id.encode()) % at_once].append(place)
    return [list(batching.batches(places, lambda n: len(documents[n].lines), max_count, max_bytes)) for places in shared]


def body(batch: Iterable[Document]) -> bytes:
    """Return a bulk request's NDJSON."""
    return b"".join(d.lines for d in batch)


def divisible(answer: Answer, count: int) -> bool:
    """Whether the request should be sent again in halves; what was written already is recognised then."""
    if answer.status == 200:
        return count > 1 and any(_never_fits(item["index"].get("error", {})) for item in answer.body["items"])
    error = _error(answer)
    return count > 1 and (answer.status in DIVISIBLE or _never_fits(error)) and not _index_fault(error)


def verdicts(answer: Answer, count: int) -> list[Verdict]:
    """Return a verdict on each of the request's documents, in order. Raises RefusedError."""
    if answer.status == 200:
        return [_item(item["index"]) for item in answer.body["items"]]
    if answer.status in OVERLOADED_OR_AWAY and not _never_fits(_error(answer)):
        return [Verdict(Outcome.RETRY, reason(answer))] * count
    if waits := _index_fault(_error(answer)):
        return [Verdict(Outcome.RETRY, waits)] * count
    if answer.status in DIVISIBLE or _never_fits(_error(answer)):
        return [Verdict(Outcome.REJECTED, reason(answer))] * count
    raise RefusedError(reason(answer))


def look(batch: Sequence[Document], conflicts: Sequence[Verdict]) -> list[dict[str, Any]]:
    """Return the ``docs`` of the multi-get that asks what is there in the place of each document."""
    return [{"_index": v.where, "_id": d.id, "_source": ["record"]} for d, v in zip(batch, conflicts, strict=True)]


def compared(batch: Sequence[Document], answer: Answer) -> list[Verdict]:
    """Return a verdict on each document whose place was taken, from the multi-get's answer. Raises RefusedError."""
    if answer.status == 200:
        return [_compare(d, found) for d, found in zip(batch, answer.body["docs"], strict=True)]
    if answer.status in UNWELCOME:
        raise RefusedError(reason(answer))
    return [Verdict(Outcome.RETRY, reason(answer))] * len(batch)


def problem(answer: Answer) -> str:
    """Return what is wrong with the index as such, "" where nothing is. Raises RefusedError where we are not let in."""
    if answer.status in UNWELCOME and not _index_fault(_error(answer)):
        raise RefusedError(reason(answer))
    return "" if answer.status == 200 else _index_fault(_error(answer)) or reason(answer)


def reason(answer: Answer) -> str:
    """Say in one line what an answer that is not a success says."""
    if error := _error(answer):
        return f"{answer.status} {_said(error)}"
    return f"{answer.status or 'no answer'}: {str(answer.body).strip()[:300]}"


def _error(answer: Answer) -> dict[str, Any]:
    """Return Elasticsearch's own error object; empty where somebody else answered, such as a proxy."""
    error = answer.body.get("error") if isinstance(answer.body, dict) else None
    return error if isinstance(error, dict) else {}


def _item(item: dict[str, Any]) -> Verdict:
    """Return the verdict on one item of a bulk answer."""
    status, error = item["status"], item.get("error", {})
    if status < 300:
        return Verdict(Outcome.INDEXED)
    if error.get("type") == "version_conflict_engine_exception":
        return Verdict(Outcome.CONFLICT, where=item.get("_index", ""))
    if waits := _index_fault(error):
        return Verdict(Outcome.RETRY, waits)
    if status in UNWELCOME:
        raise RefusedError(f"{status} {_said(error)}")
    if status in {400, 413} or _never_fits(error):
        return Verdict(Outcome.REJECTED, _said(error))
    return Verdict(Outcome.RETRY, f"{status} {_said(error)}")


def _index_fault(error: dict[str, Any]) -> str:
    """Return what to say and do where the error speaks of the index; "" where it does not."""
    advice = INDEX_FAULTS.get(error.get("type", ""))
    if error.get("reason", "").startswith(NO_WRITE_INDEX):
        advice = "run set-up"
    return f"{_said(error)}; {advice}" if advice else ""


def _never_fits(error: dict[str, Any]) -> bool:
    """Whether a request is refused for want of memory although nothing else is being written: no waiting will help it."""
    if not (found := PRESSURE.search(error.get("reason") or "")):
        return False
    used, operation, most = map(int, found.groups())
    return operation > most or (used + operation > most and used <= ALONE * operation)


def _said(error: dict[str, Any]) -> str:
    return f"{error.get('type', 'error')}: {error.get('reason', '')}"


def _compare(document: Document, found: dict[str, Any]) -> Verdict:
    """Say what a stored document makes of ours. The same record under the same version is ours, from before a kill."""
    if not found.get("found"):
        return Verdict(Outcome.RETRY, "the document that was in the way has gone")
    if found["_version"] > document.version:
        return Verdict(Outcome.STALE)
    if found["_version"] < document.version:
        return Verdict(Outcome.RETRY, "the document that was in the way has changed")
    ours = found.get("_source", {}).get("record") == coordinates(document.origin)
    return Verdict(Outcome.INDEXED if ours else Outcome.DUPLICATE)

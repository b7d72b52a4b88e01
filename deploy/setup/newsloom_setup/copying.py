"""documents of one index → another, in passes: each copies what was written since the mark of the one before

Elasticsearch numbers the writes of a shard. A pass notes up to which number all writes are done, makes them visible, and copies
everything above the mark of the pass before, with its external version: what the target has already, or newer, stays. So
a pass may be repeated, and nothing falls between two of them.
"""

import time
from collections.abc import Callable
from itertools import chain, repeat
from typing import Any, Final, NamedTuple

from elasticsearch import Elasticsearch

from newsloom_setup import SetupError

BEGIN: Final = -1  # the mark before the first write
PAUSES: Final = (0.02, 0.05, 0.1, 0.2)  # seconds between looks at a task; the last again and again
BEGINS: Final = "if (ctx._source.story == null) ctx._source.story = ctx._id"
ACTION: Final = "indices:data/write/reindex"
Tell = Callable[[str, int, int], None]


class Way(NamedTuple):
    """From which index to which, and the fields that stay behind. ``begins``: what has no story gets its own."""

    source: str
    target: str
    left_out: tuple[str, ...] = ()
    begins: bool = False


class Pass(NamedTuple):
    """All writes up to ``mark`` are in the target; ``read`` documents were looked at, ``copied`` were new to it."""

    mark: int
    read: int
    copied: int


def copy(client: Elasticsearch, way: Way, after: int, tell: Tell, what: str) -> Pass:
    """Copy what was written after the mark ``after``. Raises SetupError where the target refuses a document."""
    mark = checkpoint(client, way.source)
    client.indices.refresh(index=way.source)
    task = client.reindex(
        source={"index": way.source, "query": written(after), "_source": {"excludes": list(way.left_out)}},
        dest={"index": way.target, "version_type": "external"},
        script={"source": BEGINS} if way.begins else None,
        conflicts="proceed",
        refresh=True,
        wait_for_completion=False,
    )["task"]
    done = _wait(client, str(task), way, lambda n, of: tell(what, n, of))
    return Pass(mark, done["total"], done["created"] + done["updated"])


def written(after: int, until: int | None = None) -> dict[str, Any]:
    """Return the query for what was written after one mark and not after another."""
    limits = {"gt": after} | ({} if until is None else {"lte": until})
    return {"range": {"_seq_no": limits}}


def checkpoint(client: Elasticsearch, index: str) -> int:
    """Return the number up to which all writes are done; of several shards the lowest, so that some are copied twice."""
    shards = client.indices.stats(index=index, level="shards", metric=["docs"])["indices"][index]["shards"]
    return min((int(copy["seq_no"]["local_checkpoint"]) for copies in shards.values() for copy in copies), default=BEGIN)


def halt(client: Elasticsearch, target: str) -> None:
    """End the copying into this index that a killed run has left behind."""
    nodes = _tasks(client, "GET", f"?detailed=true&actions={ACTION}")["nodes"]
    for node in nodes.values():
        for name, task in node["tasks"].items():
            if task["description"].endswith(f"to [{target}]"):
                _tasks(client, "POST", f"/{name}/_cancel?wait_for_completion=true")


def _wait(client: Elasticsearch, task: str, way: Way, tell: Callable[[int, int], None]) -> dict[str, Any]:
    pauses = chain(PAUSES, repeat(PAUSES[-1]))
    while not (seen := _tasks(client, "GET", f"/{task}"))["completed"]:
        status = seen["task"]["status"]
        tell(status["created"] + status["updated"] + status["version_conflicts"], status["total"])
        time.sleep(next(pauses))
    done: dict[str, Any] = seen.get("response", {})
    if problem := trouble(done, seen.get("error")):
        raise SetupError(f"copying to {way.target} broke off: {problem}")
    tell(done["total"], done["total"])
    return done


def _tasks(client: Elasticsearch, method: str, path: str) -> dict[str, Any]:
    # By hand: the client warns on each call that these are in technical preview, which they have been since version 5.
    answer: dict[str, Any] = client.perform_request(method, f"/_tasks{path}", headers={"accept": "application/json"}).body
    return answer


def trouble(done: dict[str, Any], error: dict[str, Any] | None) -> str:
    """Return what went wrong in a copying that has ended, empty where nothing did."""
    if error:
        return str(error.get("reason") or error)
    if failed := done["failures"]:
        cause = failed[0].get("cause") or failed[0].get("reason") or {}
        return f"document {failed[0].get('id')}: {(cause.get('caused_by') or cause).get('reason')}"
    return f"cancelled: {done['canceled']}" if "canceled" in done else ""

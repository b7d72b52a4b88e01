"""Elasticsearch's bulk and multi-get as plain questions and answers: an error is an answer like any other."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Final

from elasticsearch import ApiError, Elasticsearch, TransportError
from newsloom_schemas.index import ALIAS

from newsloom_indexer.bulk import Answer
from newsloom_indexer.metrics import BULK_SECONDS

JSON: Final = {"accept": "application/json", "content-type": "application/json"}
NDJSON: Final = {"accept": "application/json", "content-type": "application/x-ndjson"}
# require_alias: where set-up has not run, a write must fail instead of making an index of guessed types.
# timeout: the server gives up on a missing shard before the client gives up on the server.
BULK: Final = {
    "require_alias": "true",
    "timeout": "30s",
    "filter_path": "error,items.*.status,items.*._index,items.*.error.type,items.*.error.reason",
}


PROBE_S: Final = 10.0  # for a question whose answer is small


class ElasticsearchStore:
    """The index behind the alias. Each request runs within ``asking()``."""

    def __init__(self, client: Elasticsearch, asking: Callable[[], AbstractContextManager[None]] = nullcontext) -> None:
        self._client, self._asking = client, asking
        self._probe = client.options(request_timeout=PROBE_S)

    def send(self, body: bytes) -> Answer:
        """Send a bulk request."""
        with BULK_SECONDS.time():
            return self._ask(self._client, f"/{ALIAS}/_bulk", NDJSON, body, BULK)

    def look(self, docs: list[dict[str, Any]]) -> Answer:
        """Send a multi-get; it reads what is written, refreshed or not."""
        return self._ask(self._client, "/_mget", JSON, {"docs": docs})

    def find(self, body: dict[str, Any]) -> Answer:
        """Send a search; where a shard does not answer, that is an error."""
        return self._ask(self._client, f"/{ALIAS}/_search", JSON, body, {"allow_partial_search_results": "false"})

    def there(self) -> Answer:
        """Ask whether the alias can be read: the cheapest question that needs no further privilege."""
        body = {"size": 0, "terminate_after": 1, "track_total_hits": False}
        return self._ask(self._probe, f"/{ALIAS}/_search", JSON, body)

    def _ask(
        self, client: Elasticsearch, path: str, headers: dict[str, str], body: object, params: dict[str, str] | None = None
    ) -> Answer:
        try:
            with self._asking():
                answer = client.perform_request("POST", path, params=params, headers=headers, body=body)
        except ApiError as error:
            return Answer(error.meta.status, error.body)
        except TransportError as error:
            return Answer(0, error.message)
        return Answer(answer.meta.status, answer.body)

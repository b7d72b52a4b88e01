"""Elasticsearch by its own client, with an API key from a file where there is one."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from elasticsearch import Elasticsearch

from newsloom_common.settings import Settings, SettingsError

PAGE: Final = 2_000  # documents that Elasticsearch gives at a time
KEPT: Final = "5m"  # how long it keeps a scan open that nobody asks to go on


def client(settings: Settings, **overrides: Any) -> Elasticsearch:
    """Return a client that never retries by itself: the caller's loop decides what a failure means."""
    options: dict[str, Any] = {"request_timeout": 60, "max_retries": 0, "retry_on_timeout": False}
    if settings.elasticsearch_api_key_file:
        options["api_key"] = _key(settings.elasticsearch_api_key_file)
    return Elasticsearch(settings.elasticsearch, **{**options, **overrides})


def _key(name: str) -> str:
    try:
        return Path(name).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError(f"NEWSLOOM_ELASTICSEARCH_API_KEY_FILE={name}: {error.strerror}") from error


def scan(client: Elasticsearch, index: str, *, size: int = PAGE, **asked: Any) -> Iterator[Mapping[str, Any]]:
    """Yield every hit of a search, in no order that means anything, as the index was when this began."""
    kept: dict[str, Any] = {"id": client.open_point_in_time(index=index, keep_alive=KEPT)["id"], "keep_alive": KEPT}
    body: dict[str, Any] = {"size": size, "sort": ["_shard_doc"], "track_total_hits": False, **asked}
    try:
        while hits := client.search(body={**body, "pit": kept})["hits"]["hits"]:
            yield from hits
            body["search_after"] = hits[-1]["sort"]
    finally:
        client.options(ignore_status=404).close_point_in_time(id=kept["id"])

"""Elasticsearch by its own client, with an API key from a file where there is one."""

from pathlib import Path
from typing import Any

from elasticsearch import Elasticsearch

from newsloom_common.settings import Settings, SettingsError


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

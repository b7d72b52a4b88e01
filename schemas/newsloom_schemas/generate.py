"""types.py and topics.py → schemas/json/*.json (JSON Schema 2020-12) and schemas/asyncapi.yaml (AsyncAPI 3.1).

What is generated is committed, so that readers of other languages need no Python; ``--check`` tells where it has drifted.
"""

import inspect
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec
import yaml

from newsloom_schemas.alerts import Alert, SavedSearch
from newsloom_schemas.codec import event_type, schema_name
from newsloom_schemas.marks import KEY as MARK_KEY
from newsloom_schemas.marks import Mark
from newsloom_schemas.topics import DEAD, TOPICS, Topic
from newsloom_schemas.types import DeadLetter, FeedHealth, RawArticle, TaggedArticle

MESSAGES: Final = (RawArticle, TaggedArticle, DeadLetter, Mark, FeedHealth, SavedSearch, Alert)
ALSO: Final[Mapping[str, tuple[type, ...]]] = {DEAD: (Mark,)}  # beside the message that a topic is for
KEYS: Final = {**{topic.message: topic.key for topic in TOPICS}, Mark: MARK_KEY.decode()}
SCHEMA_FORMAT: Final = "application/schema+json;version=draft-2020-12"
ROOT: Final = Path(__file__).parents[1]
HEADERS: Final = {
    "ce_specversion": "CloudEvents version, 1.0",
    "ce_id": "deterministic: the same revision read by the same tagger is the same event",
    "ce_type": "newsloom.raw-article.v1, newsloom.tagged-article.v1, newsloom.feed-health.v1, newsloom.mark.v1, "
    "newsloom.saved-search.v1, newsloom.alert.v1",
    "ce_source": "the publishing service: /newsloom/ingestor",
    "ce_time": "when the message was made, RFC 3339",
    "ce_subject": "article id, feed address, or search name",
    "ce_dataschema": "file name of the JSON Schema",
    "content-type": "application/json",
    "traceparent": "W3C Trace Context: one trace from feed to index",
    "newsloom_replay_of": "of what was sent back: PARTITION:OFFSET of its letter on news.dead",
    "newsloom_replays": "how often it has been sent back",
}
DEAD_HEADERS: Final = {
    "__connect.errors.topic": "where the record was consumed",
    "__connect.errors.partition": "its partition",
    "__connect.errors.offset": "its offset",
    "__connect.errors.connector.name": "the service that gave up",
    "__connect.errors.stage": "the step that failed: decode, tag, index, publish",
    "__connect.errors.exception.class.name": "kind of error",
    "__connect.errors.exception.message": "the reason, in words",
    "__connect.errors.timestamp": "when, RFC 3339",
}


def json_schema(kind: type) -> dict[str, Any]:
    """Return the self-contained JSON Schema of a message type."""
    (root,), definitions = msgspec.json.schema_components([kind], ref_template="#/$defs/{name}")
    own = definitions.pop(root["$ref"].rsplit("/", 1)[-1])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:newsloom:schema:{schema_name(kind)}",
        **_flush_left(own),
        "$defs": {name: _flush_left(definitions[name]) for name in sorted(definitions)},
    }


def _flush_left(schema: dict[str, Any]) -> dict[str, Any]:
    """A description is a docstring: without the indentation that it has in the source."""
    return {**schema, "description": inspect.cleandoc(schema["description"])}


def asyncapi() -> dict[str, Any]:
    """Return the AsyncAPI document: a channel a topic, a message a type, an operation for whoever sends or receives."""
    return {
        "asyncapi": "3.1.0",
        "info": {
            "title": "newsloom",
            "version": "1.0.0",
            "description": "AI-industry news as Kafka topics. Generated from newsloom_schemas; do not edit.",
        },
        "defaultContentType": "application/json",
        "servers": {"local": {"host": "127.0.0.1:9092", "protocol": "kafka"}},
        "channels": {_channel(t): _channel_object(t) for t in TOPICS},
        "operations": {name: operation for t in TOPICS for name, operation in _operations(t)},
        "components": {"messages": {kind.__name__: _message(kind) for kind in MESSAGES}},
    }


def _channel(topic: Topic) -> str:
    return topic.name.replace("{theme}", "theme").replace(".", "-")


def _channel_object(topic: Topic) -> dict[str, Any]:
    kafka = {
        "partitions": topic.partitions,
        "topicConfiguration": {
            "cleanup.policy": ["compact" if topic.compacted else "delete"],
            "retention.ms": topic.retention_ms,
            "max.message.bytes": topic.max_message_bytes,
        },
        "bindingVersion": "0.5.0",
    }
    parameters = {"parameters": {"theme": {"description": "id of a theme of the taxonomy"}}} if "{" in topic.name else {}
    messages = [kind.__name__ for kind in (topic.message, *ALSO.get(topic.name, ()))]
    return {
        "address": topic.name,
        "description": topic.about,
        **parameters,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
        "bindings": {"kafka": kafka},
    }


def _operations(topic: Topic) -> list[tuple[str, dict[str, Any]]]:
    channel = {"channel": {"$ref": f"#/channels/{_channel(topic)}"}}
    named = [(p, "send") for p in topic.producers] + [(c, "receive") for c in topic.consumers]
    return [
        (f"{'subscriber' if who == '*' else who}-{action}-{_channel(topic)}", {"action": action, **channel})
        for who, action in named
    ]


def _message(kind: type) -> dict[str, Any]:
    """A dead letter's payload is whatever the broken record held, so only its headers are described."""
    dead = kind is DeadLetter
    schema = {"schemaFormat": SCHEMA_FORMAT, "schema": {"$ref": f"./json/{schema_name(kind)}"}}
    payload = {} if dead else {"payload": schema}
    names = DEAD_HEADERS if dead else HEADERS
    return {
        "name": event_type(kind),
        "title": kind.__name__,
        "contentType": "application/octet-stream" if dead else "application/json",
        "headers": {"type": "object", "properties": {k: {"type": "string", "description": v} for k, v in names.items()}},
        **payload,
        "bindings": {"kafka": {"key": {"type": "string", "description": KEYS[kind]}, "bindingVersion": "0.5.0"}},
    }


def documents() -> dict[Path, str]:
    """Return every generated file: its path and its text."""
    schemas = {
        ROOT / "json" / schema_name(k): json.dumps(json_schema(k), indent=2, ensure_ascii=False) + "\n" for k in MESSAGES
    }
    return {**schemas, ROOT / "asyncapi.yaml": _yaml(asyncapi())}


class _Indenting(yaml.SafeDumper):
    """Indents lists within mappings, as the rest of the repository does."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, indentless=False)


def _yaml(document: dict[str, Any]) -> str:
    return yaml.dump(document, Dumper=_Indenting, sort_keys=False, allow_unicode=True, width=120)


def drifted() -> list[Path]:
    """Return the generated files whose committed text is not what the types say."""
    return [p for p, text in documents().items() if not p.is_file() or p.read_text("utf-8") != text]

"""One codec: a typed value → bytes and CloudEvents headers, and back.

Values are plain JSON. Metadata travels as CloudEvents 1.0 binary-mode headers of the Kafka protocol binding (attribute
``x`` is header ``ce_x``; https://github.com/cloudevents/spec) and as W3C Trace Context (https://www.w3.org/TR/trace-context/).
"""

import re
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple, TypeVar

import msgspec

from newsloom_schemas.types import FeedHealth, RawArticle, TaggedArticle

T = TypeVar("T")
Header = tuple[str, bytes | None]
Headers = tuple[Header, ...]

SCHEMA_VERSION: Final = 1
# version, trace-id, parent-id, flags; later versions may append to it, and ids of zeros are none.
TRACEPARENT: Final = re.compile(r"^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}(?:-.*)?$")
_encoder: Final = msgspec.json.Encoder()
_decoders: Final[dict[type, msgspec.json.Decoder[object]]] = {}


class InvalidMessageError(ValueError):
    """The bytes are not a message of the expected type; the text says which and why."""


class Message(NamedTuple):
    """A record to be published. Key and value are bytes, save on news.dead, which keeps a null as it was."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers


class Event(NamedTuple):
    """What CloudEvents wants to know of a message beside its value: ``source`` is the service that publishes it."""

    id: str
    subject: str
    source: str
    time: datetime


def encode(value: object) -> bytes:
    """Return the JSON of a contract type. Lone surrogates, which UTF-8 cannot carry, raise UnicodeEncodeError."""
    return _encoder.encode(value)


def decode(kind: type[T], value: bytes | None) -> T:
    """Return the typed value of a record, or raise InvalidMessageError with the reason."""
    if value is None:
        raise InvalidMessageError(f"{kind.__name__}: the record has no value")
    decoder = _decoders.setdefault(kind, msgspec.json.Decoder(kind))
    try:
        return decoder.decode(value)  # type: ignore[return-value]
    except (ValueError, RecursionError) as error:  # msgspec's errors and UnicodeDecodeError are ValueErrors
        raise InvalidMessageError(f"{kind.__name__}: {error}") from error


def schema_name(kind: type) -> str:
    """File name of a type's JSON Schema, which is also its ``ce_dataschema``."""
    return f"{kind.__name__}.v{SCHEMA_VERSION}.json"


def event_type(kind: type) -> str:
    """The type's ``ce_type``: RawArticle is ``newsloom.raw-article.v1``."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", kind.__name__).lower()
    return f"newsloom.{words}.v{SCHEMA_VERSION}"


def header(headers: Iterable[Header] | None, name: str) -> str | None:
    """Text of the last header of that name, or None where there is none or it is not UTF-8."""
    found = [v for k, v in headers or () if k == name and v is not None]
    try:
        return found[-1].decode() if found else None
    except UnicodeDecodeError:
        return None


def tagged_anew(headers: Iterable[Header] | None) -> bool:
    """Say of a record of news.tagged whether `newsloom retag` published it: all others come from taggers."""
    return header(headers, "ce_source") == "/newsloom/cli"


def child_trace(parent: str | None) -> str:
    """Return a traceparent: a new span in the parent's trace, or a new trace where the parent is absent or malformed."""
    return f"00-{trace_of(parent) or secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


def trace_of(traceparent: str | None) -> str:
    """Return the trace-id, 32 hex digits, of a traceparent; empty where it is absent or malformed."""
    match = TRACEPARENT.match(traceparent or "")
    return match.group(1) if match else ""


def event_id(value: RawArticle | TaggedArticle) -> str:
    """Deterministic ``ce_id``: the same revision read by the same tagger is the same event however often it is sent."""
    if isinstance(value, TaggedArticle):
        return f"{value.article.id}.{value.article.revision}.{value.tagger.version}"
    return f"{value.id}.{value.revision}"


def message(topic: str, value: RawArticle | TaggedArticle, *, source: str, now: datetime, parent: str | None = None) -> Message:
    """Return the record that publishes ``value``: keyed by article id, with its CloudEvents and trace headers.

    ``source`` is the publishing service, ``parent`` the traceparent of the record that caused this one.
    """
    article = value.article if isinstance(value, TaggedArticle) else value
    headers = event_headers(value, Event(event_id(value), article.id, source, now), child_trace(parent))
    return Message(topic, article.id.encode(), encode(value), headers)


def feed_message(topic: str, health: FeedHealth, *, source: str) -> Message:
    """Return the record that tells how a feed stands, keyed by its address."""
    event = Event(f"{health.url}@{health.checked_at.isoformat()}", health.url, source, health.checked_at)
    return Message(topic, health.url.encode(), encode(health), event_headers(health, event))


def event_headers(value: object, event: Event, trace: str = "") -> Headers:
    """Return the headers of a record that says ``value``; ``trace`` is its traceparent."""
    attributes = {
        "ce_specversion": "1.0",
        "ce_id": event.id,
        "ce_type": event_type(type(value)),
        "ce_source": f"/newsloom/{event.source}",
        "ce_time": event.time.isoformat(),
        "ce_subject": event.subject,
        "ce_dataschema": schema_name(type(value)),
        "content-type": "application/json",
        **({"traceparent": trace} if trace else {}),
    }
    return tuple((name, text.encode("utf-8", "replace")) for name, text in attributes.items())

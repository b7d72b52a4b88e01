"""Spans → an OpenTelemetry collector, where one is wanted; otherwise nothing is imported and nothing happens.

The standard ``OTEL_EXPORTER_OTLP_ENDPOINT`` switches it on (docs/operations.md). A span is told of when its work is done, under
the ids that travel in the records' ``traceparent``: so what the collector shows is what the topics say, and no context has to
be carried through the code.
"""

import atexit
import os
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from newsloom_common.settings import SettingsError

SWITCH: Final = "OTEL_EXPORTER_OTLP_ENDPOINT"
LAST_S: Final = 2.0  # for the last spans, when the service ends
MOST_LINKS: Final = 128  # of a span, the SDK's own bound
MOST_NAMED: Final = 10  # traces in a line of the log
# trace-id and parent-id, which must not be zeros: what strangers write into a header must not end a service.
TRACEPARENT: Final = re.compile(r"[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}(-.*)?")
Attributes = Mapping[str, str | int | float]


class Span(NamedTuple):
    """A piece of work that is done. ``traceparent`` is its own, ``parent`` and ``links`` are those of others."""

    name: str
    traceparent: str
    seconds: float
    parent: str = ""
    links: Sequence[str] = ()
    attributes: Attributes = MappingProxyType({})


class Exporter(NamedTuple):
    """What takes spans, and what sends those that are left when the process ends."""

    export: Callable[[Span], None]
    close: Callable[[], object]


_exporter: Exporter | None = None


def start(service: str) -> None:
    """Export from now on, where the environment asks for it. Raises SettingsError where the packages are missing."""
    global _exporter  # noqa: PLW0603 - one a process, as with metrics and logs
    if os.environ.get(SWITCH) and os.environ.get("OTEL_SDK_DISABLED", "").lower() != "true":
        _exporter = _made(service)
        atexit.register(stop)


def stop() -> None:
    """Send what is left and export no more. A process that ends without ending its interpreter calls it."""
    global _exporter
    made, _exporter = _exporter, None
    if made:  # a collector that is away must not keep the process: what it has not taken by then is dropped
        last = threading.Thread(target=made.close, daemon=True)
        last.start()
        last.join(LAST_S)


def tell(span: Span) -> None:
    """Tell of a span; never blocks, never fails. What the collector does not take in time is dropped."""
    if _exporter and _ids(span.traceparent):
        _exporter.export(span)


def batch(
    name: str,
    seconds: float,
    parents: Sequence[str],
    children: Sequence[str] | None = None,
    outcomes: Mapping[str, int] = MappingProxyType({}),
) -> None:
    """Tell of a batch: one span of its own that links to the records' spans, and one in each record's trace.

    ``parents`` are the traceparents that came with the records, "" where one had none; ``children`` those that left with what
    the records led to, made here where nothing leaves. A record that left as it came has no span of its own.
    """
    if not _exporter:
        return
    own = _below("")
    links = list(dict.fromkeys(p for p in parents if _ids(p)))[:MOST_LINKS]
    counts = {"messaging.batch.message_count": len(parents), **{f"newsloom.{o}": n for o, n in outcomes.items()}}
    tell(Span(f"{name} batch", own, seconds, "", links, counts))
    for parent, child in zip(parents, children or map(_below, parents), strict=True):
        if child != parent:
            tell(Span(name, child, seconds, parent, (own,)))


def ids(traceparents: Iterable[str]) -> list[str]:
    """Return the trace-ids of these, each once, as many as a line of the log has room for."""
    return list(dict.fromkeys(found[0] for t in traceparents if (found := _ids(t))))[:MOST_NAMED]


def _below(parent: str) -> str:
    """Return a traceparent: a new span in the parent's trace, or in a new one."""
    found = _ids(parent)
    return f"00-{found[0] if found else secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


def _ids(traceparent: str) -> tuple[str, str] | None:
    """Return trace-id and span-id, None where the text is no traceparent."""
    match = TRACEPARENT.fullmatch(traceparent)
    return (match.group(1), match.group(2)) if match else None


def _made(service: str) -> Exporter:
    try:
        from opentelemetry import trace  # noqa: PLC0415 - only where it is wanted
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import ReadableSpan  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ImportError as error:
        raise SettingsError(f"{SWITCH} is set, but OpenTelemetry is not there: pip install 'newsloom[otel]'") from error
    processor = BatchSpanProcessor(OTLPSpanExporter())
    resource = Resource.create({"service.name": f"newsloom-{service}", "service.namespace": "newsloom"})

    def context(traceparents: Iterable[str]) -> Iterator[Any]:
        for trace_id, span_id in filter(None, map(_ids, traceparents)):
            yield trace.SpanContext(int(trace_id, 16), int(span_id, 16), is_remote=True, trace_flags=trace.TraceFlags(1))

    def export(span: Span) -> None:
        end = time.time_ns()
        processor.on_end(
            ReadableSpan(
                span.name,
                next(context([span.traceparent])),
                next(context([span.parent]), None),
                resource,
                span.attributes,
                links=[trace.Link(c) for c in context(span.links)],
                start_time=end - int(span.seconds * 1e9),
                end_time=end,
            )
        )

    return Exporter(export, processor.shutdown)

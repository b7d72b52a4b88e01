"""Spans reach a collector under the ids that travel with the records; where none is wanted, nothing is even imported."""

import subprocess
import sys

import pytest
from newsloom_common import tracing
from newsloom_common.settings import SettingsError
from newsloom_common.tracing import Span
from support.collector import Collector

NONE = ["", "rubbish", f"00-{'z' * 32}-{'b' * 16}-01", f"00-{'0' * 32}-{'b' * 16}-01", f"00-{'٣' * 32}-{'b' * 16}-01"]
ONE, TWO = (f"00-{c * 32}-{c * 16}-01" for c in "ab")


@pytest.fixture
def collector(monkeypatch):
    found = Collector()
    monkeypatch.setenv(tracing.SWITCH, found.address)
    tracing.start("test")
    yield found
    tracing.stop()
    found.close()


def test_a_span_has_the_ids_of_its_record_its_time_and_its_attributes(collector):
    tracing.tell(Span("poll", ONE, 1.5, attributes={"feed": "https://a.org/feed", "articles": 2}))
    tracing.stop()
    ((service, span),) = collector.spans()
    assert collector.requests[0][0] == "/v1/traces"
    assert (service, span.name) == ("newsloom-test", "poll")
    assert (span.trace_id.hex(), span.span_id.hex(), span.parent_span_id) == ("a" * 32, "a" * 16, b"")
    assert span.end_time_unix_nano - span.start_time_unix_nano == 1_500_000_000
    assert {a.key for a in span.attributes} == {"feed", "articles"}


def test_a_batch_links_to_its_records_and_each_record_has_a_span_below_its_own(collector):
    left = f"00-{'a' * 32}-{'c' * 16}-01"
    tracing.batch("tag", 0.1, [ONE, TWO, *NONE], [left, TWO, *NONE])
    tracing.stop()
    spans = {s.name: s for _, s in collector.spans()}
    assert spans.keys() == {"tag batch", "tag"}, "what left as it came has no span"
    assert [link.trace_id.hex() for link in spans["tag batch"].links] == ["a" * 32, "b" * 32]
    below = spans["tag"]
    assert (below.span_id.hex(), below.parent_span_id.hex()) == ("c" * 16, "a" * 16)
    assert below.links[0].span_id == spans["tag batch"].span_id


def test_where_nothing_leaves_each_record_gets_a_span_in_its_trace(collector):
    tracing.batch("index", 0.1, [ONE, TWO])
    tracing.stop()
    below = [s for _, s in collector.spans() if s.name == "index"]
    assert [(s.trace_id.hex(), s.parent_span_id.hex()) for s in below] == [("a" * 32, "a" * 16), ("b" * 32, "b" * 16)]


def test_what_strangers_call_a_traceparent_ends_nothing(collector):
    tracing.batch("index", 0.1, NONE)
    for one in NONE:
        tracing.tell(Span("poll", one, 0.1, one, (one,)))
    tracing.stop()
    spans = [s for _, s in collector.spans()]
    assert [s.name for s in spans] == ["index batch", *["index"] * len(NONE)], "each in a trace of its own"
    assert not any(s.parent_span_id for s in spans)


def test_the_log_names_each_trace_once_and_no_more_than_some():
    many = [f"00-{n:032x}-{'b' * 16}-01" for n in range(1, 30)]
    assert tracing.ids([ONE, TWO, ONE, *NONE]) == ["a" * 32, "b" * 32]
    assert len(tracing.ids(many)) == 10


PROGRAM = """
import sys
from newsloom_common import tracing
tracing.start("test")
tracing.tell(tracing.Span("poll", "00-" + "a" * 32 + "-" + "b" * 16 + "-01", 1))
tracing.batch("tag", 1, [""])
print([name for name in sys.modules if name.startswith("opentelemetry")])
"""


@pytest.mark.parametrize("environment", [{}, {tracing.SWITCH: "http://127.0.0.1:1", "OTEL_SDK_DISABLED": "true"}])
def test_nothing_is_imported_where_it_is_off(environment):
    ran = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, env=environment)
    assert ran.stdout == "[]\n"


def test_a_collector_that_is_away_holds_nobody_up():
    environment = {tracing.SWITCH: "http://127.0.0.1:1"}
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, env=environment, timeout=20
    )
    assert "opentelemetry.sdk" in ran.stdout


def test_missing_packages_are_said_in_one_line(monkeypatch):
    monkeypatch.setenv(tracing.SWITCH, "http://127.0.0.1:1")
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with pytest.raises(SettingsError, match=r"pip install 'newsloom\[otel\]'"):
        tracing.start("test")

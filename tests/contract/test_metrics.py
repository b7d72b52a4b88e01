"""Every metric of every service: in docs/operations.md as the code tells of it, and named as Prometheus wants it."""

import importlib
import re
from pathlib import Path

import pytest
from newsloom_common import health
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.parser import text_string_to_metric_families

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "operations.md").read_text("utf-8")
SERVICES = sorted(path.parent.name for path in ROOT.glob("services/*/newsloom_*/metrics.py"))


def wrappers():
    """(module, metric) of each."""
    modules = {"": health} | {name: importlib.import_module(f"{name}.metrics") for name in SERVICES}
    for name, module in modules.items():
        yield from ((name, one) for one in vars(module).values() if isinstance(one, MetricWrapperBase))


def metrics():
    """(name as it is scraped, kind, labels, help) of each."""
    for _, one in wrappers():
        (told,) = one.describe()
        name = told.name + ("_total" if told.type == "counter" else "")
        yield name, told.type, tuple(one._labelnames), told.documentation  # noqa: SLF001 - nothing public has them before a sample


METRICS = sorted(metrics())


def test_the_page_has_each_metric_with_its_labels_and_what_it_tells_and_no_other():
    rows = re.findall(r"^\| `(newsloom_\w+)(?:\{([\w, ]+)\})?` \| (.+) \|$", PAGE, re.MULTILINE)

    told = sorted((name, tuple(filter(None, labels.split(", "))), says) for name, labels, says in rows)
    assert told == [(name, labels, says) for name, _, labels, says in METRICS]


@pytest.mark.parametrize(("name", "kind", "labels", "says"), METRICS, ids=[m[0] for m in METRICS])
def test_a_metric_is_named_by_the_rules(name, kind, labels, says):
    """https://prometheus.io/docs/practices/naming/: base units, `_total` for what only grows, a prefix of the program."""
    assert re.fullmatch(r"newsloom(_[a-z]+)+", name)
    assert name.endswith("_total") == (kind == "counter")
    assert kind != "histogram" or name.endswith(("_seconds", "_bytes"))
    assert not {"ms", "milliseconds", "minutes", "kilobytes", "mb"} & set(name.split("_"))
    assert not {"url", "feed", "id", "host", "title", "trace"} & set(labels), "a label has few values"
    assert re.search(r"\. (Worry when|No worry)[^.]*\.$", says), "it says when to worry"


def test_what_is_scraped_can_be_parsed_and_has_each_metric():
    for _, one in wrappers():
        if labels := one._labelnames:  # noqa: SLF001
            one.labels(*("a" for _ in labels))  # a metric with labels shows nothing before its first sample
    families = {f.name: f for f in text_string_to_metric_families(health.Health().answer("/metrics")[2].decode())}
    for name, kind, _, says in METRICS:
        family = families[name.removesuffix("_total") if kind == "counter" else name]
        assert (family.type, family.documentation) == (kind, says)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_measures_only_what_is_its_own(service):
    """Each metric stands in its service's own module, so that one process never shows another service's zeros."""
    own = {name for module, one in wrappers() if module == service for name in [one.describe()[0].name]}
    assert own
    assert all(name.startswith(service + "_") for name in own)

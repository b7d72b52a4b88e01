"""The lines that docs/operations.md promises of a unit of work have the fields that it names, in every service alike."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/operations.md").read_text("utf-8")
ROWS = re.findall(r"^\| (\w+) \| `([\w-]+)` \| ([^|]+) \|", PAGE, re.MULTILINE)
LEVELS = {"info", "warning", "error", "say"}  # say: one of the others, chosen by how it went


def said(service):
    """Yield (line, names of its fields) of every line that a service writes under a fixed name."""
    for path in (ROOT / f"services/{service}/newsloom_{service}").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and _name(node.func) in LEVELS
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                yield node.args[0].value, {k.arg for k in node.keywords if k.arg}


def _name(function):
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


@pytest.mark.parametrize(("service", "line", "fields"), ROWS, ids=[f"{s}-{line}" for s, line, _ in ROWS])
def test_a_line_has_the_fields_that_the_page_names(service, line, fields):
    found = [names for name, names in said(service) if name == line]
    assert found, f"{service} writes no line {line}"
    assert all(names == set(re.findall(r"`(\w+)`", fields)) for names in found)


def test_batches_are_told_alike():
    common = {"topic", "records", "lag", "seconds", "traces"}
    batches = [names for service in ("tagger", "indexer", "notifier") for line, names in said(service) if line == "batch"]
    assert len(batches) == 4
    assert all(names - {"searches", "alerts"} == common for names in batches)

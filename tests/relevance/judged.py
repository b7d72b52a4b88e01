"""The queries and their grades. queries.jsonl and grades.jsonl are for everyone, the held-out third only for measuring.

grades.jsonl is by the first judge, judge-2.jsonl what a second one gave to a part of the same pairs, settled.jsonl what was
decided, and why, where the two are two steps or more apart.
Whoever tunes search reads neither the queries nor the grades of held-out/, and looks only at their mean.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from .metrics import Grades
from .stream import HERE, lines

OPEN, HELD_OUT = HERE, HERE / "held-out"


class Query(NamedTuple):
    """What is typed, of what kind it is, and what the asker wants to know. ``also``: other words for it, for pooling only."""

    id: str
    kind: str
    query: str
    need: str
    also: str
    held_out: bool


@cache
def queries() -> tuple[Query, ...]:
    return tuple(Query(**line, held_out=f is HELD_OUT) for f in (OPEN, HELD_OUT) for line in lines(f / "queries.jsonl"))


@cache
def first() -> Mapping[str, Grades]:
    """Return query id → article id → grade, by the first judge."""
    return {line["query"]: line["grades"] for line in _lines("grades.jsonl")}


@cache
def second() -> Mapping[str, Grades]:
    """Return what the second judge gave to a part of these."""
    return {line["query"]: line["grades"] for line in _lines("judge-2.jsonl")}


@cache
def grades() -> Mapping[str, Grades]:
    """Return what searches are measured by: the first judge's grades, but where it was settled otherwise."""
    settled = [(line["query"], line["document"], line["settled"]) for line in _lines("settled.jsonl")]
    return {query: {**grades, **{a: g for q, a, g in settled if q == query}} for query, grades in first().items()}


def _lines(name: str) -> list[dict[str, Any]]:
    return [line for folder in (OPEN, HELD_OUT) for line in lines(folder / name)]

"""The queries and their grades. queries.jsonl and grades.jsonl are for everyone, the held-out third only for measuring.

Whoever tunes search reads neither the queries nor the grades of held-out/, and looks only at their mean.
"""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

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
def grades() -> Mapping[str, Grades]:
    """Return query id → article id → grade."""
    return {line["query"]: line["grades"] for f in (OPEN, HELD_OUT) for line in lines(f / "grades.jsonl")}

"""what a panel counts and groups by → columns as Lens keeps them

A value is ``articles``, or an operation and a field: ``median lag``, ``max usd``, ``p95 lag``, ``unique feed.title``,
``newest @timestamp``. Lens cannot read nested fields: the data view's runtime fields stand in for them.
"""

from collections.abc import Sequence
from typing import Any, Final

Json = dict[str, Any]
VALUE: Final = "value"  # id of the column that groups are ordered by: any text will do, as long as it is the same everywhere

OPERATIONS: Final[dict[str, Json]] = {
    "median": {"operationType": "median"},
    "p95": {"operationType": "percentile", "params": {"percentile": 95}},
    "max": {"operationType": "max"},
    "sum": {"operationType": "sum"},
    "unique": {"operationType": "unique_count"},
    "newest": {"operationType": "max", "dataType": "date"},
}


def value(text: str, label: str = "") -> Json:
    """Return the column of a value, called ``label`` where one is given. Raises ValueError where the operation is unknown."""
    named = {
        "label": label or text.capitalize(),
        "customLabel": True,
        "isBucketed": False,
        "scale": "ratio",
        "dataType": "number",
    }
    if text == "articles":
        return {**named, "operationType": "count", "sourceField": "___records___", "params": {"emptyAsNull": False}}
    operation, _, field = text.partition(" ")
    if operation not in OPERATIONS or not field:
        raise ValueError(f"value {text!r}: is neither articles nor one of {', '.join(OPERATIONS)} with a field")
    how = OPERATIONS[operation]
    return {**named, **how, "sourceField": field, "params": {"emptyAsNull": True, **how.get("params", {})}}


def terms(field: str, size: int, *, others: bool = False, among: Sequence[str] = (), label: str = "") -> Json:
    """The ``size`` terms with the highest VALUE; ``others`` adds one for the rest, ``among`` lets only those in."""
    return {
        "label": label or field,
        "customLabel": bool(label),
        "dataType": "string",
        "operationType": "terms",
        "isBucketed": True,
        "scale": "ordinal",
        "sourceField": field,
        "params": {
            "size": size,
            "orderBy": {"type": "column", "columnId": VALUE},
            "orderDirection": "desc",
            "otherBucket": others,
            "missingBucket": False,
            "parentFormat": {"id": "terms"},
            **({"include": list(among), "includeIsRegex": False} if among else {}),
        },
    }


def histogram(field: str, every: str) -> Json:
    """A bar every so often: ``1d``, or ``auto``."""
    return {
        "label": field,
        "dataType": "date",
        "operationType": "date_histogram",
        "isBucketed": True,
        "scale": "interval",
        "sourceField": field,
        "params": {"interval": every, "includeEmptyRows": True, "dropPartials": False},
    }

"""the YAML of a data view → its attributes: what fields are called, how they are written, which ones are reckoned

A runtime field is reckoned by Elasticsearch when somebody looks: its script is Painless and stands in the YAML as it is sent.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

Json = dict[str, Any]

FORMATS: Final[dict[str, Json]] = {
    "link": {"id": "url", "params": {"type": "a"}},
    "image": {"id": "url", "params": {"type": "img", "height": 80}},
    "date": {"id": "date", "params": {"pattern": "YYYY-MM-DD HH:mm"}},
    "whole": {"id": "number", "params": {"pattern": "0,0"}},
    "short": {"id": "number", "params": {"pattern": "0.[0]a"}},
    "share": {"id": "percent", "params": {"pattern": "0%"}},
    "score": {"id": "number", "params": {"pattern": "0.00"}},
    "plain": {"id": "number", "params": {"pattern": "0"}},
    "dollars": {"id": "number", "params": {"pattern": "$0.[0]a"}},
    "seconds": {
        "id": "duration",
        "params": {"inputFormat": "seconds", "outputFormat": "humanizePrecise", "outputPrecision": 1, "useShortSuffix": True},
    },
}


def attributes(spec: Mapping[str, Any]) -> Json:
    """Return the attributes. Raises KeyError where a format is none of FORMATS nor a table of values and their names."""
    return {
        "title": spec["indices"],
        "name": spec["title"],
        "timeFieldName": spec["time"],
        "allowNoIndex": True,
        "fieldAttrs": text({field: {"customLabel": label} for field, label in spec["labels"].items()}),
        "fieldFormatMap": text({field: _format(how) for field, how in spec.get("formats", {}).items()}),
        "fields": "[]",
        "runtimeFieldMap": text({field: _runtime(how) for field, how in spec.get("runtime", {}).items()}),
        "sourceFilters": "[]",
        "typeMeta": "{}",
    }


def text(value: object) -> str:
    """Return JSON as Kibana keeps it inside a string."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _format(how: str | Mapping[str, str]) -> Json:
    if isinstance(how, str):
        return FORMATS[how]
    entries = [{"key": key, "value": name} for key, name in how.items()]
    return {"id": "static_lookup", "params": {"lookupEntries": entries, "unknownKeyValue": None}}


def _runtime(how: Mapping[str, str]) -> Json:
    return {"type": how["type"], "script": {"source": how["script"].strip()}}

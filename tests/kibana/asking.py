"""A panel, a session or a control as imported into Kibana → the search that Elasticsearch gets for it, and its answer as rows.

Lens makes one aggregation of each column, the groupings one inside the other in the order of the layer.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from . import objects

Json = dict[str, Any]
METRICS = {"median": "percentiles", "percentile": "percentiles", "max": "max", "sum": "sum", "unique_count": "cardinality"}
OTHER = "Other"
WORDS = re.compile(r"\b(?:and|or|not)\b")


class Scope(NamedTuple):
    """What holds for all panels of a dashboard: its query (KQL) and its time."""

    query: str
    last: str
    now: datetime


class Table(NamedTuple):
    """What a picture is drawn of: ids of the columns, groupings first, and rows of keys and numbers."""

    columns: list[str]
    rows: list[tuple[Any, ...]]


def lens(panel: Json) -> tuple[Json, Json]:
    """Return a picture's layer and its state."""
    state = panel["embeddableConfig"]["attributes"]["state"]
    (layer,) = state["datasourceStates"]["formBased"]["layers"].values()
    return layer, state


def picture(panel: Json, scope: Scope) -> Json:
    """Return the search of a Lens panel."""
    layer, state = lens(panel)
    columns = layer["columns"]
    asked = _aggregations(layer["columnOrder"], columns)
    fields = [c["sourceField"] for c in columns.values()]
    return {"size": 0, "track_total_hits": True, **_search(scope, state["query"]["query"], fields), "aggs": asked}


def session(attributes: Json, scope: Scope) -> Json:
    """Return the search of a Discover session."""
    columns = attributes["columns"]
    search = _search(scope, objects.query(attributes), columns)
    # Kibana reckons every runtime field of the data view for the articles that a session shows.
    search["runtime_mappings"] = objects.runtime()
    fields = sorted({"@timestamp", *columns, *search["runtime_mappings"]})
    return {**search, "size": 50, "_source": False, "fields": fields, "sort": [{f: how} for f, how in attributes["sort"]]}


def choices(field: str, scope: Scope) -> Json:
    """Return the search of a control that lists the values of a field."""
    return {"size": 0, **_search(scope, "", [field]), "aggs": {"values": {"terms": {"field": field, "size": 10}}}}


def others(panel: Json, scope: Scope, table: Table) -> Json | None:
    """Return the search for what is in none of the first grouping's terms, which Lens asks second; None where it does not."""
    first = table.columns[0]
    column = lens(panel)[0]["columns"][first]
    if not column["params"].get("otherBucket"):
        return None
    search, field = picture(panel, scope), column["sourceField"]
    shown = sorted({row[0] for row in table.rows})
    rest = {**search["query"]["bool"], "must": [{"exists": {"field": field}}], "must_not": [{"terms": {field: shown}}]}
    return {**search, "query": {"bool": rest}, "aggs": search["aggs"][first].get("aggs", {})}


def read(panel: Json, answer: Json) -> Table:
    """Return the rows of a Lens panel's answer; a number that no article has is None."""
    layer, _ = lens(panel)
    order = layer["columnOrder"]
    return Table(order, list(_rows(order, layer["columns"], _whole(answer))))


def with_others(panel: Json, table: Table, answer: Json) -> Table:
    """Return the table with the rows of the second answer, unless it found no article."""
    rows = [(OTHER, *row) for row in _rows(table.columns[1:], lens(panel)[0]["columns"], _whole(answer)) if any(row[-1:])]
    return table._replace(rows=[*table.rows, *rows])


def _whole(answer: Json) -> Json:
    return {**answer.get("aggregations", {}), "doc_count": answer["hits"]["total"]["value"]}


def _search(scope: Scope, only: str, fields: list[str]) -> Json:
    needed = {
        name: how for name, how in objects.runtime().items() if name in [*fields, *re.findall(r"\w+", f"{scope.query} {only}")]
    }
    queries = [{"query_string": {"query": lucene(q)}} for q in (scope.query, only) if q]
    end = scope.now.isoformat()
    since = {"range": {"@timestamp": {"gte": scope.last.replace("now", f"{end}||"), "lte": end}}}
    return {"query": {"bool": {"filter": [since, *queries]}}, "runtime_mappings": needed}


def lucene(kql: str) -> str:
    """Return the part of KQL that our sources use in Lucene's syntax: it only differs in the case of and, or, not."""
    return WORDS.sub(lambda word: word[0].upper(), kql)


def _aggregations(order: list[str], columns: Json) -> Json:
    groups = [c for c in order if columns[c]["isBucketed"]]
    asked = {name: _metric(columns[name]) for name in order if name not in groups and columns[name]["operationType"] != "count"}
    for name in reversed(groups):
        inner = {**asked, **_ordering(name, columns)}
        asked = {name: {**_grouping(columns[name], columns), **({"aggs": inner} if inner else {})}}
    return asked


def _ordering(group: str, columns: Json) -> Json:
    """Return the metric that a group is ordered by, which a deeper one does not give it."""
    by = columns[group]["params"].get("orderBy", {}).get("columnId")
    return {by: _metric(columns[by])} if by and columns[by]["operationType"] != "count" else {}


def _grouping(column: Json, columns: Json) -> Json:
    params, field = column["params"], column["sourceField"]
    if column["operationType"] == "date_histogram":
        every = params["interval"]
        return {"date_histogram": {"field": field, "calendar_interval": "1d" if every == "auto" else every}}
    by = params["orderBy"]["columnId"]
    path = {"count": "_count", "median": f"{by}.50", "percentile": f"{by}.95"}.get(columns[by]["operationType"], by)
    include = {"include": params["include"]} if "include" in params else {}
    return {"terms": {"field": field, "size": params["size"], "order": {path: params["orderDirection"]}, **include}}


def _metric(column: Json) -> Json:
    operation = column["operationType"]
    percents = {"median": [50], "percentile": [column["params"].get("percentile")]}
    more = {"percents": percents[operation], "keyed": False} if operation in percents else {}
    return {METRICS[operation]: {"field": column["sourceField"], **more}}


def _rows(order: list[str], columns: Json, found: Json) -> Iterator[tuple[Any, ...]]:
    name = order[0]
    if not columns[name]["isBucketed"]:
        yield tuple(_number(columns[n], found.get(n), found["doc_count"]) for n in order)
        return
    for bucket in found[name]["buckets"]:
        yield from ((bucket["key"], *rest) for rest in _rows(order[1:], columns, bucket))


def _number(column: Json, found: Any, count: int) -> float | None:
    if column["operationType"] == "count":
        return count
    if column["operationType"] in {"median", "percentile"}:
        return found["values"][0]["value"]
    return found["value"]

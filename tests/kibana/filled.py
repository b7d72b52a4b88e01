"""What Elasticsearch answers to every panel, session and control, over the sample stream."""

from typing import Any, NamedTuple

from elasticsearch import Elasticsearch
from newsloom_indexer.store import ElasticsearchStore
from newsloom_schemas.index import ALIAS
from newsloom_setup import index

from . import arriving, asking, objects

Json = dict[str, Any]


class Filled(NamedTuple):
    """A panel and what it shows: a table of a picture, or the hits of a session; nothing of links."""

    panel: Json
    table: asking.Table | None = None
    session: Json | None = None
    hits: list[Json] | None = None


def fill(client: Elasticsearch) -> None:
    """Put the sample stream into the index, which must not be there yet."""
    index.ensure(client)
    answer = ElasticsearchStore(client).send(b"".join(d.lines for d in arriving.documents()))
    refused = [item for item in answer.body["items"] if item["index"]["status"] != 201]
    if answer.status != 200 or refused:
        raise RuntimeError(f"Elasticsearch refused {len(refused)} documents, the first: {refused[:1]}")
    client.indices.refresh(index=ALIAS)


def scope(attributes: Json) -> asking.Scope:
    return asking.Scope(objects.query(attributes), objects.last(attributes), arriving.NOW)


def dashboard(client: Elasticsearch, identity: str) -> list[Filled]:
    """Return every panel of a dashboard with what Elasticsearch says to it."""
    attributes = objects.of("dashboard")[identity]
    return [_panel(client, p, identity, scope(attributes)) for p in objects.panels(attributes)]


def hits(client: Elasticsearch, session: Json, within: asking.Scope) -> list[Json]:
    return client.search(index=ALIAS, **_body(asking.session(session, within)))["hits"]["hits"]


def choices(client: Elasticsearch, field: str, within: asking.Scope) -> list[Json]:
    return client.search(index=ALIAS, **_body(asking.choices(field, within)))["aggregations"]["values"]["buckets"]


def _panel(client: Elasticsearch, panel: Json, identity: str, within: asking.Scope) -> Filled:
    if panel["type"] == "links":
        return Filled(panel)
    if panel["type"] == "search":
        session = objects.of("search")[objects.session_of(panel, identity)]
        return Filled(panel, session=session, hits=hits(client, session, within))
    return Filled(panel, table=table(client, panel, within))


def table(client: Elasticsearch, panel: Json, within: asking.Scope) -> asking.Table:
    """Return the rows of a picture, with one of all others where Lens has one."""
    made = asking.read(panel, client.search(index=ALIAS, **_body(asking.picture(panel, within))).body)
    rest = asking.others(panel, within, made)
    return made if rest is None else asking.with_others(panel, made, client.search(index=ALIAS, **_body(rest)).body)


def _body(search: Json) -> Json:
    """Return the search as the client's arguments."""
    return {"source" if name == "_source" else name: value for name, value in search.items()}

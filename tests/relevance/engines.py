"""The stream in a real Elasticsearch, once as ours and once as the peers have it, and what each finds."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from elasticsearch import Elasticsearch
from newsloom_cli import query
from newsloom_indexer.bulk import Answer
from newsloom_indexer.store import ElasticsearchStore
from newsloom_schemas.index import ALIAS
from newsloom_setup import index

from . import stream, ways

Rankings = Mapping[str, Sequence[str]]  # query id → ids of articles, best first


def fill(client: Elasticsearch) -> None:
    """Put the stream into both indices, which must not be there yet."""
    index.ensure(client)
    _accepted(ElasticsearchStore(client).send(b"".join(d.lines for d in stream.documents())))
    client.indices.create(index=ways.PEERS, mappings=ways.mapping(), settings={"number_of_shards": 1, "number_of_replicas": 0})
    if client.bulk(index=ways.PEERS, operations=list(ways.actions(stream.articles())))["errors"]:
        raise RuntimeError("Elasticsearch refused documents of the peers")
    client.indices.refresh(index=[ALIAS, ways.PEERS])


def _accepted(answer: Answer) -> None:
    refused = [item for item in answer.body["items"] if item["index"]["status"] != 201]
    if answer.status != 200 or refused:
        raise RuntimeError(f"Elasticsearch refused {len(refused)} documents, the first: {refused[:1]}")


def empty(client: Elasticsearch) -> None:
    """Drop the peers' index; ours is the caller's."""
    client.options(ignore_status=404).indices.delete(index=ways.PEERS)


def ours(client: Elasticsearch, queries: Mapping[str, str]) -> Rankings:
    return _ranked(client, ALIAS, {name: ways.ours(text) for name, text in queries.items()}, query.kept)


def loosely(client: Elasticsearch, queries: Mapping[str, str], way: ways.Way) -> Rankings:
    return _ranked(client, ALIAS, {name: ways.loosely(text, way) for name, text in queries.items()})


def theirs(client: Elasticsearch, queries: Mapping[str, str], analyser: str, way: ways.Way) -> Rankings:
    return _ranked(client, ways.PEERS, {name: ways.theirs(text, analyser, way) for name, text in queries.items()})


def _all(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list(answer["hits"]["hits"])


def _ranked(
    client: Elasticsearch, where: str, bodies: Mapping[str, ways.Body], kept: Callable[..., list[Mapping[str, Any]]] = _all
) -> Rankings:
    searches = [line for body in bodies.values() for line in ({"index": where}, body)]
    answers = client.msearch(searches=searches, max_concurrent_searches=2)["responses"]
    failed = [a["error"] for a in answers if "error" in a]
    if failed:
        raise RuntimeError(f"{len(failed)} searches failed, the first: {failed[0]}")
    return {name: [hit["_id"] for hit in kept(a)] for name, a in zip(bodies, answers, strict=True)}

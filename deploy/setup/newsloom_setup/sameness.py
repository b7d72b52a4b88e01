"""two indices → what one of them lacks of the other"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final, NamedTuple

from elasticsearch import Elasticsearch
from newsloom_common import elastic

from newsloom_setup.copying import Tell, Way, written

PAGE: Final = 1_000
Hit = Mapping[str, Any]


class Behind(NamedTuple):
    """A document that the target lacks (``there`` is None) or has in an older version."""

    id: str
    version: int
    there: int | None


def behind(client: Elasticsearch, way: Way, after: int, until: int | None, tell: Tell) -> Iterator[Behind]:
    """Yield the documents written after one mark and not after another which the target lacks, or has in an older version."""
    asked = {"query": written(after, until), "_source": False, "version": True}
    total = client.count(index=way.source, query=written(after, until))["count"]
    for page, number in _pages(elastic.scan(client, way.source, size=PAGE, **asked)):
        found = _versions(client, way.target, page)
        wanted = (Behind(hit["_id"], hit["_version"], found.get(hit["_id"])) for hit in page)
        yield from (b for b in wanted if b.there is None or b.there < b.version)
        tell("comparing", number, max(total, number))


def remove_strays(client: Elasticsearch, way: Way) -> int:
    """Delete from the target what the source has no longer, and return how many that were."""
    gone = 0
    for page, _ in _pages(elastic.scan(client, way.target, size=PAGE, _source=False)):
        there = _versions(client, way.source, page)
        if strays := [hit["_id"] for hit in page if hit["_id"] not in there]:
            client.bulk(index=way.target, operations=[{"delete": {"_id": name}} for name in strays], refresh=True)
            gone += len(strays)
    return gone


def count(client: Elasticsearch, index: str) -> int:
    """Return the number of documents, those of this moment too."""
    client.indices.refresh(index=index)
    return int(client.count(index=index)["count"])


def _versions(client: Elasticsearch, index: str, page: Iterable[Hit]) -> dict[str, int]:
    docs = client.mget(index=index, ids=[hit["_id"] for hit in page], source=False)["docs"]
    return {doc["_id"]: doc["_version"] for doc in docs if doc.get("found")}


def _pages(hits: Iterable[Hit]) -> Iterator[tuple[list[Hit], int]]:
    """Yield pages, and how many hits there were with them."""
    rest, number = iter(hits), 0
    while page := list(islice(rest, PAGE)):
        number += len(page)
        yield page, number

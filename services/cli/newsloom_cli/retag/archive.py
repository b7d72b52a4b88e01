"""Where articles are re-read from: the index, or a topic or a file, of which the index holds the themes → articles as held."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec
from newsloom_common import elastic
from newsloom_schemas.codec import InvalidMessageError, decode
from newsloom_schemas.index import ALIAS
from newsloom_schemas.topics import BACKFILL, RAW
from newsloom_schemas.types import RawArticle

from newsloom_cli import exporting
from newsloom_cli.backfilling import Known
from newsloom_cli.retag.rereading import Held

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

    from newsloom_cli.broker import Broker

PAGE: Final = 200  # whole articles
SOURCE: Final = [*exporting.FIELDS, "trace.id"]
Skip = Callable[[str], None]


class Looked(NamedTuple):
    """An article of the index, and its time, in milliseconds since 1970."""

    held: Held
    at: int


def asked(since: datetime | None, below: int | None = None, upto: int | None = None) -> dict[str, Any]:
    """Return the search for articles since then, tagged by a version below this one, not newer than ``upto``."""
    limits: list[dict[str, Any]] = []
    if since:
        limits.append({"range": {"@timestamp": {"gte": since.isoformat()}}})
    if below is not None:
        limits.append({"range": {"tagger.version": {"lt": below}}})
    if upto is not None:
        limits.append({"range": {"@timestamp": {"lte": upto, "format": "epoch_millis"}}})
    return {"bool": {"filter": limits}}


def indexed(client: "Elasticsearch", query: Mapping[str, Any]) -> Iterator[Looked]:
    """Yield the articles that a search finds, the newest first."""
    newest_first = [{"@timestamp": "desc"}]
    for hit in elastic.scan(client, ALIAS, size=PAGE, query=dict(query), _source=SOURCE, sort=newest_first):
        yield Looked(_held(hit["_source"]), hit["sort"][0])


def published(broker: "Broker", skip: Skip, advance: Callable[[int], None]) -> Iterator[RawArticle]:
    """Yield the articles on news.raw and news.backfill, each revision once."""
    known = Known()
    for topic in (RAW, BACKFILL):
        for record in broker.scan(broker.partitions(topic)):
            advance(1)
            try:
                article = decode(RawArticle, record.value)
            except InvalidMessageError:
                skip("unreadable")
                continue
            if known.take(article):
                yield article


def joined(client: "Elasticsearch", articles: Iterable[RawArticle], skip: Skip) -> Iterator[Held]:
    """Yield the articles with what the index says of them; those that it does not hold in this revision are skipped."""
    left = iter(articles)
    while some := list(islice(left, PAGE)):
        yield from _joined(client, some, skip)


def _joined(client: "Elasticsearch", some: Sequence[RawArticle], skip: Skip) -> Iterator[Held]:
    answer = client.mget(index=ALIAS, ids=[a.id for a in some], source_includes=SOURCE)
    for article, found in zip(some, answer["docs"], strict=True):
        if not found.get("found"):
            skip("not in the index")
        elif found["_source"]["article"].get("revision", 1) != article.revision:
            skip("another revision is in the index")
        else:
            yield _held(found["_source"] | {"article": msgspec.to_builtins(article)})


def _held(source: Mapping[str, Any]) -> Held:
    return Held(msgspec.json.encode(exporting.tagged(source)), source.get("trace", {}).get("id", ""))


def count(client: "Elasticsearch", query: Mapping[str, Any]) -> int:
    """Return how many articles a search finds."""
    return int(client.count(index=ALIAS, query=dict(query))["count"])


def themes(client: "Elasticsearch") -> set[str]:
    """Return the themes that articles of the index have."""
    answer = client.search(index=ALIAS, size=0, aggs={"themes": {"terms": {"field": "tags", "size": 10_000}}})
    return {bucket["key"] for bucket in answer["aggregations"]["themes"]["buckets"]}


def numbered(client: "Elasticsearch", version: int, digest: str) -> tuple[int, int]:
    """Return the highest version of a tagger in the index, and how many articles bear ``version`` and not ``digest``."""
    strangers = {"filter": [{"term": {"tagger.version": version}}], "must_not": [{"term": {"tagger.digest": digest}}]}
    aggs: dict[str, Any] = {"newest": {"max": {"field": "tagger.version"}}, "strangers": {"filter": {"bool": strangers}}}
    answer = client.search(index=ALIAS, size=0, aggs=aggs)["aggregations"]
    return int(answer["newest"]["value"] or 0), int(answer["strangers"]["doc_count"])

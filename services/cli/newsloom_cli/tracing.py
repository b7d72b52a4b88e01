"""An id → the records that carry it and its document: of most topics only the partition of its key is read."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from newsloom_indexer import expiring
from newsloom_schemas.codec import InvalidMessageError, decode
from newsloom_schemas.identity import article_id
from newsloom_schemas.index import ALIAS
from newsloom_schemas.marks import KEY
from newsloom_schemas.topics import BACKFILL, DEAD, RAW, TAGGED, theme_topic
from newsloom_schemas.types import TaggedArticle

from newsloom_cli.broker import Broker
from newsloom_cli.way import Found

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

SLACK_MS: Final = 10 * 60 * 1000  # clocks of two machines differ
NEAR: Final = 3  # articles that may have been meant


def identity(asked: str) -> str:
    """Return the id that is meant: of an address that of its article, by the ingestor's own rules."""
    from newsloom_ingestor.canonical import absolute, canonical_url

    address = absolute(asked, "") if "://" in asked else None
    return article_id(canonical_url(address)) if address else asked


def records(broker: Broker, article: str) -> list[Found]:
    """Return every record of the article. What comes later on its way is not older, so it is looked for from there on."""
    raw = [r for topic in (RAW, BACKFILL) for r in _of(broker, topic, article)]
    tagged = list(_of(broker, TAGGED, article, raw))
    themes = [r for theme in sorted(_themes(tagged)) for r in _of(broker, theme_topic(theme), article, tagged)]
    return [*raw, *tagged, *themes, *_dead(broker, article)]


def held(client: "Elasticsearch", article: str) -> tuple[dict[str, Any] | None, datetime | None]:
    """Return the article's document as it is stored, None where there is none; and from when on there are articles at all."""
    answer = client.options(ignore_status=404).get(index=ALIAS, id=article)
    return dict(answer) if answer.get("found") else None, expiring.read(client).until


def near(client: "Elasticsearch", asked: str) -> list[tuple[str, str]]:
    """Return (id, title) of articles that may be meant: ids that differ in two characters or go on, words of the title."""
    short = asked[:128]
    wanted: list[dict[str, Any]] = [
        {"fuzzy": {"article.id": {"value": short, "fuzziness": 2}}},
        {"prefix": {"article.id": {"value": short}}},
        {"match": {"article.title": {"query": short, "minimum_should_match": "60%"}}},
    ]
    asked_for = {"query": {"bool": {"should": wanted}}, "size": NEAR, "_source": ["article.title"]}
    found = client.search(index=ALIAS, body=asked_for)["hits"]["hits"]
    return [(hit["_id"], hit["_source"]["article"]["title"]) for hit in found]


def _of(broker: Broker, topic: str, article: str, earlier: Iterable[Found] = ()) -> Iterator[Found]:
    key = article.encode("utf-8", "replace")
    first = min((r.timestamp for r in earlier), default=None)
    for r in broker.scan(broker.partitions(topic, key), None if first is None else max(0, first - SLACK_MS)):
        if r.key == key:
            yield _found(r)


def _dead(broker: Broker, article: str) -> Iterator[Found]:
    """Yield the article's letters, and all marks: the letters say which of them are about the article."""
    key = article.encode("utf-8", "replace")
    return (_found(r) for r in broker.scan(broker.partitions(DEAD)) if r.key in {key, KEY})


def _found(r: Any) -> Found:
    return Found(r.topic, r.partition, r.offset, r.timestamp, r.key, r.value, tuple(r.headers))


def _themes(tagged: Iterable[Found]) -> set[str]:
    """Return the themes of all tagged records that can be read."""
    found: set[str] = set()
    for record in tagged:
        try:
            found.update(t.id for t in decode(TaggedArticle, record.value).themes)
        except InvalidMessageError:
            continue  # its step says so
    return found

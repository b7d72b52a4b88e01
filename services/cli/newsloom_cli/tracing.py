"""An id → the records that carry it and its document: only the partition of its key is read."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from newsloom_schemas.codec import InvalidMessageError, decode
from newsloom_schemas.index import ALIAS
from newsloom_schemas.topics import DEAD, RAW, TAGGED, theme_topic
from newsloom_schemas.types import TaggedArticle

from newsloom_cli.broker import Broker
from newsloom_cli.way import Found

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

SLACK_MS: Final = 10 * 60 * 1000  # clocks of two machines differ


def records(broker: Broker, article: str) -> list[Found]:
    """Return every record of the article. What comes later on its way is not older, so it is looked for from there on."""
    raw = list(_of(broker, RAW, article))
    tagged = list(_of(broker, TAGGED, article, raw))
    themes = [r for theme in sorted(_themes(tagged)) for r in _of(broker, theme_topic(theme), article, tagged)]
    return [*raw, *tagged, *themes, *_of(broker, DEAD, article)]


def document(client: "Elasticsearch", article: str) -> dict[str, Any] | None:
    """Return the article's document as Elasticsearch stores it, None where there is none."""
    answer = client.options(ignore_status=404).get(index=ALIAS, id=article)
    return dict(answer) if answer.get("found") else None


def _of(broker: Broker, topic: str, article: str, earlier: Iterable[Found] = ()) -> Iterator[Found]:
    key = article.encode("utf-8", "replace")
    first = min((r.timestamp for r in earlier), default=None)
    for r in broker.scan(broker.partitions(topic, key), None if first is None else max(0, first - SLACK_MS)):
        if r.key == key:
            yield Found(r.topic, r.partition, r.offset, r.timestamp, r.key, r.value, tuple(r.headers))


def _themes(tagged: Iterable[Found]) -> set[str]:
    """Return the themes of all tagged records that can be read."""
    found: set[str] = set()
    for record in tagged:
        try:
            found.update(t.id for t in decode(TaggedArticle, record.value).themes)
        except InvalidMessageError:
            continue  # its step says so
    return found
